import { expect } from "chai";
import { peerSocket } from "../../../../components/haproxy/render/peers";
import { type Limits, limits } from "../../../../components/model/limits/limits";
import { until } from "../../../../provider/wait";
import { echoingApp, realBalancer, type RealBalancer } from "../../../support/programs/real-balancer";
import { scratch } from "../../../support/scratch";
import type { Visitor } from "../../../support/clients/visitor";

const made = scratch();

/** A balancer with these limits. */
async function limited(given: Parameters<typeof limits.parse>[0]): Promise<RealBalancer> {
  return realBalancer(made, await echoingApp(made), { limits: limits.parse(given) });
}

/** The statuses of so many requests, one after the other. */
async function statuses(visitor: Visitor, count: number): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push((await visitor.ask()).status);
  return all;
}

describe("A client that asks too often", () => {
  it("gets a 429 that says when to come again; no other client does", async () => {
    const balancer = await limited({ rate: { requests: 3, per: "5m" } });
    expect(await statuses(balancer.visitor("203.0.113.1"), 5)).to.deep.equal([200, 200, 200, 429, 429]);
    const refused = await balancer.visitor("203.0.113.1").ask();
    expect(refused.headers["retry-after"]).to.equal("300");
    expect(refused.headers["x-request-id"]).to.match(/^[0-9a-f-]{36}$/);
    expect(await statuses(balancer.visitor("203.0.113.2"), 3)).to.deep.equal([200, 200, 200]);
  });

  it("is all of an IPv6 network of 64 bits", async () => {
    const balancer = await limited({ rate: { requests: 2, per: "5m" } });
    expect(await statuses(balancer.visitor("2001:db8:1:1::1"), 2)).to.deep.equal([200, 200]);
    expect(await statuses(balancer.visitor("2001:db8:1:1:ffff::9"), 1)).to.deep.equal([429]);
    expect(await statuses(balancer.visitor("2001:db8:1:2::1"), 1)).to.deep.equal([200]);
  });

  it("is let through where it is exempt, however often it asks", async () => {
    const balancer = await limited({ rate: { requests: 1, per: "5m" }, exempt: ["203.0.113.0/24", "2001:db8::/32"] });
    expect(await statuses(balancer.visitor("203.0.113.1"), 3)).to.deep.equal([200, 200, 200]);
    expect(await statuses(balancer.visitor("2001:db8::1"), 3)).to.deep.equal([200, 200, 200]);
    expect(await statuses(balancer.visitor("198.51.100.1"), 2)).to.deep.equal([200, 429]);
  });

  it("is counted by both balancers of a pair together, and none of its requests is lost to the other's word", async () => {
    const app = await echoingApp(made);
    const rule: Limits = limits.parse({ rate: { requests: 10, per: "5m" } });
    const secondary = await realBalancer(made, app, { limits: rule }, { role: "secondary" });
    const peer = peerSocket(secondary.directory);
    const primary = await realBalancer(made, app, { limits: rule }, { role: "primary", peer });
    const [here, there] = [primary.visitor("203.0.113.1"), secondary.visitor("203.0.113.1")];
    // Both at once: in a table that both write, the one's counts would wipe out the other's.
    const [one, other] = await Promise.all([statuses(here, 4), statuses(there, 4)]);
    expect([...one, ...other]).to.deep.equal(Array(8).fill(200));
    const counted = async (balancer: RealBalancer, role: string): Promise<boolean> =>
      (await balancer.haproxy.ask(`show table pair/${role}`)).includes("gpc0_rate(300000)=4");
    const told = await until(
      async () => ((await counted(primary, "secondary")) && (await counted(secondary, "primary")) ? true : undefined),
      10_000,
    );
    expect(told, "what each told the other").to.equal(true);
    expect(await statuses(here, 3)).to.deep.equal([200, 200, 429]);
    expect(await until(async () => ((await there.ask()).status === 429 ? true : undefined), 10_000)).to.equal(true);
    expect(await statuses(secondary.visitor("203.0.113.2"), 2)).to.deep.equal([200, 200]);
  });
});

describe("A client", () => {
  it("gets a 403 where it is denied, or where others are allowed", async () => {
    const balancer = await limited({ allow: ["198.51.100.0/24", "2001:db8::/32"], deny: ["198.51.100.64/26"] });
    expect(await statuses(balancer.visitor("198.51.100.1"), 1)).to.deep.equal([200]);
    expect(await statuses(balancer.visitor("2001:db8::1"), 1)).to.deep.equal([200]);
    expect(await statuses(balancer.visitor("198.51.100.65"), 1)).to.deep.equal([403]);
    expect(await statuses(balancer.visitor("203.0.113.1"), 1)).to.deep.equal([403]);
    expect(await statuses(balancer.visitor("2001:db9::1"), 1)).to.deep.equal([403]);
  });

  it("may be in one of hundreds of blocks", async () => {
    const deny = Array.from({ length: 300 }, (_, i) => `10.${Math.floor(i / 200)}.${i % 200}.0/24`);
    const balancer = await limited({ deny });
    expect(await statuses(balancer.visitor("10.1.99.7"), 1)).to.deep.equal([403]);
    expect(await statuses(balancer.visitor("10.1.100.7"), 1)).to.deep.equal([200]);
  });

  it("sends no larger head or body than it may, and tells a body's length", async () => {
    const visitor = (await limited({ headerSize: "1KiB", bodySize: "10B" })).visitor("203.0.113.1");
    const statusOf = async (...request: Parameters<Visitor["ask"]>): Promise<number> => (await visitor.ask(...request)).status;
    expect(await statusOf("/", [`X-Large: ${"x".repeat(1_000)}`])).to.equal(431);
    expect(await statusOf("/", [`X-Large: ${"x".repeat(800)}`])).to.equal(200);
    expect(await statusOf("/", ["Content-Length: 10"], { method: "POST", body: "x".repeat(10) })).to.equal(200);
    expect(await statusOf("/", ["Content-Length: 11"], { method: "POST", body: "x".repeat(11) })).to.equal(413);
    const chunked = { method: "POST", body: "1\r\nx\r\n0\r\n\r\n" };
    expect(await statusOf("/", ["Transfer-Encoding: chunked"], chunked)).to.equal(411);
  });

  it("has no more connections at once than it may; one that it gives back it can use again", async () => {
    const balancer = await limited({ connections: 2 });
    const visitor = balancer.visitor("203.0.113.1");
    const [first] = [await visitor.stay("GET / HTTP/1.1\r\n"), await visitor.stay("GET / HTTP/1.1\r\n")];
    await until(async () => ((await balancer.haproxy.ask("show table site")).includes("conn_cur=2") ? true : undefined), 10_000);
    expect((await visitor.ask()).status).to.equal(0);
    expect((await balancer.visitor("203.0.113.2").ask()).status).to.equal(200);
    first.close();
    expect(await until(async () => ((await visitor.ask()).status === 200 ? true : undefined), 10_000)).to.equal(true);
  });

  it("that is slow to say what it wants is told so, and let go", async () => {
    const balancer = await limited({ requestTimeout: "1s" });
    const visit = await balancer.visitor("203.0.113.1").stay("GET / HTTP/1.1\r\nHost: ");
    await visit.closed;
  });
});
