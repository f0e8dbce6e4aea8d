import { expect } from "chai";
import { problemsWith } from "../../../../support/sites/sound-stack";

const servers = { a: 1, b: 1 };
const pools = (instead: Record<string, unknown>): string[] =>
  problemsWith({
    pools: Object.fromEntries(Object.entries(instead).map(([pool, whenAllDown]) => [pool, { servers, whenAllDown }])),
    routes: [{ pool: Object.keys(instead)[0] }],
  });

describe("What a pool does when all of its servers are down", () => {
  it("is a page, another pool, or to ask all servers", () => {
    expect(pools({ web: { page: { body: "Back soon.\n" } } })).to.deep.equal([]);
    const page = { status: 200, body: "{}", contentType: "application/json; charset=utf-8", retryAfter: "2m" };
    expect(pools({ web: { page } })).to.deep.equal([]);
    expect(pools({ web: { servers: "all" } })).to.deep.equal([]);
    expect(
      pools({ web: { pool: "spare" }, api: { pool: "spare" }, spare: { pool: "last" }, last: { servers: "all" } }),
    ).to.deep.equal([]);
  });

  it("is one of them", () => {
    expect(pools({ web: {} })).to.deep.equal(["pools.web.whenAllDown: says nothing, but must say one of: page, pool, servers"]);
    expect(pools({ web: { servers: "all", page: { body: "x" } } })).to.deep.equal([
      "pools.web.whenAllDown: says page and servers, but must say one of: page, pool, servers",
    ]);
    expect(pools({ web: "all" })).to.deep.equal([
      "pools.web.whenAllDown: is all, but must be a map such as { pool: spare }, { servers: all } or { page: { body: We are back soon. } }",
    ]);
    expect(pools({ web: { servers: "some" } })).to.deep.equal(["pools.web.whenAllDown.servers: is some, but must be all"]);
  });

  it("leads to a pool that there is, and never back", () => {
    expect(pools({ web: { pool: "spar" }, spare: undefined })).to.deep.equal([
      "pools.web.whenAllDown.pool: is spar, which is not one of the pools: web, spare; did you mean spare?",
    ]);
    expect(pools({ web: { pool: "web" } })).to.deep.equal([
      "pools.web.whenAllDown.pool: is web, which leads back to web: web -> web",
    ]);
    expect(pools({ in: { pool: "web" }, web: { pool: "api" }, api: { pool: "beta" }, beta: { pool: "web" } })).to.deep.equal([
      "pools.web.whenAllDown.pool: is api, which leads back to web: web -> api -> beta -> web",
    ]);
  });

  it("has a page that HTTP and a balancer can carry", () => {
    const problem = (page: object): string | undefined => pools({ web: { page } })[0]?.replace("pools.web.whenAllDown.page.", "");
    const body = "a text of 1 to 8192 bytes without control characters";
    expect(problem({})).to.equal(`body: is missing; it must be ${body}`);
    for (const wrong of ["", "x\0", "é".repeat(4_097)])
      expect(problem({ body: wrong })).to.match(new RegExp(`^body: is .*, but must be ${body}$`));
    expect(problem({ body: "é".repeat(4_096) })).to.equal(undefined);
    expect(problem({ body: "x", contentType: "text/html\r\nx: y" })).to.match(
      /^contentType: is .*, but must be a media type such as text\/plain$/,
    );
    for (const wrong of [103, 204, 304])
      expect(problem({ body: "x", status: wrong })).to.equal(
        `status: is ${wrong}, but must be a whole number from 200 to 599, though not 204, 205, 304, which have no body`,
      );
    expect(problem({ body: "x", retryAfter: "0s" })).to.equal("retryAfter: is 0s, but must be a duration from 1s to 24h");
  });
});

describe("The minimum of healthy servers of a pool", () => {
  const problems = (minimumHealthy: unknown, count: object = { a: 2, b: 1 }): string[] =>
    problemsWith({ pools: { web: { servers: count, minimumHealthy } } });

  it("is for data centers that it has servers in, and no more than those", () => {
    expect(problems({ a: 2, b: 1 })).to.deep.equal([]);
    expect(problems({ a: 3, b: 0, c: 1 }).sort()).to.deep.equal([
      "pools.web.minimumHealthy.a: is 3, but only 2 of its servers run there; it would always be left out",
      "pools.web.minimumHealthy.b: is 0, but must be a whole number from 1 to 200",
      "pools.web.minimumHealthy.c: is for a data center that the pool has no servers in; it has some in: a, b",
    ]);
  });
});

describe("The outlier detection of a pool", () => {
  it("is off, or counts and ejects within limits", () => {
    const problems = (outlierDetection: unknown): string[] => problemsWith({ pools: { web: { servers, outlierDetection } } });
    expect(problems({})).to.deep.equal([]);
    expect(problems({ errors: 100, ejectFor: "10m" })).to.deep.equal([]);
    expect(problems({ errors: 0, ejectFor: "11m" })).to.deep.equal([
      "pools.web.outlierDetection.errors: is 0, but must be a whole number from 1 to 100",
      "pools.web.outlierDetection.ejectFor: is 11m, but must be a duration from 1s to 10m",
    ]);
  });
});
