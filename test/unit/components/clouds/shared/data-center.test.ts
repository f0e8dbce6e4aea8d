import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { AwsDataCenter } from "../../../../../components/clouds/aws";
import { DigitalOceanDataCenter } from "../../../../../components/clouds/digitalocean";
import { GcpDataCenter } from "../../../../../components/clouds/gcp";
import type { DataCenter } from "../../../../../components/data-center";
import { NO_ROTATION } from "../../../../../components/model/operations/rotation";
import { declared } from "../../../../support/declared";
import { ACCESS, ANSWERS } from "../aws/virginia";

const PLACES: Readonly<Record<string, () => DataCenter>> = {
  AWS: () => new AwsDataCenter("east", { region: "us-east-1", zones: ["us-east-1a"] }),
  "Google Cloud": () => new GcpDataCenter("east", { region: "us-east1" }),
  DigitalOcean: () => new DigitalOceanDataCenter("east", { region: "nyc3" }),
};

for (const [cloud, make] of Object.entries(PLACES)) {
  describe(`A data center of ${cloud}`, () => {
    it("can't be used by two deployments", async () => {
      const { result } = await declared(() => {
        const dataCenter = make();
        dataCenter.open({ site: "shop", access: ACCESS, rotation: NO_ROTATION }, {});
        try {
          dataCenter.open({ site: "blog", access: ACCESS, rotation: NO_ROTATION }, {});
          return ["opened twice"];
        } catch (error) {
          return [pulumi.RunError.isInstance(error) ? error.message : "another error"];
        }
      }, ANSWERS);
      expect(result).to.deep.equal([
        "east is already used by the deployment of shop; each deployment needs a data center of its own, with another name",
      ]);
    });
  });
}
