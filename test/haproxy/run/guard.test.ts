import { expect } from "chai";
import { execFile, execFileSync, execSync, fork, spawn, spawnSync } from "node:child_process";
import { connect, createServer } from "node:net";
import { allow, takeRefusals } from "../../support/guard";

describe("The guard of the tiers", () => {
  afterEach(() => {
    allow("haproxy");
    takeRefusals();
  });

  it("lets a unit test start no program, by whatever function", () => {
    allow("unit");
    const message = "A test of the unit tier starts no program, but this one starts true";
    for (const start of [
      () => spawn("true", []),
      () => execFile("true"),
      () => spawnSync("true"),
      () => execFileSync("true"),
      () => execSync("true"),
    ])
      expect(start).to.throw(message);
    expect(() => fork("nothing.mjs")).to.throw("A test of the unit tier starts no program");
    expect(takeRefusals()).to.have.length(6);
  });

  it("lets a unit test use no socket", () => {
    allow("unit");
    expect(() => createServer().listen(0)).to.throw("A test of the unit tier listens on no socket");
    expect(() => connect(1, "127.0.0.1")).to.throw("A test of the unit tier connects no socket");
  });

  it("lets a haproxy test start programs, but not Pulumi", () => {
    expect(spawnSync("true").status).to.equal(0);
    for (const start of [
      () => spawn("/opt/bin/pulumi", ["up"]),
      () => execSync("cd / && npx pulumi up"),
      () => spawn("sh", ["-c", "pulumi up"]),
    ])
      expect(start).to.throw("A test of the haproxy tier does not run Pulumi");
  });

  it("lets an engine test start anything", () => {
    allow("engine");
    expect(spawnSync("sh", ["-c", "pulumi() { true; }; pulumi up"]).status).to.equal(0);
  });
});
