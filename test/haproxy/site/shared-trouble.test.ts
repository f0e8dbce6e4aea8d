import { expect } from "chai";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { until } from "../../../provider/wait";
import { EnginelessSite, quickStack } from "../../support/engineless/site";
import { scratch } from "../../support/scratch";
import { describeResult } from "../../../drills/load/load";

const made = scratch();

describe("Trouble that all servers share", () => {
  it("as a page that always answers 503 and a brownout takes out no server, fails no other request, and runs none twice", async () => {
    const folder = made.directory();
    const [journal, delay] = [path.join(folder, "journal"), path.join(folder, "delay")];
    const environment = { JOURNAL: journal, DELAY_FILE: delay };
    const site = await EnginelessSite.up(made, quickStack({ a: 2, b: 2 }, { app: { environment } }));
    const others = await site.underLoad({ requestsPerSecond: 80 });
    const clients = { on: true, answered: 0 };
    const ended = Promise.all(Array.from({ length: 10 }, () => requestsFor503(site.url, clients)));
    await until(() => (clients.answered > 120 ? true : undefined), 60_000);
    expect((await site.status()).servers.flatMap(({ seenBy }) => Object.values(seenBy)).map(({ state }) => state)).to.deep.equal(
      Array(8).fill("UP"),
    );
    clients.on = false;
    await ended;
    expect(clients.answered).to.be.greaterThan(120);

    writeFileSync(delay, "2.5s");
    const start = await others.snapshot();
    await others.until(({ sent }) => sent > start.sent + 480, 60_000);
    rmSync(delay);
    const result = await others.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    expect(result.latency.max).to.be.greaterThan(2_000);
    const runs = readFileSync(journal, "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.includes("/healthz") && !line.endsWith(" -"));
    expect(runs.length).to.be.greaterThan(600);
    expect(runs.length - new Set(runs).size).to.equal(0);
  });
});

/** A client that sends its next request as soon as the last one is answered. */
async function requestsFor503(url: string, clients: { readonly on: boolean; answered: number }): Promise<void> {
  for (; clients.on; clients.answered++) expect((await fetch(`${url}/status/503`)).status).to.equal(503);
}
