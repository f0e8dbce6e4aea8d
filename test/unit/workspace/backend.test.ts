import { symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import {
  isLocal,
  placementIn,
  pulumiEnvironment,
  reasonAgainstBackend,
  stateDirectory,
  variablesToUnset,
} from "../../../workspace/backend";
import { ROOT } from "../../../workspace/root";
import { scratch } from "../../support/scratch";

const made = scratch();

describe("A stack", () => {
  for (const [providers, placement] of [
    [["local", "local"], "local"],
    [["local", "existing"], "local"],
    [["local", "aws"], "cloud"],
    [["gcp", "existing"], "cloud"],
    [["local", "locall"], "unknown"],
    [["existing"], "unknown"],
    [[], "unknown"],
  ] as const)
    it(`is ${placement === "unknown" ? "of no known place" : placement} with data centers: ${providers.join(", ") || "none"}`, () => {
      expect(placementIn(providers.map((provider) => ({ provider })))).to.equal(placement);
    });

  it("is of no known place where its data centers are nothing of the kind", () => {
    for (const dataCenters of [undefined, null, "local", ["local"], { a: null }])
      expect(placementIn(dataCenters)).to.equal("unknown");
  });

  it("that has no file is not taken for local", () => {
    expect(isLocal("local")).to.equal(true);
    expect(isLocal("production")).to.equal(false);
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

  it("says nothing of where other stacks keep their state, and does without what a local stack has set", () => {
    expect(pulumiEnvironment("production", {})).to.deep.equal({ PULUMI_SKIP_UPDATE_CHECK: "true" });
    const shell = pulumiEnvironment("local", {});
    expect(variablesToUnset("production", shell)).to.deep.equal(["PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"]);
    expect(variablesToUnset("local", shell)).to.deep.equal([]);
    const own = { PULUMI_BACKEND_URL: "s3://states", PULUMI_CONFIG_PASSPHRASE: "mine" };
    expect(variablesToUnset("production", own)).to.deep.equal([]);
  });
});

describe("The backend of a stack in a cloud", () => {
  /** An environment in which nobody has logged in. */
  const environment = (own: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ PULUMI_HOME: made.directory(), ...own });
  const reason = (own: NodeJS.ProcessEnv): string => reasonAgainstBackend("production", environment(own)) ?? "";

  it("may be any that lasts", () => {
    for (const PULUMI_BACKEND_URL of [
      undefined,
      "s3://states",
      "https://api.pulumi.com",
      "file:///var/states",
      "file://~",
      `file://${ROOT}-x`,
    ])
      expect(
        reason({ ...(PULUMI_BACKEND_URL === undefined ? {} : { PULUMI_BACKEND_URL }), PULUMI_CONFIG_PASSPHRASE: "mine" }),
      ).to.equal("");
  });

  it("is not this folder, in whatever words", () => {
    const link = path.join(made.directory(), "link");
    symlinkSync(ROOT, link);
    for (const folder of [
      path.join(ROOT, ".state"),
      ROOT,
      ".state",
      "./x/y",
      `${ROOT}/../${path.basename(ROOT)}/.state`,
      `${link}/.state?no_tmp_dir=true`,
    ])
      expect(reason({ PULUMI_BACKEND_URL: `file://${folder}` })).to.include(
        `its state would be kept in this folder (PULUMI_BACKEND_URL is file://${folder}): set PULUMI_BACKEND_URL to a backend that lasts`,
      );
  });

  it("is not this folder by `pulumi login` either", () => {
    const env = environment({});
    writeFileSync(path.join(env.PULUMI_HOME ?? "", "credentials.json"), JSON.stringify({ current: `file://${ROOT}/.state` }));
    expect(reasonAgainstBackend("production", env)).to.include(`(pulumi login is file://${ROOT}/.state)`);
    expect(reasonAgainstBackend("production", { ...env, PULUMI_BACKEND_URL: "s3://states" })).to.equal(undefined);
  });

  it("is not encrypted with the passphrase that is published", () => {
    const file = path.join(made.directory(), "passphrase");
    writeFileSync(file, "evenkeel-local\n");
    expect(reason({ PULUMI_CONFIG_PASSPHRASE: "evenkeel-local" })).to.include(
      "PULUMI_CONFIG_PASSPHRASE is the published passphrase of local stacks, which everybody can read: set it to one of your own, or unset it",
    );
    expect(reason({ PULUMI_CONFIG_PASSPHRASE_FILE: file })).to.include(
      "PULUMI_CONFIG_PASSPHRASE_FILE holds the published passphrase",
    );
  });

  it("is refused with both reasons in a shell that was set up for a local stack, and how to undo that", () => {
    expect(reason(pulumiEnvironment("local", {})).split("\n")).to.have.length(4);
    expect(reason(pulumiEnvironment("local", {}))).to.include('eval "$(npm run -s env -- --stack production)" unsets');
    expect(reasonAgainstBackend("local", pulumiEnvironment("local", {}))).to.equal(undefined);
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
