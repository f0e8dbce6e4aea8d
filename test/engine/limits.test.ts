import { expect } from "chai";
import { connect } from "node:net";
import type { StackInput } from "../../components/model/stack";
import { describeResult } from "../../drills/load/load";
import { until } from "../../provider/wait";
import { smallStack, TestSite } from "../support/sites/test-site";

/** Every client here comes from this machine: as a trusted proxy, it says who its clients are. */
const HERE = ["127.0.0.0/8"];
const OFTEN = "203.0.113.1";
const OTHERS = "203.0.113.0/24";
const PER_HOUR = 10;

const limited = (limits: StackInput["limits"]): StackInput => ({ ...smallStack(), limits });

describe("Limits", () => {
  it("of one client hold on both balancers together, through a reload and a balancer's death; other clients lose nothing", async () => {
    const site = await TestSite.up(smallStack());
    const loads = [
      await site.underLoad({ requestsPerSecond: 100, headers: { "x-forwarded-for": "203.0.113.200" } }),
      await site.underLoad({ requestsPerSecond: 50, keepAlive: false, headers: { "x-forwarded-for": "203.0.113.201" } }),
    ];
    const limits = { rate: { requests: PER_HOUR, per: "1h" }, trustedProxies: HERE, exempt: ["203.0.113.192/26"] };
    site.change(limited(limits));
    await site.up();
    const { url, loadBalancers } = await site.deployment();
    const [primary, secondary] = [loadBalancers.primary?.url ?? "", loadBalancers.secondary?.url ?? ""];
    for (let i = 0; i < PER_HOUR; i++) expect((await ask(primary, OFTEN)).status, `request ${i + 1}`).to.equal(200);
    const refused = await ask(primary, OFTEN);
    expect([refused.status, refused.headers.get("retry-after")]).to.deep.equal([429, "3600"]);
    await refusedAt(secondary);
    expect((await ask(url, OFTEN)).status).to.equal(429);
    expect((await ask(url, "203.0.113.2")).status).to.equal(200);

    // A reload of both: each takes over what the worker before it has counted.
    site.change(limited({ ...limits, clientTimeout: "20s" }));
    await site.up();
    await refusedAt(primary);
    await refusedAt(secondary);
    for (const load of loads) {
      const result = await load.stop();
      expect(result.failed, describeResult(result)).to.equal(0);
    }

    // What a balancer has forgotten with its death the other one tells it.
    site.kill("shop-primary");
    await site.up("--refresh");
    await refusedAt(primary);

    site.change(limited({ deny: [OTHERS], trustedProxies: HERE }));
    await site.up();
    expect([(await ask(url, OFTEN)).status, (await ask(url, "198.51.100.1")).status]).to.deep.equal([403, 200]);
    await site.remove();
  });

  it("of connections close those of the client alone, and no balancer is taken for dead by that", async () => {
    const site = await TestSite.up(limited({ connections: 1 }));
    const { url } = await site.deployment();
    // Each request wants a connection of its own while the first one is held.
    const held = connect(Number(new URL(url).port), "127.0.0.1", () => held.write("GET / HTTP/1.1\r\n"));
    const load = await site.underLoad({ requestsPerSecond: 50, keepAlive: false });
    const isRefused = async (): Promise<true | undefined> => ((await requestsRefused(site)) > 20 ? true : undefined);
    expect(await until(isRefused, 20_000), "refused connections").to.equal(true);
    await load.stop();
    held.destroy();
    const { balancers } = await site.status();
    expect(balancers.map(({ state }) => state)).to.deep.equal(["serving", "serving"]);
    expect((await ask(url, OFTEN)).status).to.equal(200);
    await site.remove();
  });
});

/** Connections that the balancers have refused. */
async function requestsRefused(site: TestSite): Promise<number> {
  const counts = ["shop-primary", "shop-secondary"].map(async (balancer) => {
    const [head = "", ...rows] = (await site.ask(balancer, "show stat")).replace("# ", "").split("\n");
    const column = head.split(",").indexOf("dses");
    return Number(rows.find((row) => row.startsWith("site,FRONTEND"))?.split(",")[column] ?? 0);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

function ask(url: string, client: string): Promise<Response> {
  return fetch(`${url}/whoami`, { headers: { "x-forwarded-for": client, connection: "close" } });
}

/** Waits until a client that has used up its requests is refused at a balancer. What was served meanwhile was too: the word is on its way. */
async function refusedAt(url: string): Promise<void> {
  const refused = await until(async () => ((await ask(url, OFTEN)).status === 429 ? true : undefined), 10_000);
  expect(refused, `refused at ${url}`).to.equal(true);
}
