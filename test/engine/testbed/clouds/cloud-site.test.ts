import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { CloudSite } from "../../../../testbed/clouds/cloud-site";
import { scratch } from "../../../support/scratch";

describe("A site in stand-in clouds", () => {
  const made = scratch();

  it("has the stand-ins in the place of the real providers, and a stack that configures these", async () => {
    const site = await CloudSite.make(
      { site: { name: "shop" } },
      {
        "aws:region": "eu-central-1",
      },
    );
    made.later(() => site.remove());
    const played = site.environment.PULUMI_DEBUG_PROVIDERS?.split(",").map((one) => one.replace(/:\d+$/, ""));
    expect(played).to.deep.equal(["aws", "gcp", "digitalocean", "evenkeel-node"]);
    expect(parse(readFileSync(path.join(site.folder, "stacks", "Pulumi.test.yaml"), "utf8")))
      .to.have.property("config")
      .that.deep.equals({ "aws:region": "eu-central-1", "evenkeel:site": { name: "shop" } });
  });
});
