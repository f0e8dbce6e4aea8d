import { existsSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { refreshFlags, ROOT, upFlags } from "../../../workspace/project";

describe("The project", () => {
  it("is this folder", () => {
    expect(existsSync(path.join(ROOT, "Pulumi.yaml"))).to.equal(true);
  });

  it("goes ahead without a question on this machine alone", () => {
    expect(upFlags("local")).to.include("--yes");
    expect(upFlags("production")).to.deep.equal(refreshFlags("production")).and.to.deep.equal(["--refresh"]);
  });
});
