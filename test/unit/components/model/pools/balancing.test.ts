import { expect } from "chai";
import { balancerCookie } from "../../../../../components/model/pools/affinity";
import { balancingOf } from "../../../../../components/model/pools/balancing";
import { problemsWith, problemsWithPool } from "../../../../support/sites/sound-stack";

const withAffinity = (affinity: unknown): string[] => problemsWithPool({ affinity });

describe("Session affinity in a stack file", () => {
  it("is by one cookie: the balancers' or the app's", () => {
    for (const sound of [
      { cookie: "shop-server" },
      { cookie: "s", maxIdle: "1m", maxLife: "8760h", sameSite: "Strict" },
      { cookie: "__Host-s", maxIdle: "30m", maxLife: "30m", sameSite: "None" },
      { appCookie: "JSESSIONID" },
      { appCookie: "connect_sid", sameSite: "Strict" },
    ])
      expect(withAffinity(sound), JSON.stringify(sound)).to.deep.equal([]);
    expect(withAffinity({})).to.deep.equal([
      "pools.web.affinity: has neither cookie nor appCookie; one of them says by which cookie a server is kept",
    ]);
    expect(withAffinity({ cookie: "a", appCookie: "b" })).to.deep.equal([
      "pools.web.affinity: has both cookie and appCookie; one of them says by which cookie a server is kept",
    ]);
  });

  it("takes no name that could say more than a name to a balancer or a browser", () => {
    for (const name of ["", "a b", "a;b", 'a"', "a'", "a$b", "a\nserver x", "a.b", "(a)", "x".repeat(65), 7]) {
      for (const key of ["cookie", "appCookie"])
        expect(withAffinity({ [key]: name }), String(name))
          .to.have.length(1)
          .and.satisfy(
            ([problem]: string[]) =>
              problem?.startsWith(`pools.web.affinity.${key}: is `) === true &&
              problem.endsWith("but must be a cookie name: letters, digits, _ and -, 64 at most"),
          );
    }
  });

  it("has limits in a range, for the balancers' cookie only, and idle within life", () => {
    expect(withAffinity({ cookie: "s", maxIdle: "59s", maxLife: "8761h" })).to.deep.equal([
      "pools.web.affinity.maxIdle: is 59s, but must be a duration from 1m to 8760h",
      "pools.web.affinity.maxLife: is 8761h, but must be a duration from 1m to 8760h",
    ]);
    expect(withAffinity({ cookie: "s", maxIdle: "2h", maxLife: "1h" })).to.deep.equal([
      "pools.web.affinity.maxIdle: is 2h, but must not be longer than maxLife, 1h",
    ]);
    expect(withAffinity({ appCookie: "s", maxIdle: "1h", maxLife: "2h" })).to.deep.equal([
      "pools.web.affinity.maxIdle: is 1h, but is for cookie; the app says how long its own cookie lives",
      "pools.web.affinity.maxLife: is 2h, but is for cookie; the app says how long its own cookie lives",
    ]);
    expect(withAffinity({ cookie: "s", sameSite: "lax" })).to.deep.equal([
      "pools.web.affinity.sameSite: is lax, but must be one of: Lax, Strict, None",
    ]);
    expect(withAffinity({ cookie: "s", maxIdel: "2h" })).to.deep.equal([
      "pools.web.affinity.maxIdel: is not a key here: cookie, appCookie, maxIdle, maxLife, sameSite; did you mean maxIdle?",
    ]);
  });

  it("does not share a cookie between pools", () => {
    const pools = (web: object, api: object) => ({
      pools: { web: { servers: { a: 1 }, affinity: web }, api: { servers: { a: 1 }, affinity: api } },
      routes: [{ path: "/api/*", pool: "api" }, { pool: "web" }],
    });
    expect(problemsWith(pools({ cookie: "web-server" }, { cookie: "api-server" }))).to.deep.equal([]);
    expect(problemsWith(pools({ cookie: "s" }, { cookie: "s" }))).to.deep.equal([
      "pools.api.affinity.cookie: is s, for which the balancers set the cookie s, as for pools.web; each would overwrite the other's",
    ]);
    expect(problemsWith(pools({ cookie: "s-server" }, { appCookie: "s" }))).to.deep.equal([
      "pools.api.affinity.appCookie: is s, for which the balancers set the cookie s-server, as for pools.web; each would overwrite the other's",
    ]);
  });

  it("with the app's cookie goes by one beside it", () => {
    expect(balancerCookie({ appCookie: "sid" })).to.equal("sid-server");
    expect(balancerCookie({ cookie: "sid" })).to.equal("sid");
  });
});

describe("The weights of a pool in a stack file", () => {
  it("are from 1 to 256, by data centers that there are", () => {
    expect(problemsWithPool({ weights: { a: 1, b: 256 } })).to.deep.equal([]);
    expect(problemsWithPool({ weights: { a: 0, b: 257 } })).to.deep.equal([
      "pools.web.weights.a: is 0, but must be a whole number from 1 to 256",
      "pools.web.weights.b: is 257, but must be a whole number from 1 to 256",
    ]);
    expect(problemsWithPool({ weights: { a: 100, bb: 50 } })).to.deep.equal([
      "pools.web.weights.bb: is not one of the data centers: a, b; did you mean b?",
    ]);
  });
});

describe("The capacity of a pool's servers in a stack file", () => {
  it("is a number of requests, and says how long and how many more may wait", () => {
    expect(problemsWithPool({ capacity: { requests: 1 } })).to.deep.equal([]);
    expect(problemsWithPool({ capacity: { requests: 100_000, queue: "5m", queued: 100_000 } })).to.deep.equal([]);
    expect(problemsWithPool({ capacity: {} })).to.deep.equal([
      "pools.web.capacity.requests: is missing; it must be a whole number from 1 to 100000",
    ]);
    expect(problemsWithPool({ capacity: { requests: 0, queue: "99ms", queued: 0 } })).to.deep.equal([
      "pools.web.capacity.requests: is 0, but must be a whole number from 1 to 100000",
      "pools.web.capacity.queue: is 99ms, but must be a duration from 100ms to 5m",
      "pools.web.capacity.queued: is 0, but must be a whole number from 1 to 100000",
    ]);
  });
});

describe("The tunnel timeout of a pool in a stack file", () => {
  it("is a duration from 1s to 24h", () => {
    expect(problemsWithPool({ tunnelTimeout: "24h" })).to.deep.equal([]);
    expect(problemsWithPool({ tunnelTimeout: "0s" })).to.deep.equal([
      "pools.web.tunnelTimeout: is 0s, but must be a duration from 1s to 24h",
    ]);
  });
});

describe("What a pool says of its balancing", () => {
  it("is nothing where it says nothing, so that the plan stays as it was", () => {
    expect(balancingOf({ affinity: undefined })).to.deep.equal({});
    expect(balancingOf({ weights: { a: 1 }, tunnelTimeout: "1h" })).to.deep.equal({ weights: { a: 1 }, tunnelTimeout: "1h" });
  });
});
