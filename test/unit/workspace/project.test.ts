import { existsSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { isLocal, pulumiEnvironment, readArguments, ROOT, stateDirectory } from "../../../workspace/project";

describe("The command line of a verb", () => {
  it("is about the local stack unless another is named", () => {
    expect(readArguments([])).to.deep.equal({ stack: "local", rest: [] });
    expect(readArguments(["--yes"])).to.deep.equal({ stack: "local", rest: ["--yes"] });
  });

  it("names the stack in any place, and leaves the rest to Pulumi", () => {
    expect(readArguments(["--yes", "--stack", "production", "--diff"])).to.deep.equal({
      stack: "production",
      rest: ["--yes", "--diff"],
    });
    expect(readArguments(["-s", "production"])).to.deep.equal({ stack: "production", rest: [] });
  });

  it("names the stack in one word too, as Pulumi reads it", () => {
    expect(readArguments(["--stack=production", "--yes"])).to.deep.equal({ stack: "production", rest: ["--yes"] });
  });
});

describe("The project", () => {
  it("is this folder", () => {
    expect(existsSync(path.join(ROOT, "Pulumi.yaml"))).to.equal(true);
  });
});

describe("A stack", () => {
  it("is local when all of its data centers are", () => {
    expect(isLocal("local")).to.equal(true);
  });

  it("that has no file is not taken for local", () => {
    expect(isLocal("no-such-stack")).to.equal(false);
  });
});

describe("The environment of Pulumi", () => {
  it("keeps the state of a local stack in this folder, without a login or a password", () => {
    expect(pulumiEnvironment("local", {})).to.deep.equal({
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_BACKEND_URL: `file://${path.join(ROOT, ".state")}`,
      PULUMI_CONFIG_PASSPHRASE: "evenkeel-local",
    });
  });

  it("leaves to its user what the user has set", () => {
    const own = { PULUMI_BACKEND_URL: "s3://states", PULUMI_CONFIG_PASSPHRASE_FILE: "/secret" };
    expect(pulumiEnvironment("local", own)).to.deep.equal({ PULUMI_SKIP_UPDATE_CHECK: "true" });
    expect(pulumiEnvironment("local", { PULUMI_CONFIG_PASSPHRASE: "" })).not.to.have.property("PULUMI_CONFIG_PASSPHRASE");
  });

  it("says nothing of where other stacks keep their state", () => {
    expect(pulumiEnvironment("no-such-stack", {})).to.deep.equal({ PULUMI_SKIP_UPDATE_CHECK: "true" });
  });
});

describe("The folder of a stack's state", () => {
  it("is this project's for a local stack, or the one that its user names", () => {
    expect(stateDirectory("local", {})).to.equal(path.join(ROOT, ".state"));
    expect(stateDirectory("local", { PULUMI_BACKEND_URL: "file:///var/states" })).to.equal("/var/states");
    expect(stateDirectory("no-such-stack", { PULUMI_BACKEND_URL: "file:///var/states" })).to.equal("/var/states");
  });

  it("is none where another kind of backend keeps it", () => {
    expect(stateDirectory("no-such-stack", {})).to.equal(undefined);
    expect(stateDirectory("local", { PULUMI_BACKEND_URL: "https://api.pulumi.com" })).to.equal(undefined);
  });
});
