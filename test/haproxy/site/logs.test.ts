import { expect } from "chai";
import { existsSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { until } from "../../../provider/wait";
import { answeredBy } from "../../support/clients/closed-loop";
import { expectNoLoss, EnginelessSite, quickStack } from "../../support/engineless/site";
import { scratch } from "../../support/scratch";

const SECRET = "hunter2";
const made = scratch();

describe("Access logs", () => {
  it("of both balancers are files of JSON that stay small, switched on and off without losing a request", async () => {
    const site = await EnginelessSite.up(made);
    const page = `/account?password=${SECRET}`;
    const headers = { authorization: `Bearer ${SECRET}`, cookie: `session=${SECRET}` };
    const load = await site.underLoad({ requestsPerSecond: 50, path: page, headers });
    await site.up({ ...quickStack(), logs: { access: true, fileSize: "64KiB", files: 2 } });
    const { loadBalancers } = site.deployment;
    for (const [role, { accessLog = "" }] of Object.entries(loadBalancers)) {
      const old = `${accessLog}.1`;
      const rotated = await until(async () => {
        await answeredBy(new URL(page, site.url).href, 60, headers);
        return existsSync(old) && existsSync(accessLog) ? true : undefined;
      }, 60_000);
      expect(rotated, `${role} rotates`).to.equal(true);
    }
    for (const [role, { accessLog = "" }] of Object.entries(loadBalancers)) {
      expect(statSync(`${accessLog}.1`).size).to.be.at.most(64 * 1024);
      expect(existsSync(`${accessLog}.2`)).to.equal(false);
      const text = readFileSync(`${accessLog}.1`, "utf8");
      expect(text).not.to.include(SECRET);
      const entries = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(entries.length).to.be.above(50);
      for (const entry of entries)
        expect(entry).to.include({ balancer: role, path: "/account", client: "127.0.0.1", status: 200 });
      expect(await site.ask(role as "primary" | "secondary", "show info")).to.include("DroppedLogs: 0");
    }
    const folders = Object.values(loadBalancers).map(({ accessLog = "" }) => path.dirname(accessLog));
    await site.up(quickStack());
    expect(folders.map(existsSync)).to.deep.equal([false, false]);
    await expectNoLoss(load);
  });
});
