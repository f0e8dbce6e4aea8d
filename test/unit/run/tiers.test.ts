import { expect } from "chai";
import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { filesAt, inOrder, inShard, runsAlone, TESTS, tierOf, TIERS } from "../../run/tiers";

describe("The tiers", () => {
  it("have every test between them, but those that boot machines", () => {
    const inTiers = TIERS.flatMap(({ name }) => filesAt(path.join(TESTS, name)));
    expect(filesAt(TESTS).filter((file) => !file.startsWith("test/machines/"))).to.have.members(inTiers);
  });

  it("are known by a file's folder", () => {
    expect(tierOf("test/unit/run/tiers.test.ts")?.name).to.equal("unit");
    expect(tierOf("test/support/hooks.ts")).to.equal(undefined);
    expect(tierOf("unit/x.test.ts")).to.equal(undefined);
  });

  it("have files that run alone, and files that start first, each of which exists", () => {
    for (const { name, alone, first } of TIERS)
      for (const one of [...alone, ...first]) expect(existsSync(path.join(TESTS, name, one)), `${name}/${one}`).to.equal(true);
    expect(runsAlone("test/haproxy/drills/load/load.test.ts")).to.equal(true);
    expect(runsAlone("test/haproxy/setup/setup.test.ts")).to.equal(false);
    const slow = "test/engine/docs/readme.test.ts";
    expect(inOrder(["test/engine/acme.test.ts", slow])).to.deep.equal([slow, "test/engine/acme.test.ts"]);
  });

  it("are cut into shards that have each file once", () => {
    const files = filesAt(path.join(TESTS, "engine"));
    const shards = [1, 2, 3].map((index) => inShard(files, { index, of: 3 }));
    expect(shards.flat()).to.have.members(files).and.to.have.length(files.length);
    for (const shard of shards) expect(shard.length).to.be.closeTo(files.length / 3, 1);
  });

  it("keep their folders small", () => {
    const folders = readdirSync(path.join(TESTS, "support"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of folders) expect(readdirSync(path.join(TESTS, "support", name)).length, name).to.be.at.most(25);
  });
});
