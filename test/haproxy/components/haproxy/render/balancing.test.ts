import { expect } from "chai";
import { writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as path from "node:path";
import { shippedProgram } from "../../../../../components/clouds/local/this-machine";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { cookieValue } from "../../../../../components/haproxy/render/affinity";
import type { Affinity } from "../../../../../components/model/pools/affinity";
import type { PoolPlan } from "../../../../../components/model/plan";
import { makeAuthority } from "../../../../../provider/keys/x509";
import { choosePorts } from "../../../../../provider/process/ports";
import { until } from "../../../../../provider/wait";
import { type RunningHaproxy, startHaproxy } from "../../../../support/programs/haproxy-process";
import { sampleNode, samplePlan, samplePool, servers } from "../../../../support/sites/sample-plan";
import { scratch } from "../../../../support/scratch";
import { WebSocketClient } from "../../../../support/clients/websocket-client";

const BY_COOKIE: Affinity = { cookie: "kept", sameSite: "Lax" };
const BY_APP: Affinity = { appCookie: "sid", sameSite: "Strict" };

/** What came back: who answered, and what it set and saw. */
interface Seen {
  readonly status: number;
  readonly server: string;
  readonly set: readonly string[];
  readonly headers: http.IncomingHttpHeaders;
  /** The cookies that the server was sent. */
  readonly cookies: string;
}

describe("A pool's requests, as a real HAProxy shares them,", () => {
  const made = scratch();
  /** Those that wait for an answer of `/held`. */
  const held: http.ServerResponse[] = [];

  /** A web server that says who it is; `/login` begins a session, `/held` is answered when the test says so. */
  async function webServer(name: string): Promise<number> {
    return made.listen(
      http.createServer((request, response) => {
        response.setHeader("x-server", name);
        response.setHeader("x-cookies", request.headers.cookie ?? "");
        if (request.url === "/login") response.setHeader("set-cookie", ["theme=dark", `sid=${name}`]);
        if (request.url === "/public") response.setHeader("cache-control", "public, max-age=60");
        if (request.url === "/busy") response.statusCode = 503;
        if (request.url === "/held") held.push(response);
        else response.end();
      }),
    );
  }

  /** Two balancers of a pair before one pool, and how to ask them. */
  async function pair(
    pool: Partial<PoolPlan>,
    bind = "",
    start = webServer,
  ): Promise<{ balancers: RunningHaproxy[]; urls: string[] }> {
    const names = ["web-a-1", "web-a-2", "web-b-1", "web-b-2"];
    const ports = await Promise.all(names.map(start));
    const in_ = (place: string) =>
      servers(
        place,
        Object.fromEntries(
          names.map((name, i) => [name, ports[i] ?? 0] as const).filter(([name]) => name.startsWith(`web-${place}`)),
        ),
      );
    const plan = samplePlan({ web: samplePool({ servers: { ...in_("a"), ...in_("b") }, ...pool }) });
    const started = (["primary", "secondary"] as const).map(async (role) => {
      const { site = 0, health = 0 } = await choosePorts({ site: {}, health: {} }, new Set());
      const directory = made.directory();
      const listener = (port: number) => ({ address: "127.0.0.1", port });
      const node = sampleNode({ role, directory, site: listener(site), health: listener(health), frontSocket: undefined });
      const { text } = renderBalancer(plan, node);
      const balancer = await startHaproxy(made, directory, text.replace(/^ {2}bind .*$/m, `$&${bind}`));
      await balancer.becomes((statuses) => Object.values(statuses).every((status) => status === "UP"));
      return { balancer, url: `127.0.0.1:${site}` };
    });
    const both = await Promise.all(started);
    return { balancers: both.map(({ balancer }) => balancer), urls: both.map(({ url }) => url) };
  }

  async function ask(url: string | undefined, page = "/", cookies = "", scheme: "http" | "https" = "http"): Promise<Seen> {
    const options = { agent: false, rejectUnauthorized: false, headers: cookies === "" ? {} : { cookie: cookies } };
    return new Promise((resolve, reject) => {
      const request = (scheme === "http" ? http : https).get(`${scheme}://${url ?? ""}${page}`, options, (response) => {
        const { headers, statusCode = 0 } = response;
        response.resume().on("end", () =>
          resolve({
            status: statusCode,
            server: String(headers["x-server"] ?? ""),
            set: headers["set-cookie"] ?? [],
            headers,
            cookies: String(headers["x-cookies"] ?? ""),
          }),
        );
      });
      request.on("error", reject);
    });
  }

  const times = async (count: number, question: () => Promise<Seen>): Promise<Seen[]> => {
    const seen: Seen[] = [];
    for (let i = 0; i < count; i++) seen.push(await question());
    return seen;
  };
  const serversOf = (seen: readonly Seen[]): string[] => [...new Set(seen.map(({ server }) => server))].sort();

  it("stay at the server of the first answer by either balancer, which tells no server's address and shows the app no cookie", async () => {
    const { urls } = await pair({ affinity: BY_COOKIE });
    const first = await ask(urls[0], "/public");
    expect(first.set).to.deep.equal([`kept=${cookieValue(first.server)}; path=/; HttpOnly; SameSite=Lax`]);
    // A cache in between must not hand one client's cookie to all others.
    expect(first.headers["cache-control"]).to.equal("public, max-age=60, private");
    const kept = `kept=${cookieValue(first.server)}`;
    for (const url of urls) {
      const later = await times(8, () => ask(url, "/", `${kept}; theme=dark`));
      expect(serversOf(later)).to.deep.equal([first.server]);
      expect(later.every(({ set, cookies }) => set.length === 0 && cookies === "theme=dark")).to.equal(true);
    }
    expect(serversOf(await times(8, () => ask(urls[0])))).to.have.length(4);
  });

  it("move on at once when their server goes down or is taken out, and stay at the next one", async () => {
    const { balancers, urls } = await pair({ affinity: BY_COOKIE });
    const set = async (state: string): Promise<void> => {
      for (const backend of ["web", "web.checked"]) await balancers[0]?.ask(`set server ${backend}/web-a-1 state ${state}`);
    };
    // Why a rollout does not leave it at that.
    await set("drain");
    expect((await ask(urls[0], "/", `kept=${cookieValue("web-a-1")}`)).server).to.equal("web-a-1");
    await set("maint");
    const moved = await ask(urls[0], "/", `kept=${cookieValue("web-a-1")}`);
    expect(moved.status).to.equal(200);
    expect(moved.server).to.not.equal("web-a-1");
    expect(moved.set).to.deep.equal([`kept=${cookieValue(moved.server)}; path=/; HttpOnly; SameSite=Lax`]);
    // The other balancer has not taken it out: it goes by the cookie alone.
    expect((await ask(urls[1], "/", `kept=${cookieValue(moved.server)}`)).server).to.equal(moved.server);
  });

  it("stay where they are when refusals took out so many servers that those are asked which pass their checks", async () => {
    const { balancers, urls } = await pair({ affinity: BY_COOKIE });
    for (const name of ["web-a-1", "web-a-2", "web-b-1"]) await balancers[0]?.ask(`set server web/${name} state maint`);
    // Until its checks would have seen it, a server that refuses counts as dead.
    const back = async (): Promise<boolean> => (await ask(urls[0], "/", `kept=${cookieValue("web-a-1")}`)).server === "web-a-1";
    expect(await until(async () => ((await back()) ? true : undefined), 20_000), "asked again").to.equal(true);
    for (const name of ["web-a-1", "web-b-1"])
      expect(serversOf(await times(4, () => ask(urls[0], "/", `kept=${cookieValue(name)}`)))).to.deep.equal([name]);
  });

  it("are told their server anew where an idle time or a life is given, and go by a cookie that has none", async () => {
    const { urls } = await pair({ affinity: { ...BY_COOKIE, maxIdle: "30m", maxLife: "8h" } });
    const { server, set } = await ask(urls[0], "/", `kept=${cookieValue("web-b-2")}`);
    expect(server).to.equal("web-b-2");
    expect(set[0]).to.match(new RegExp(`^kept=${cookieValue("web-b-2")}\\|[\\w/+]+\\|[\\w/+]+; path=/; HttpOnly; SameSite=Lax$`));
  });

  it("over TLS are told so that a browser never tells it in clear", async () => {
    const { certificate, privateKey } = await makeAuthority("shop.example");
    const file = path.join(made.directory(), "listener.pem");
    writeFileSync(file, certificate + privateKey);
    for (const [affinity, page] of [
      [BY_COOKIE, "/"],
      [BY_APP, "/login"],
    ] as const) {
      const { urls } = await pair({ affinity }, ` ssl crt "${file}"`);
      const { set, server } = await ask(urls[0], page, "", "https");
      expect(set.at(-1)).to.equal(
        `${affinity === BY_COOKIE ? "kept" : "sid-server"}=${cookieValue(server)}; path=/; HttpOnly; SameSite=${affinity.sameSite}; Secure`,
      );
    }
  });

  it("stay with the server that began their session, and anywhere before that or after it", async () => {
    const { urls } = await pair({ affinity: BY_APP });
    expect((await ask(urls[0])).set).to.deep.equal([]);
    const login = await ask(urls[0], "/login");
    const cookie = `sid-server=${cookieValue(login.server)}`;
    expect(login.set).to.deep.equal(["theme=dark", `sid=${login.server}`, `${cookie}; path=/; HttpOnly; SameSite=Strict`]);
    for (const url of urls) {
      const later = await times(8, () => ask(url, "/", `sid=${login.server}; ${cookie}`));
      expect(serversOf(later)).to.deep.equal([login.server]);
      expect(later.every(({ set }) => set.length === 0)).to.equal(true);
    }
    expect(serversOf(await times(8, () => ask(urls[0], "/", cookie)))).to.have.length(4);
  });

  it("that have a session from before are told a server, once", async () => {
    const { urls } = await pair({ affinity: BY_APP });
    const { server, set } = await ask(urls[0], "/", "sid=old");
    expect(set).to.deep.equal([`sid-server=${cookieValue(server)}; path=/; HttpOnly; SameSite=Strict`]);
    const again = await ask(urls[1], "/", `sid=old; sid-server=${cookieValue(server)}`);
    expect([again.server, again.set]).to.deep.equal([server, []]);
  });

  it("that became a WebSocket may be silent as long as the pool says", async () => {
    const { urls } = await pair({ tunnelTimeout: "1s" }, "", async () => {
      const { http: port = 0 } = await choosePorts({ http: {} }, new Set());
      made.spawn(process.execPath, [shippedProgram("sample-site")], { env: { ...process.env, PORT: String(port) } });
      return port;
    });
    const url = `http://${urls[0] ?? ""}/`;
    const [silent, speaking] = [await WebSocketClient.to(url), await WebSocketClient.to(url)];
    let echoes = true;
    await until(async () => {
      echoes &&= await speaking.echoes();
      return silent.isClosed() || undefined;
    }, 20_000);
    expect([silent.isClosed(), speaking.isClosed(), echoes]).to.deep.equal([true, false, true]);
    speaking.close();
  });

  it("go by weight also while no server is busy, and away from one that is", async () => {
    const { urls } = await pair({ weights: { a: 256, b: 16 } });
    const seen = await times(200, () => ask(urls[0]));
    const far = seen.filter(({ server }) => server.startsWith("web-b-")).length;
    // 16 to 256 makes 12 of 200 on average; evenly it would be 100.
    expect(far).to.be.within(1, 40);
    const waiting = Array.from({ length: 34 }, () => ask(urls[0], "/held"));
    await until(async () => Promise.resolve(held.length === waiting.length || undefined), 10_000);
    for (const response of held.splice(0)) response.end();
    const busy = (await Promise.all(waiting)).map(({ server }) => server);
    expect(new Set(busy)).to.include.members(["web-a-1", "web-a-2"]);
    expect(
      Math.abs(busy.filter((name) => name === "web-a-1").length - busy.filter((name) => name === "web-a-2").length),
    ).to.be.below(4);
  });

  it("are answered by servers up to their capacity; as many wait, and who waits too long or is too many is told to come again", async () => {
    // However busy the machine is: what is held is neither given up by the balancer, nor is its place in the queue.
    const responseTimeout = "10m";
    const { urls } = await pair({ responseTimeout, capacity: { requests: 1, queue: "10m", queued: 1 } });
    const { urls: impatient } = await pair({ responseTimeout, capacity: { requests: 1, queue: "1.5s" } });
    // Four are answered and five wait: one is too many.
    const waiting = Array.from({ length: 10 }, () => ask(urls[0], "/held"));
    const tooMany = await Promise.race(waiting);
    expect([tooMany.status, tooMany.headers["retry-after"]]).to.deep.equal([503, "600"]);
    const some = Array.from({ length: 5 }, () => ask(impatient[0], "/held"));
    const late = await Promise.race(some);
    expect([late.status, late.headers["retry-after"]]).to.deep.equal([503, "2"]);
    const done = Promise.all([...waiting, ...some]);
    const answer = setInterval(() => held.splice(0).forEach((response) => response.end()), 5);
    made.later(() => clearInterval(answer));
    expect((await done).map(({ status }) => status).filter((status) => status !== 200)).to.deep.equal([503, 503]);
  });

  it("that a server itself answers 503 are passed on as they are", async () => {
    const { urls } = await pair({ capacity: { requests: 1, queue: "5s" } });
    const { status, headers } = await ask(urls[0], "/busy");
    expect([status, headers["retry-after"]]).to.deep.equal([503, undefined]);
  });
});
