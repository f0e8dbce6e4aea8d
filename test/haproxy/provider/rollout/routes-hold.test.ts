import { expect } from "chai";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import { tcpCheck } from "../../../../components/model/health-checks/health-check";
import { limits } from "../../../../components/model/limits/limits";
import type { PassthroughRoute } from "../../../../components/model/routing/passthrough";
import type { Plan, ServerPlan } from "../../../../components/model/plan";
import type { Route } from "../../../../components/model/routing/route";
import type { HttpsPlan } from "../../../../components/model/tls/tls";
import { choosePorts } from "../../../../provider/process/ports";
import { LocalNode } from "../../../../provider/rollout/local-node";
import { makeCertificate } from "../../../support/certificates";
import { samplePool } from "../../../support/sites/sample-plan";
import { scratch } from "../../../support/scratch";
import { type Balancer, complaint, planOf, roll, startBalancer, startServer } from "./balancer";

/** A route of each kind, before one that takes the rest. */
const EACH: Route[] = [
  { from: ["203.0.113.0/24", "2001:db8::/32"], respond: { status: 403, body: "no\nentry" } },
  { path: "/old/*", redirect: { status: 301, scheme: "https", host: "www.example.com", path: "/new/*" } },
  { method: "HEAD", path: "/head", pool: "next" },
  { header: { Upgrade: "websocket" }, not: { query: { plain: "*" } }, pool: "next" },
  { path: "/v1/*", pool: "next", rewrite: { path: "/*" } },
  { query: { v: "2" }, path: "/*.php", respond: { status: 200, body: "web", contentType: "text/plain" } },
  { path: "/shop/*", pools: { web: 9, next: 1 }, stickyCookie: "stay" },
  { scheme: "https", pool: "next" },
  { pool: "web" },
];

describe("A rollout asks a balancer about each route", () => {
  const made = scratch();
  let balancer: Balancer;
  let pools: Plan["pools"];

  beforeEach(async () => {
    balancer = await startBalancer(made);
    const servers: Record<string, ServerPlan> = { "web-a-1": await startServer(made, "one") };
    const { web } = planOf(servers).pools;
    const { web: next } = planOf({ "next-a-1": await startServer(made, "two") }).pools;
    if (web === undefined || next === undefined) return;
    pools = { web, next };
  });

  const plan = (routes: readonly Route[]): Plan => ({ ...planOf({}), pools, routes });
  /** What a rollout of one plan says when the balancer was given the configuration of another. */
  const told = (planned: readonly Route[], given: readonly Route[]): Promise<string> =>
    complaint(
      roll(new LocalNode(balancer.node), balancer.node, plan(planned), {
        configuration: renderBalancer(plan(given), balancer.node),
      }),
    );

  it("of whatever kind, and finds that they lead to where they should", async () => {
    await roll(new LocalNode(balancer.node), balancer.node, plan(EACH));
    expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });
  });

  it("and says which one leads elsewhere", async () => {
    const rest: Route = { pool: "web" };
    const wrong: [Route, Route, string][] = [
      [
        { path: "/x", redirect: { status: 307, host: "a.test" } },
        { path: "/x", redirect: { status: 307, host: "b.test" } },
        "probe.invalid/x goes to //b.test/x by a redirect 307, not to //a.test/x by a redirect 307 as planned",
      ],
      [
        { path: "/x", respond: { status: 404 } },
        { path: "/x", pool: "next" },
        "probe.invalid/x goes to the pool next, not to an answer 404 of the balancer as planned",
      ],
      [
        { path: "/x/*", pool: "next", rewrite: { path: "/*" } },
        { path: "/x/*", pool: "next", rewrite: { path: "/y" } },
        "probe.invalid/x/probe goes to the pool next for /y, not to next for /probe as planned",
      ],
      [
        { method: "HEAD", pool: "next" },
        { method: "POST", pool: "next" },
        "HEAD probe.invalid/ goes to the pool web for /, not to next as planned",
      ],
      [
        { from: "203.0.113.0/24", pool: "next" },
        { from: "203.0.112.0/24", pool: "next" },
        "probe.invalid/ goes to the pool web, not to next as planned",
      ],
      [
        { header: { "x-a": "1" }, pool: "next" },
        { header: { "x-a": "2" }, pool: "next" },
        "probe.invalid/ with header x-a: 1 goes to the pool web, not to next as planned",
      ],
      [
        { query: { a: "1" }, pool: "next" },
        { query: { a: "2" }, pool: "next" },
        "probe.invalid/?a=1 goes to the pool web, not to next as planned",
      ],
    ];
    for (const [planned, given, message] of wrong) expect(await told([planned, rest], [given, rest])).to.include(message);
    const split = { stickyCookie: "stay", path: "/shop" };
    expect(
      await told([{ ...split, pools: { web: 9, next: 1 } }, rest], [{ ...split, pools: { web: 1, next: 9 } }, rest]),
    ).to.include("probe.invalid/shop with cookie stay=100000 goes to the pool next for /shop, not to web as planned");
  });

  it("over HTTPS where clients ask so, and whether HTTP leads there", async () => {
    const { secure = 0 } = await choosePorts({ secure: {} }, new Set());
    const node = { ...balancer.node, https: { address: "127.0.0.1", port: secure } };
    const { certificate, key } = await makeCertificate({ names: ["shop.example.com"] });
    const [certificates, certificateKeys] = [{ shop: certificate }, { shop: key }];
    const rest: Route = { pool: "web" };
    const challenge: Route = { path: "/.well-known/acme-challenge/*", pool: "next" };
    const both = (routes: readonly Route[], https: Partial<HttpsPlan> = {}): Plan => ({
      ...plan(routes),
      https: { certificates, redirect: true, ...https },
    });
    const said = (planned: Plan, given: Plan): Promise<string> =>
      complaint(roll(new LocalNode(node), node, planned, { certificateKeys, configuration: renderBalancer(given, node) }));

    for (const routes of [EACH, [{ scheme: "http", host: "Shop.example.com", pool: "next" }, challenge, rest]] as Route[][])
      for (const https of [{}, { redirect: false }, { thumbprint: "thumb" }])
        await roll(new LocalNode(node), node, both(routes, https), { certificateKeys });

    const secret: Route = { scheme: "https", path: "/x", pool: "next" };
    expect(await said(both([secret, rest]), both([{ ...secret, pool: "web" }, rest]))).to.include(
      "https://probe.invalid/x goes to the pool web, not to next as planned",
    );
    // To who looks only at HTTP, both of these are as they should be.
    const plain: Route = { path: "/x", pool: "next" };
    expect(await said(both([plain, rest]), both([{ ...plain, scheme: "http" }, rest]))).to.include(
      "https://probe.invalid/x goes to the pool web, not to next as planned",
    );
    expect(await said(both([rest]), both([rest], { redirect: false }))).to.include(
      `probe.invalid/ goes to the pool web, not to https://probe.invalid:${secure}/ by a redirect 308 as planned`,
    );
    expect(await said(both([rest], { redirect: false }), both([rest]))).to.include(
      `probe.invalid/ goes to https://probe.invalid:${secure}/ by a redirect 308, not to web as planned`,
    );
    expect(await said(both([challenge, rest], { thumbprint: "one" }), both([challenge, rest], { thumbprint: "two" }))).to.include(
      "probe.invalid/.well-known/acme-challenge/probe goes to the pool probe.two, not to an answer 200 of the balancer as planned",
    );
  });

  it("and about each name whose TLS is passed on, also while no client may connect", async () => {
    const { passed = 0 } = await choosePorts({ passed: {} }, new Set());
    const node = { ...balancer.node, passthrough: { address: "127.0.0.1", port: passed } };
    const one = await startServer(made, "one");
    const tcp = samplePool({ protocol: "tcp", healthCheck: tcpCheck(), servers: { "mail-a-1": one } });
    const passing = (passthrough: readonly PassthroughRoute[]): Plan => ({
      ...plan([{ pool: "web" }]),
      pools: { ...pools, mail: tcp, other: { ...tcp, servers: { "other-a-1": one } } },
      passthrough,
      limits: limits.parse({ allow: ["192.0.2.0/24"], connections: 1 }),
    });
    const mail: PassthroughRoute = { sni: "Mail.example.com", pool: "mail" };
    const below: PassthroughRoute = { sni: "*.example.com", pool: "other" };
    const rest: PassthroughRoute = { pool: "mail" };
    await roll(new LocalNode(node), node, passing([mail, below, rest]));
    await roll(new LocalNode(node), node, passing([rest]));

    const said = (planned: PassthroughRoute[], given: PassthroughRoute[]): Promise<string> =>
      complaint(roll(new LocalNode(node), node, passing(planned), { configuration: renderBalancer(passing(given), node) }));
    expect(await said([mail, below], [below, mail])).to.include(
      "TLS for mail.example.com is passed on to other, not to mail as planned",
    );
    expect(await said([mail, below], [mail])).to.include(
      "TLS for evenkeel-probe.example.com is closed, not passed on to other as planned",
    );
    expect(await said([mail, rest], [mail, { pool: "other" }])).to.include(
      "TLS for no name is passed on to other, not to mail as planned",
    );
  });
});
