import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { describeResult } from "../../drills/load/load";
import { smallStack, TestSite } from "../support/sites/test-site";

describe("Trouble that all servers share", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "ek-journal-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("as a page that always answers 503 and a brownout takes out no server, fails no other request, and runs none twice", async () => {
    const [journal, delay] = [path.join(folder, "journal"), path.join(folder, "delay")];
    const site = await TestSite.up(smallStack({ a: 2, b: 2 }, { app: { environment: { JOURNAL: journal, DELAY_FILE: delay } } }));
    const others = await site.underLoad({ requestsPerSecond: 100 });
    // Ten clients, each of which asks again as soon as it was answered.
    const { url } = await site.deployment();
    const asking = { on: true };
    const clients = Promise.all(Array.from({ length: 10 }, () => askFor503(url, asking)));
    await others.until(({ succeeded }) => succeeded > 300);
    expect((await site.status()).servers.flatMap(({ seenBy }) => Object.values(seenBy)).map(({ state }) => state)).to.deep.equal(
      Array(8).fill("UP"),
    );
    asking.on = false;
    expect((await clients).reduce((sum, asked) => sum + asked)).to.be.greaterThan(100);

    writeFileSync(delay, "2.5s");
    const start = await others.snapshot();
    await others.until(({ sent }) => sent > start.sent + 600);
    rmSync(delay);
    const result = await others.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    expect(result.latency.max).to.be.greaterThan(2_000);
    const runs = readFileSync(journal, "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.includes("/healthz") && !line.endsWith(" -"));
    expect(runs.length).to.be.greaterThan(900);
    expect(runs.length - new Set(runs).size).to.equal(0);
    await site.remove();
  });
});

async function askFor503(url: string, asking: { readonly on: boolean }): Promise<number> {
  let asked = 0;
  for (; asking.on; asked++) {
    const { status } = await fetch(`${url}/status/503`);
    expect(status).to.equal(503);
  }
  return asked;
}
