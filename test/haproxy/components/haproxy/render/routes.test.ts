import { expect } from "chai";
import * as fc from "fast-check";
import * as net from "node:net";
import * as path from "node:path";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { siteSection } from "../../../../../components/haproxy/render/site";
import { type Outcome, outcomeFor, type Route } from "../../../../../components/model/routing/route";
import { exampleFor } from "../../../../../components/model/routing/route-example";
import { LONGEST_BODY } from "../../../../../components/model/pools/page";
import type { RoutedRequest } from "../../../../../components/model/routing/route-match";
import { sharesOf } from "../../../../../components/model/routing/split";
import { expectTaken } from "../../../../support/programs/haproxy-check";
import { startHaproxy } from "../../../../support/programs/haproxy-process";
import { sampleNode, samplePlan, samplePool } from "../../../../support/sites/sample-plan";
import { type Scratch, scratch } from "../../../../support/scratch";
import { POOLS, someRequest, someRoute } from "../../../../support/sites/some-routes";

/** What came back of a request, and what a server would have seen of it. */
interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const site = fc
  .array(someRoute, { maxLength: 6 })
  .map((routes): Route[] => [...routes, { pool: "web" }])
  .chain((routes) =>
    fc.record({ routes: fc.constant(routes), requests: fc.array(someRequest, { minLength: 20, maxLength: 20 }) }),
  );

describe("The routes of a balancer", function () {
  this.timeout(90_000);
  const made = scratch();

  it("lead every request to where the plan alone says, whatever the routes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(site, { minLength: 25, maxLength: 25 }), async (sites) => {
        const ask = await startSites(
          made,
          sites.map(({ routes }) => routes),
        );
        for (const [i, { routes, requests }] of sites.entries()) {
          const examples = routes.flatMap((_, at) => exampleFor(routes, at) ?? []);
          for (const request of [...examples, ...requests]) {
            const planned = outcomeFor(routes, request);
            const answer = await ask(i, request);
            expectPlanned(planned, request, answer, routes);
          }
        }
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it("give each of several pools its share, and a client the pool that it was given", async () => {
    const pools = { web: 3, next: 1 };
    const ask = await startSites(made, [[{ pools, stickyCookie: "stay" }], [{ pools }]]);
    const request = { host: "x", path: "/", cookies: {} };
    const got: string[] = [];
    for (let i = 0; i < 400; i++) got.push(header(await ask(1, request), "x-got-pool") ?? "");
    // Of 400, 100 are due; more than 50 off is once in ten million runs.
    expect(got.filter((pool) => pool === "next")).to.have.length.within(50, 150);
    expect(header(await ask(1, request), "set-cookie")).to.equal(undefined);

    for (let i = 0; i < 20; i++) {
      const first = await ask(0, request);
      const [, stay = ""] = /^stay=(\d+); Path=\/; HttpOnly; SameSite=Lax$/.exec(header(first, "set-cookie") ?? "") ?? [];
      const second = await ask(0, { ...request, cookies: { stay } });
      expect(header(second, "x-got-pool")).to.equal(header(first, "x-got-pool"));
      expect(header(second, "set-cookie")).to.equal(undefined);
    }
    for (const { pool, from, to } of sharesOf(pools)) {
      for (const stay of [String(from), String(to - 1)])
        expect(header(await ask(0, { ...request, cookies: { stay } }), "x-got-pool")).to.equal(pool);
    }
  });

  it("change headers as they say, in both directions, and nothing for other routes", async () => {
    const value = `100 % "of" %[path] $HOME \\n 'x' #1 }`;
    const changes = { remove: ["x-one"], set: { "x-two": value }, add: { "x-three": value } };
    const ask = await startSites(made, [
      [
        { path: "/a", pool: "web", requestHeaders: changes, responseHeaders: { ...changes, remove: ["x-got-pool"] } },
        { pool: "web" },
      ],
    ]);
    const request = { host: "x", path: "/a", headers: { "x-one": "1", "x-two": "2", "x-three": "3" }, cookies: {} };
    const changed = await ask(0, request);
    expect(seen(changed, "x-one")).to.deep.equal([]);
    expect(seen(changed, "x-two")).to.deep.equal([value]);
    expect(seen(changed, "x-three")).to.deep.equal(["3", value]);
    expect([header(changed, "x-got-pool"), header(changed, "x-two"), header(changed, "x-three")]).to.deep.equal([
      undefined,
      value,
      value,
    ]);
    const other = await ask(0, { ...request, path: "/b" });
    expect([seen(other, "x-one"), seen(other, "x-two"), seen(other, "x-three")]).to.deep.equal([["1"], ["2"], ["3"]]);
    expect([header(other, "x-got-pool"), header(other, "x-two")]).to.deep.equal(["web", undefined]);
  });

  it("may say as much as they may say", () => {
    const many = <Value>(count: number, value: (i: number) => Value): Value[] =>
      Array.from({ length: count }, (_, i) => value(i));
    const names = Object.fromEntries(many(10, (i) => [`name-${i}`, many(100, (j) => `"${"x".repeat(40)}" ${j}`)] as const));
    const match = {
      host: many(100, (i) => `h${i}.example.com`),
      path: many(100, (i) => `/${"p".repeat(200)}/*/${i}`),
      method: ["GET", "POST"],
      from: many(100, (i) => `10.0.${i}.0/24`),
      ...{ header: names, cookie: names, query: names },
    };
    const headers = Object.fromEntries(many(10, (i) => [`name-${i}`, "x".repeat(1_000)]));
    const route: Route = {
      ...match,
      not: [match, match],
      pool: "web",
      requestHeaders: { set: headers },
      responseHeaders: { add: headers },
    };
    const routes = [route, { respond: { status: 200, body: "$".repeat(LONGEST_BODY) } }];
    expectTaken(renderBalancer(samplePlan({ web: samplePool() }, { routes }), sampleNode()).text);
  });
});

/** Holds what came back against what was planned. */
function expectPlanned(planned: Outcome | undefined, request: RoutedRequest, answer: Answer, routes: readonly Route[]): void {
  const what = JSON.stringify({ request, planned, answer, routes }, undefined, 1);
  const pool = header(answer, "x-got-pool");
  if (planned?.kind === "pool") {
    expect(planned.pools, what).to.include(pool);
    expect(header(answer, "x-got-path"), what).to.equal(
      planned.path + ((request.query ?? "") === "" ? "" : `?${request.query ?? ""}`),
    );
  } else if (planned?.kind === "redirect") {
    expect([answer.status, header(answer, "location")], what).to.deep.equal([planned.status, planned.location]);
  } else {
    expect([answer.status, pool], what).to.deep.equal([planned?.status, undefined]);
    if (request.method !== "HEAD") expect(answer.body, what).to.equal(planned?.body);
  }
}

/** One HAProxy with a listener for each of the sites, whose pools say what they were asked. */
async function startSites(made: Scratch, sites: readonly (readonly Route[])[]) {
  const directory = made.directory();
  const socketOf = (i: number): string => path.join(directory, `s${i}`);
  const pools = Object.fromEntries(POOLS.map((pool) => [pool, samplePool()]));
  const frontends = sites.flatMap((routes, i) => {
    const node = sampleNode({ directory, frontSocket: socketOf(i) });
    const lines = siteSection(node, samplePlan(pools, { routes })).filter((line) => !line.startsWith("  bind 127.0.0.1:"));
    return [`frontend site-${i}`, ...lines.slice(1)];
  });
  const backends = POOLS.flatMap((pool) => [
    ...[`backend ${pool}.checked`, `backend ${pool}`],
    // The text is what a server would see of the headers; an answer to HEAD has none.
    `  http-request return status 200 hdr x-got-pool ${pool} hdr x-got-path %[pathq] content-type text/plain lf-string %[req.hdrs]`,
  ]);
  const head = ["global", `  stats socket "${directory}/admin.sock" mode 600 level admin`, "defaults", "  mode http"];
  const timeouts = ["client", "server", "connect"].map((side) => `  timeout ${side} 10s`);
  await startHaproxy(made, directory, `${[...head, ...timeouts, ...frontends, ...backends].join("\n")}\n`);
  return (site: number, request: RoutedRequest): Promise<Answer> => exchange(socketOf(site), request);
}

/** Makes one request byte by byte as it is, from an address of its own. */
async function exchange(
  socket: string,
  { method = "GET", host, path: asked, query = "", headers = {}, cookies, from }: RoutedRequest,
) {
  const source = from ?? "192.0.2.1";
  const proxy = source.includes(":") ? `PROXY TCP6 ${source} 2001:db8::ff 1000 80` : `PROXY TCP4 ${source} 192.0.2.2 1000 80`;
  const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  const lines = [
    ...[proxy, `${method} ${asked}${query === "" ? "" : `?${query}`} HTTP/1.1`, `host: ${host}`, "connection: close"],
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(cookie.length === 0 ? [] : [`cookie: ${cookie.join("; ")}`]),
  ];
  const text = await new Promise<string>((resolve, reject) => {
    let all = "";
    const connection = net.connect(socket, () => connection.write(`${lines.join("\r\n")}\r\n\r\n`));
    connection.setEncoding("utf8").on("data", (part: string) => (all += part));
    connection.on("end", () => resolve(all)).on("error", reject);
  });
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...fields] = head.split("\r\n");
  return {
    status: Number(first.split(" ")[1]),
    headers: fields.map((field) => [field.slice(0, field.indexOf(":")), field.slice(field.indexOf(":") + 2)] as const),
    body: rest.join("\r\n\r\n").replaceAll("%0D%0A", "\r\n"),
  };
}

function header({ headers }: Answer, name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}

/** The values of a header as a server would have seen it. */
function seen({ body }: Answer, name: string): string[] {
  return body.split("\r\n").flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
}
