import { expect } from "chai";
import { existsSync } from "node:fs";
import { stackWithOwnPort, TestSite } from "../support/sites/test-site";

describe("A site on this machine", () => {
  it("comes up, is left alone by a second up, and goes without leaving anything", async () => {
    const site = await TestSite.make(await stackWithOwnPort(), { ownProcesses: true });
    const preview = await site.expectSuccess(["preview"]);
    for (const name of ["web-a-1", "web-b-1", "shop-primary", "shop-secondary", "shop-front"]) expect(preview).to.include(name);
    expect(Object.keys(site.processes())).to.deep.equal([]);

    await site.up();
    const { url } = await site.deployment();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${url}/whoami`).then((answer) => answer.json() as Promise<{ dataCenter: string }>)),
    );
    expect(new Set(answers.map(({ dataCenter }) => dataCenter))).to.deep.equal(new Set(["a", "b"]));

    expect(await site.up()).to.match(/Resources:\s+11 unchanged/);
    expect(await site.up("--refresh")).to.match(/Resources:\s+11 unchanged/);

    const directories = Object.values(site.processes()).map(({ directory }) => directory);
    await site.expectSuccess(["destroy", "--yes", "--skip-preview"]);
    expect(Object.keys(site.processes())).to.deep.equal([]);
    expect(directories.filter((directory) => existsSync(directory))).to.deep.equal([]);
    await fetch(url).then(
      () => expect.fail("the page still answers"),
      () => undefined,
    );
    await site.remove();
  });
});
