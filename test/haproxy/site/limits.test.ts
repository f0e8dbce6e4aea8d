import { expect } from "chai";
import { connect } from "node:net";
import type { StackInput } from "../../../components/model/stack";
import { until } from "../../../provider/wait";
import { expectNoLoss, EnginelessSite, quickStack } from "../../support/engineless/site";
import { scratch } from "../../support/scratch";

/** Every client here comes from this machine: as a trusted proxy, it says who its clients are. */
const HERE = ["127.0.0.0/8"];
const OFTEN = "203.0.113.1";
const OTHERS = "203.0.113.0/24";
const PER_HOUR = 10;

const made = scratch();
const limited = (limits: StackInput["limits"]): StackInput => ({ ...quickStack(), limits });

describe("Limits", () => {
  it("of one client hold on both balancers together, through a reload and a balancer's death; other clients lose nothing", async () => {
    const site = await EnginelessSite.up(made);
    const load = await site.underLoad(
      { requestsPerSecond: 50, headers: { "x-forwarded-for": "203.0.113.200" } },
      { requestsPerSecond: 25, keepAlive: false, headers: { "x-forwarded-for": "203.0.113.201" } },
    );
    const limits = { rate: { requests: PER_HOUR, per: "1h" }, trustedProxies: HERE, exempt: ["203.0.113.192/26"] };
    await site.up(limited(limits));
    const [primary, secondary] = [site.urlOf("primary"), site.urlOf("secondary")];
    for (let i = 0; i < PER_HOUR; i++) expect((await ask(primary, OFTEN)).status, `request ${i + 1}`).to.equal(200);
    const refused = await ask(primary, OFTEN);
    expect([refused.status, refused.headers.get("retry-after")]).to.deep.equal([429, "3600"]);
    await refusedAt(secondary);
    expect((await ask(site.url, OFTEN)).status).to.equal(429);
    expect((await ask(site.url, "203.0.113.2")).status).to.equal(200);

    // A reload of both: each takes over what the worker before it has counted.
    await site.up(limited({ ...limits, clientTimeout: "20s" }));
    await refusedAt(primary);
    await refusedAt(secondary);
    await expectNoLoss(load);

    // The other balancer tells a restarted one what it has forgotten.
    site.kill("shop-primary");
    await site.refresh();
    expect((await site.up()).changed).to.include("shop-primary");
    await refusedAt(primary);

    await site.up(limited({ deny: [OTHERS], trustedProxies: HERE }));
    expect([(await ask(site.url, OFTEN)).status, (await ask(site.url, "198.51.100.1")).status]).to.deep.equal([403, 200]);
  });

  it("of connections close those of the client alone, and no balancer is taken for dead by that", async () => {
    const site = await EnginelessSite.up(made, limited({ connections: 1 }));
    // Each request wants a connection of its own while the first one is held.
    const held = connect(Number(new URL(site.url).port), "127.0.0.1", () => held.write("GET / HTTP/1.1\r\n"));
    const load = await site.underLoad({ requestsPerSecond: 100, keepAlive: false });
    const isRefused = async (): Promise<true | undefined> => ((await connectionsRefused(site)) > 20 ? true : undefined);
    expect(await until(isRefused, 30_000), "refused connections").to.equal(true);
    await load.stop();
    held.destroy();
    const { balancers } = await site.status();
    expect(balancers.map(({ state }) => state)).to.deep.equal(["serving", "serving"]);
    const answers = async (): Promise<true | undefined> =>
      (await ask(site.url, OFTEN).then(
        ({ status }) => status,
        () => 0,
      )) === 200
        ? true
        : undefined;
    expect(await until(answers, 10_000), "a client that is alone").to.equal(true);
  });
});

/** Connections that the balancers have refused. */
async function connectionsRefused(site: EnginelessSite): Promise<number> {
  const counts = (["primary", "secondary"] as const).map(async (role) => {
    const [head = "", ...rows] = (await site.ask(role, "show stat")).replace("# ", "").split("\n");
    const column = head.split(",").indexOf("dses");
    return Number(rows.find((row) => row.startsWith("site,FRONTEND"))?.split(",")[column] ?? 0);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

function ask(url: string, client: string): Promise<Response> {
  return fetch(`${url}/whoami`, { headers: { "x-forwarded-for": client, connection: "close" } });
}

/** Waits until a client that has used up its requests is refused at a balancer: what the other one counted is on its way. */
async function refusedAt(url: string): Promise<void> {
  const refused = await until(async () => ((await ask(url, OFTEN)).status === 429 ? true : undefined), 20_000);
  expect(refused, `refused at ${url}`).to.equal(true);
}
