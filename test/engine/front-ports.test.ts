import { expect } from "chai";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { StackInput } from "../../components/model/stack";
import { describeResult, type Load, startLoad } from "../../drills/load/load";
import { choosePorts } from "../../provider/process/ports";
import { certificates } from "../../drills/changes/certificate";
import { plainSite } from "../../drills/changes/every-key/port-keys";
import { siteOfEveryKey } from "../../drills/changes/every-key/site";
import { TestSite } from "../support/sites/test-site";

describe("The front", () => {
  let site: TestSite;
  let load: Load;
  let ports: Record<"page" | "passed" | "https" | "other", number>;
  let base: StackInput;
  let tls: NonNullable<StackInput["tls"]>;
  let front: number | undefined;
  const pid = (): number | undefined => site.processes()["shop-front"]?.pid;

  before(async () => {
    ports = await choosePorts({ page: {}, passed: {}, https: {}, other: {} }, new Set());
    base = plainSite(siteOfEveryKey(ports));
    site = await TestSite.make(base);
    const { first } = await certificates();
    tls = { ...first.tls, redirect: false };
    await site.setSecrets(first.secrets);
    await site.up();
    front = pid();
    const url = `http://127.0.0.1:${ports.page}/`;
    load = await startLoad([
      { url, requestsPerSecond: 100 },
      { url, requestsPerSecond: 60, keepAlive: false, method: "POST", path: "/echo", body: "an order" },
    ]);
  });
  after(async () => {
    await load.stop();
    await site.remove();
  });

  /** Brings up another stack, and holds that nobody was refused at the page, and that the front is the process that it was. */
  async function becomes(change: StackInput): Promise<string> {
    site.change({ ...base, ...change });
    const text = await site.up();
    const { sent } = await load.snapshot();
    await load.until((now) => now.sent >= sent + 100);
    const seen = await load.lap();
    expect(seen.failed, describeResult(seen)).to.equal(0);
    expect(pid()).to.equal(front);
    return text;
  }

  const takes = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });

  it("takes TLS on a port of its own, and lets go of it, while the page is asked", async () => {
    await becomes({ tls, failover: { port: ports.page, httpsPort: ports.https } });
    expect(await takes(ports.https)).to.equal(true);
    await becomes({});
    expect(await takes(ports.https)).to.equal(false);
  });

  it("passes connections on at a port of its own, at another one, and no more", async () => {
    const { pools, passthrough } = siteOfEveryKey(ports);
    const on = (port: number): StackInput => ({ pools, passthrough: { ...passthrough, port } });
    await becomes(on(ports.passed));
    expect(await takes(ports.passed)).to.equal(true);
    await becomes(on(ports.other));
    expect([await takes(ports.passed), await takes(ports.other)]).to.deep.equal([false, true]);
    await becomes({});
    expect(await takes(ports.other)).to.equal(false);
  });

  it("stays where it is when its port is said no more, and said again", async () => {
    expect(await becomes({ failover: {} })).to.not.include("replaced");
    expect((await site.deployment()).url).to.equal(`http://127.0.0.1:${ports.page}`);
    expect(await becomes({})).to.not.include("replaced");
  });

  it("goes on as it is when a port that it shall take is another program's", async () => {
    const other = createServer().listen(ports.other, "127.0.0.1");
    await once(other, "listening");
    try {
      site.change({ ...base, failover: { port: ports.other } });
      expect(await site.failingUp()).to.include(`shop-front: port ${ports.other} is taken by another program`);
      expect(await takes(ports.page)).to.equal(true);
    } finally {
      other.close();
    }
    await becomes({});
  });
});
