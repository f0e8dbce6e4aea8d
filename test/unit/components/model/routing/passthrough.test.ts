import { expect } from "chai";
import { shown } from "../../../../../components/model/problem";
import { problemsWith } from "../../../../support/sites/sound-stack";

const POOLS = { web: { servers: { a: 1, b: 1 } }, mail: { servers: { a: 1 }, protocol: "tcp" } };
const PASSTHROUGH = { port: 8444, routes: [{ sni: "mail.example.com", pool: "mail" }] };

/** The problems of a site with a tcp pool, once its parts are changed. */
const problems = (changes: { mail?: object; web?: object; passthrough?: object | null; more?: object }): string[] =>
  problemsWith({
    pools: { web: { ...POOLS.web, ...changes.web }, mail: { ...POOLS.mail, ...changes.mail } },
    passthrough: changes.passthrough === null ? undefined : { ...PASSTHROUGH, ...changes.passthrough },
    ...changes.more,
  });

describe("A tcp pool in a stack file", () => {
  it("is sound beside one that gets requests, which takes all of them", () => {
    expect(problems({})).to.deep.equal([]);
    expect(
      problems({ mail: { sendProxy: "v2", weights: { a: 3 }, capacity: { requests: 9 }, tunnelTimeout: "1h" } }),
    ).to.deep.equal([]);
    expect(problems({ mail: { healthCheck: { type: "tls", host: "mail.example.com" } } })).to.deep.equal([]);
    expect(problems({ passthrough: { routes: [{ sni: "*.example.com", pool: "mail" }, { pool: "mail" }] } })).to.deep.equal([]);
  });

  it("says nothing of cookies, answers and pages, for the balancers see none of them", () => {
    const mail = {
      affinity: { cookie: "kept" },
      outlierDetection: {},
      minimumHealthy: { a: 1 },
      maintenancePage: {},
      whenAllDown: { page: { body: "gone" } },
    };
    const instead =
      "is for protocol http; a tcp pool may have all of its own servers asked (servers: all), or connections are closed";
    expect(problems({ mail })).to.deep.equal([
      "pools.mail.affinity: is for protocol http; a tcp connection has no cookie",
      "pools.mail.outlierDetection: is for protocol http; the balancers see no answers of a tcp pool's servers",
      "pools.mail.minimumHealthy: is for protocol http; only requests leave a data center out",
      "pools.mail.maintenancePage: is for protocol http; the balancers have no page for tcp connections, and close them while the pool is out",
      `pools.mail.whenAllDown.page: ${instead}`,
    ]);
    expect(problems({ mail: { whenAllDown: { pool: "web" } } })).to.deep.equal([`pools.mail.whenAllDown.pool: ${instead}`]);
    expect(problems({ mail: { whenAllDown: { servers: "all" } } })).to.deep.equal([]);
    expect(problems({ web: { whenAllDown: { pool: "mail" } } })).to.deep.equal([
      "pools.web.whenAllDown.pool: is mail, whose protocol is tcp: it gets connections, not requests",
    ]);
  });

  it("is led to by passthrough, and not by routes", () => {
    expect(problems({ passthrough: null })).to.deep.equal([
      "pools.mail.protocol: is tcp, but no route of passthrough leads to it",
    ]);
    expect(problems({ more: { routes: [{ path: "/m", pool: "mail" }, { pool: "web" }] } })).to.deep.equal([
      "routes[0].pool: is mail, which is a tcp pool: it gets connections, by a route of passthrough, and no requests",
    ]);
    expect(problems({ more: { routes: [{ pools: { web: 9, mail: 1 } }] } })).to.deep.equal([
      "routes[0].pools.mail: is a tcp pool: it gets connections, by a route of passthrough, and no requests",
    ]);
    expect(
      problems({ web: { protocol: "tcp" }, passthrough: { routes: [{ sni: "a", pool: "web" }, { pool: "mail" }] } }),
    ).to.deep.equal(["pools: has tcp pools only; a site needs one with protocol http"]);
  });

  it("is told its clients by a version that there is, and then only connected to", () => {
    expect(problems({ mail: { protocol: "udp", sendProxy: "v3" } })).to.include.members([
      "pools.mail.protocol: is udp, but must be one of: http, tcp",
      "pools.mail.sendProxy: is v3, but must be one of: v1, v2",
    ]);
    expect(problems({ web: { sendProxy: "v2" } })).to.deep.equal(["pools.web.sendProxy: is v2, but is for protocol tcp"]);
    expect(problems({ mail: { sendProxy: "v2", healthCheck: { type: "tls" } } })).to.deep.equal([
      "pools.mail.healthCheck.type: is tls, but a server that is told of its clients by sendProxy can only be connected to: tcp",
    ]);
  });
});

describe("Connections that are passed on, in a stack file,", () => {
  it("have a port and routes to tcp pools", () => {
    expect(problems({ passthrough: { port: 0, routes: [] } })).to.include.members([
      "passthrough.port: is 0, but must be a whole number from 1 to 65535",
      "passthrough.routes: is [], but must be a list of one or more routes",
    ]);
    const routes = [{ sni: "mail.example.com", pool: "mal" }, { sni: "b.example.com", pool: "web" }, { pool: "mail" }];
    expect(problems({ passthrough: { routes } })).to.deep.equal([
      "passthrough.routes[0].pool: is mal, which is not one of the tcp pools: mail; did you mean mail?",
      "passthrough.routes[1].pool: is web, whose protocol is http",
    ]);
  });

  it("have a port that the front has for nothing else", () => {
    for (const key of ["port", "httpsPort"])
      expect(problems({ more: { failover: { kind: "front", [key]: 8444 } } })).to.include(
        `passthrough.port: is 8444, which is failover.${key} already; it needs a port of its own`,
      );
  });

  it("take no name that could say more than a name to a balancer", () => {
    for (const sni of ["", "a b", "a}", "a\n", '"', "*", "*example.com", "a.*.com"])
      expect(problems({ passthrough: { routes: [{ sni, pool: "mail" }] } }), sni).to.deep.include(
        `passthrough.routes[0].sni: is ${shown(sni)}, but must be a host name, or *.example.com for all below it`,
      );
  });

  it("have no route that another takes everything of", () => {
    const never = (first: object, second: object): string[] =>
      problems({
        passthrough: {
          routes: [
            { pool: "mail", ...first },
            { pool: "mail", ...second },
          ],
        },
      });
    for (const [first, second] of [
      [{}, { sni: "a.example.com" }],
      [{ sni: "*.example.com" }, { sni: "a.Example.com" }],
      [{ sni: "*.example.com" }, { sni: "*.a.example.com" }],
      [{ sni: "a.example.com" }, { sni: "A.example.com" }],
    ] as const)
      expect(never(first, second)).to.deep.equal([
        "passthrough.routes[1]: can never match: passthrough.routes[0] takes every connection that it would",
      ]);
    expect(never({ sni: "*.a.example.com" }, { sni: "*.example.com" })).to.deep.equal([]);
    expect(never({ sni: "*.example.com" }, { sni: "example.com" })).to.deep.equal([]);
  });

  it("have a port in clouds that balancers have for nothing else there", () => {
    const taken = (port: number, cloud = true, metrics = {}): string[] => {
      const clouds = { a: { provider: "aws", region: "us-east-1" }, b: { provider: "gcp", region: "us-central1" } };
      const more = { ...(cloud ? { dataCenters: clouds, failover: { kind: "front" } } : {}), metrics };
      return problems({ passthrough: { port }, more }).filter((problem) => problem.startsWith("passthrough"));
    };
    for (const [port, whose] of [
      [22, "SSH"],
      [80, "the site"],
      [443, "the site"],
      [8404, "health checks of balancers"],
      [8406, "what clients have used"],
    ] as const) {
      expect(taken(port)).to.deep.equal([
        `passthrough.port: is ${port}, which balancers in clouds have for ${whose}; it needs a port of its own`,
      ]);
      expect(taken(port, false)).to.deep.equal([]);
    }
    expect(taken(8405)).to.deep.equal([]);
    expect(taken(8405, true, { enabled: true })).to.deep.equal([
      "passthrough.port: is 8405, which balancers in clouds have for metrics; it needs a port of its own",
    ]);
    expect(taken(8405, false, { enabled: true })).to.deep.equal([]);
    expect(taken(993)).to.deep.equal([]);
  });
});
