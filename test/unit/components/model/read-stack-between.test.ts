import { expect } from "chai";
import { problemsWith, problemsWithPool, SOUND } from "../../../support/sites/sound-stack";

describe("A site", () => {
  it("needs data centers, which is told once and not at every place that names one", () => {
    expect(problemsWith({ dataCenters: {} })).to.deep.equal([
      "dataCenters: is empty; a pair of load balancers needs two data centers",
    ]);
  });

  it("needs a pool", () => {
    expect(problemsWith({ pools: {} })).to.deep.equal(["pools: is empty; a site needs at least one pool"]);
  });

  it("needs its balancers in two data centers", () => {
    expect(problemsWith({ loadBalancers: { primary: { in: "b" }, secondary: { in: "b" } } })).to.deep.equal([
      "loadBalancers.secondary.in: is b, where the primary stands; a pair needs two data centers",
    ]);
  });

  it("needs one of its balancers", () => {
    expect(problemsWith({ maintenance: [{ balancer: "secondary" }, { balancer: "secondary" }] })).to.deep.equal([]);
    expect(problemsWith({ maintenance: [{ balancer: "secondary" }, { balancer: "primary" }] })).to.deep.equal([
      "maintenance: declares both load balancers out; one of them must carry the site",
    ]);
  });
});

describe("A pool", () => {
  it("needs a server in some data center", () => {
    expect(
      problemsWith({ pools: { web: { servers: { a: 0, b: 1 } }, api: { servers: { a: 0, b: 0 } }, beta: { servers: {} } } }),
    ).to.deep.equal([
      "pools.api.servers: has no server in any data center; a pool needs at least one",
      "pools.beta.servers: has no server in any data center; a pool needs at least one",
      "routes: is missing; with the pools web, api, beta, the last route must say which takes the rest: - { pool: web }",
    ]);
  });

  it("is not said to have no server while one of its numbers is wrong", () => {
    expect(problemsWith({ pools: { web: { servers: { a: 0, b: -1 } } } })).to.deep.equal([
      "pools.web.servers.b: is -1, but must be a whole number from 0 to 200",
    ]);
  });

  it("must not call its servers as another does", () => {
    expect(
      problemsWith({
        dataCenters: { ...SOUND.dataCenters, "a-b": { provider: "local" } },
        pools: { web: { servers: { "a-b": 1 } }, "web-a": { servers: { a: 1, b: 1 } } },
      }),
    ).to.deep.equal([
      "routes: is missing; with the pools web, web-a, the last route must say which takes the rest: - { pool: web }",
      "pools.web-a.servers.b: would name a server web-a-b-1, as pools.web.servers.a-b does; rename a pool or a data center",
    ]);
  });

  it("has a check that is over before the next one", () => {
    const problems = (healthCheck: object) => problemsWithPool({ healthCheck });
    expect(problems({ timeout: "1s", interval: "500ms" })).to.deep.equal([
      "pools.web.healthCheck.timeout: is 1s, but must not be longer than the interval, 500ms",
    ]);
    expect(problems({ timeout: "500ms", interval: "0.5s" })).to.deep.equal([]);
  });

  it("has a check that every HAProxy can be told", () => {
    const rule = "a path that starts with /, without spaces, quotes, # and the like";
    for (const [path, got] of [
      ["healthz", "healthz"],
      ["", '""'],
      ["/a b", "/a b"],
      ["/a#b", '"/a#b"'],
      ["/it's", '"/it\'s"'],
      ["/a\\b", '"/a\\\\b"'],
      ["/ä", '"/ä"'],
      ["/a\nb", '"/a\\nb"'],
    ] as const) {
      expect(problemsWithPool({ healthCheck: { path } })).to.deep.equal([
        `pools.web.healthCheck.path: is ${got}, but must be ${rule}`,
      ]);
    }
    for (const host of ["", "a b", "a\nb", "shop.example/"]) {
      expect(problemsWithPool({ healthCheck: { host } })).to.have.length(1);
    }
    expect(problemsWithPool({ healthCheck: { path: "/up?deep=1&of=a,b;c~(d)", host: "shop.example:8080" } })).to.deep.equal([]);
    expect(problemsWithPool({ healthCheck: { host: "" } })).to.deep.equal([
      'pools.web.healthCheck.host: is "", but must be a host name',
    ]);
  });

  it("has an app whose environment a process can have", () => {
    expect(
      problemsWithPool({ app: { command: "", environment: { "log-level": "debug", LIST: [1], MAP: { a: 1 }, NONE: null } } }),
    ).to.deep.equal([
      'pools.web.app.command: is "", but must be a command line',
      "pools.web.app.environment.log-level: is not a variable name: letters, digits and _, not starting with a digit",
      "pools.web.app.environment.LIST: is not a text, a number, true, false or { secret: NAME }",
      "pools.web.app.environment.MAP: is not a text, a number, true, false or { secret: NAME }",
    ]);
    expect(problemsWithPool({ app: { environment: ["A=1"] } })).to.deep.equal([
      'pools.web.app.environment: is ["A=1"], but must be a map of variables, such as { LOG_LEVEL: debug }',
    ]);
  });
});
