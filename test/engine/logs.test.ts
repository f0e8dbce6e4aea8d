import { expect } from "chai";
import { existsSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { describeResult } from "../../drills/load/load";
import { until } from "../../provider/wait";
import { smallStack, TestSite } from "../support/sites/test-site";

const SECRET = "hunter2";

describe("Access logs", () => {
  it("of both balancers are files of JSON that stay small, switched on without losing a request", async () => {
    const site = await TestSite.up(smallStack());
    const load = await site.underLoad({
      requestsPerSecond: 200,
      // A connection stays at one balancer, and a quick site is asked by few: both shall log.
      keepAlive: false,
      path: `/account?password=${SECRET}`,
      headers: { authorization: `Bearer ${SECRET}`, cookie: `session=${SECRET}` },
    });
    site.change({ ...smallStack(), logs: { access: true, fileSize: "64KiB", files: 2 } });
    await site.up();
    const { loadBalancers } = await site.deployment();
    for (const [role, { accessLog = "" }] of Object.entries(loadBalancers)) {
      const old = `${accessLog}.1`;
      expect(
        await until(() => (existsSync(old) && existsSync(accessLog) ? true : undefined), 30_000),
        `${role} rotates`,
      ).to.equal(true);
    }
    const result = await load.stop();
    expect(result.failed, describeResult(result)).to.equal(0);

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
      expect(await site.ask(`shop-${role}`, "show info")).to.include("DroppedLogs: 0");
    }
    const folders = Object.values(loadBalancers).map(({ accessLog = "" }) => path.dirname(accessLog));
    site.change(smallStack());
    await site.up();
    expect(folders.map(existsSync)).to.deep.equal([false, false]);
    await site.remove();
  });
});
