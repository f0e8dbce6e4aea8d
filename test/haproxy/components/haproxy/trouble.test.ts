import { createServer, type Server } from "node:http";
import { expect } from "chai";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import { seedServerState } from "../../../../components/haproxy/server-state";
import { httpCheck, tcpCheck } from "../../../../components/model/health-checks/health-check";
import type { PoolPlan, ServerPlan } from "../../../../components/model/plan";
import { choosePorts } from "../../../../provider/process/ports";
import { until } from "../../../../provider/wait";
import { filled } from "../../../support/programs/haproxy-check";
import { type RunningHaproxy, startHaproxy } from "../../../support/programs/haproxy-process";
import { sampleNode, samplePlan, samplePool } from "../../../support/sites/sample-plan";
import { scratch } from "../../../support/scratch";

/** A web server in this process, whose health and answers a test sets. */
interface Site {
  healthy: boolean;
  status: number;
  requests: number;
  /** Ends it as the death of its process does: whoever connects is refused. */
  kill(): void;
}

describe("A balancer in trouble", () => {
  const made = scratch();
  const CHECK = httpCheck("/healthz", { interval: "100ms", timeout: "5s", fall: 1, rise: 1 });
  let sites: Record<string, Site> = {};
  let url = "";
  let haproxy: RunningHaproxy;

  /** Starts the servers of pools, by the data centers that they stand in, and a balancer; each answers with its name. */
  async function serve(pools: Record<string, { in: string[]; changes?: Partial<PoolPlan> }>): Promise<void> {
    sites = {};
    const entries = Object.entries(pools).map(async ([pool, { in: places, changes }]) => {
      const members = places.map(async (dataCenter, i): Promise<[string, ServerPlan]> => {
        const name = `${pool}-${dataCenter}-${i + 1}`;
        const kill = (): void => {
          server.close();
          server.closeAllConnections();
        };
        const site: Site = { healthy: true, status: 200, requests: 0, kill };
        sites[name] = site;
        const server: Server = createServer(({ url: asked }, response) => {
          if (asked === "/healthz") response.writeHead(site.healthy ? 200 : 500).end();
          else if (asked === "/held") response.writeHead(200).write(name);
          else {
            site.requests++;
            response.writeHead(site.status).end(name);
          }
        });
        return [name, { dataCenter, address: "127.0.0.1", port: await made.listen(server) }];
      });
      const servers = Object.fromEntries(await Promise.all(members));
      return [pool, samplePool({ healthCheck: CHECK, slowStart: "0s", servers, ...changes })] as const;
    });
    const plan = samplePlan(Object.fromEntries(await Promise.all(entries)), { routes: [{ pool: "web" }] });
    const { site = 0, health = 0 } = await choosePorts({ site: {}, health: {} }, new Set());
    const listener = (port: number) => ({ address: "127.0.0.1", port });
    const node = sampleNode({ site: listener(site), health: listener(health), frontSocket: undefined });
    const directory = made.directory();
    url = `http://127.0.0.1:${site}`;
    const state = seedServerState(plan, [], new Set(Object.keys(sites)));
    haproxy = await startHaproxy(made, directory, filled(renderBalancer(plan, node).text, directory), state);
  }

  const setHealth = async (healthy: boolean, ...names: string[]): Promise<void> => {
    for (const name of names) (sites[name] ?? expect.fail(name)).healthy = healthy;
    await haproxy.becomes((statuses) =>
      names.every((name) =>
        Object.entries(statuses).every(
          ([key, status]) =>
            !/^\w+(\.checked)?\//.test(key) || !key.endsWith(`/${name}`) || (healthy ? status === "UP" : status === "DOWN"),
        ),
      ),
    );
  };
  const ask = async (): Promise<string> => {
    const answer = await fetch(url);
    return `${answer.status} ${await answer.text()}`;
  };
  /** Who answers, in many requests. */
  const answering = async (times = 24): Promise<string[]> => {
    const seen = new Set<string>();
    for (let i = 0; i < times; i++) seen.add(await ask());
    return [...seen].sort();
  };

  describe("with all servers of a pool down", () => {
    it("answers with an error, unless the pool says more", async () => {
      await serve({ web: { in: ["a"] } });
      await setHealth(false, "web-a-1");
      expect(await ask()).to.match(/^503 /);
    });

    it("answers with the pool's page, and no more once a server is up", async () => {
      const page = {
        status: 500,
        body: 'Back "soon":\n 100% $HOME %[src] é\n',
        contentType: "text/plain; charset=utf-8",
        retryAfter: "1.5m",
      };
      await serve({ web: { in: ["a"], changes: { whenAllDown: { page } } } });
      expect(await ask()).to.equal("200 web-a-1");
      await setHealth(false, "web-a-1");
      const answer = await fetch(url);
      expect(answer.status).to.equal(page.status);
      expect(await answer.text()).to.equal(page.body);
      expect(answer.headers.get("content-type")).to.equal(page.contentType);
      expect(answer.headers.get("retry-after")).to.equal("90");
      await setHealth(true, "web-a-1");
      expect(await ask()).to.equal("200 web-a-1");
    });

    it("has another pool answer, and one after that", async () => {
      await serve({
        web: { in: ["a"], changes: { whenAllDown: { pool: "spare" } } },
        spare: { in: ["a"], changes: { whenAllDown: { pool: "last" } } },
        last: { in: ["b"] },
      });
      expect(await ask()).to.equal("200 web-a-1");
      await setHealth(false, "spare-a-1");
      expect(await ask()).to.equal("200 web-a-1");
      await setHealth(false, "web-a-1");
      expect(await ask()).to.equal("200 last-b-1");
      await setHealth(true, "spare-a-1");
      expect(await ask()).to.equal("200 spare-a-1");
    });

    it("says so where the pool that stands in is declared out, and where it is itself", async () => {
      const page = (body: string) => ({ body, contentType: "text/plain", retryAfter: "10m", exceptFrom: [] });
      await serve({
        web: { in: ["a"], changes: { whenAllDown: { pool: "spare" } } },
        spare: { in: ["a"], changes: { whenAllDown: { pool: "last" }, page: page("spare is out") } },
        last: { in: ["b"] },
      });
      await setHealth(false, "web-a-1");
      expect(await ask()).to.equal("503 spare is out");
      await setHealth(false, "spare-a-1");
      expect(await ask()).to.equal("503 spare is out");
      await setHealth(true, "web-a-1");
      expect(await ask()).to.equal("200 web-a-1");
    });

    it("asks all servers of the pool, whatever their checks say", async () => {
      await serve({ web: { in: ["a", "b"], changes: { whenAllDown: { servers: "all" } } } });
      await setHealth(false, "web-a-1");
      expect(await answering()).to.deep.equal(["200 web-b-2"]);
      await setHealth(false, "web-b-2");
      expect(await answering()).to.deep.equal(["200 web-a-1", "200 web-b-2"]);
      await setHealth(true, "web-b-2");
      expect(await answering()).to.deep.equal(["200 web-b-2"]);
    });
  });

  describe("with a minimum of healthy servers", () => {
    const places = ["a", "a", "b", "b", "c"];
    const all = places.map((place, i) => `200 web-${place}-${i + 1}`);
    const minimumHealthy = { a: 2, b: 2 };

    it("leaves out a data center that has fewer, until it has them again", async () => {
      await serve({ web: { in: places, changes: { minimumHealthy } } });
      expect(await answering()).to.deep.equal(all);
      await setHealth(false, "web-b-3");
      expect(await answering()).to.deep.equal(["200 web-a-1", "200 web-a-2", "200 web-c-5"]);
      await setHealth(true, "web-b-3");
      expect(await answering()).to.deep.equal(all);
    });

    it("uses every server that is healthy where several data centers have fewer", async () => {
      await serve({ web: { in: places, changes: { minimumHealthy } } });
      await setHealth(false, "web-b-3", "web-a-2");
      expect(await answering()).to.deep.equal(["200 web-a-1", "200 web-b-4", "200 web-c-5"]);
    });

    it("uses what is left where no other data center has any", async () => {
      await serve({ web: { in: ["a", "b", "b"], changes: { minimumHealthy: { b: 2 } } }, api: { in: ["a", "b"] } });
      await setHealth(false, "web-b-2");
      expect(await answering()).to.deep.equal(["200 web-a-1"]);
      await setHealth(false, "web-a-1");
      expect(await answering()).to.deep.equal(["200 web-b-3"]);
      await setHealth(false, "web-b-3");
      expect(await ask()).to.match(/^503 /);
    });
  });

  describe("with most of its servers dead", () => {
    it("fails no GET until its checks have seen it, however busy the others are", async () => {
      const slowly = httpCheck("/healthz", { interval: "1m" });
      await serve({ web: { in: ["a", "a", "a", "b"], changes: { healthCheck: slowly } } });
      for (const name of ["web-a-1", "web-a-2", "web-a-3"]) (sites[name] ?? expect.fail(name)).kill();
      // A dead server is never busy, so that the least busy one is always dead.
      const held = new AbortController();
      const busy = await Promise.all([1, 2, 3, 4].map(() => fetch(`${url}/held`, { signal: held.signal })));
      expect(busy.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
      expect(await answering()).to.deep.equal(["200 web-b-4"]);
      held.abort();
      expect(await haproxy.statuses()).to.include({ "web/web-a-3": "DOWN", "web.checked/web-a-3": "UP" });
    });
  });

  describe("with outlier detection", () => {
    const FOUR = ["a", "a", "b", "b"];
    const all = ["200 web-a-1", "200 web-a-2", "200 web-b-3", "200 web-b-4"];
    /** Asks until so many servers are ejected. */
    const untilEjected = async (count: number): Promise<void> => {
      const reached = await until(async () => {
        await ask();
        const main = Object.entries(await haproxy.statuses()).filter(([key]) => key.startsWith("web/"));
        return main.filter(([, status]) => status === "DOWN").length === count ? true : undefined;
      }, 10_000);
      expect(reached, "ejected in time").to.equal(true);
    };

    for (const [kind, healthCheck] of Object.entries({
      HTTP: CHECK,
      TCP: tcpCheck({ interval: "100ms", timeout: "5s", fall: 1, rise: 1 }),
    })) {
      it(`ejects a server that fails every request while its check passes, and lets it back after a time, with checks by ${kind}`, async () => {
        await serve({ web: { in: FOUR, changes: { healthCheck, outlierDetection: { errors: 3, ejectFor: "2s" } } } });
        expect(await answering()).to.deep.equal(all);
        const bad = sites["web-a-1"] ?? expect.fail("it is not there");
        bad.status = 500;
        await untilEjected(1);
        const { requests } = bad;
        expect(requests).to.be.at.least(3);
        expect(await answering(12)).to.deep.equal(all.slice(1));
        expect(await haproxy.statuses()).to.include({ "web/web-a-1": "DOWN", "web.checked/web-a-1": "UP" });
        expect(bad.requests).to.equal(requests);
        bad.status = 200;
        await haproxy.becomes((statuses) => statuses["web/web-a-1"] === "UP");
        expect(await answering()).to.deep.equal(all);
      });
    }

    it("never ejects more than half for what fails everywhere, so that all serve on", async () => {
      await serve({ web: { in: FOUR, changes: { outlierDetection: { errors: 3, ejectFor: "10m" } } } });
      for (const site of Object.values(sites)) site.status = 503;
      await untilEjected(3);
      for (const site of Object.values(sites)) site.status = 200;
      // Whoever fails might be dead: those that fail are asked again once their checks would have seen it.
      const asked = await until(async () => ((await answering()).length === all.length ? true : undefined), 10_000);
      expect(asked, "all are asked").to.equal(true);
    });

    it("ejects nobody for failures that are not in a row, or that clients can ask for", async () => {
      await serve({ web: { in: ["a"], changes: { outlierDetection: { errors: 2, ejectFor: "10m" } } } });
      const site = sites["web-a-1"] ?? expect.fail("it is not there");
      for (let i = 0; i < 12; i++) {
        site.status = [500, 200, 501, 502, 505, 404][i % 6] ?? 0;
        await ask();
      }
      expect(await haproxy.ask("show table web.outliers")).to.match(/key=web-a-1 .* gpt0=0 gpc0=0/);
    });
  });
});
