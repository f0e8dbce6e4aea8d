import { expect } from "chai";
import * as fc from "fast-check";
import { pool } from "../../../../components/model/pools/pool";
import { report } from "../../../../components/model/problem";
import { readStack } from "../../../../components/model/read-stack";
import { problemsWith, problemsWithPool, SOUND } from "../../../support/sites/sound-stack";

const A_NAME = "a name: lower-case letters, digits and hyphens, starting with a letter, 30 at most";
describe("A stack file that is read", () => {
  it("has no problem when it is sound", () => {
    expect(readStack(SOUND).problems).to.deep.equal([]);
    expect(readStack(SOUND).stack).to.deep.include({ site: { name: "shop" } });
  });

  it("is not handed out while there is a problem", () => {
    expect(readStack({ ...SOUND, failover: { port: 0 } }).stack).to.equal(undefined);
  });

  it("has every problem told at once, in the words of its user", () => {
    const { problems } = readStack({
      ...SOUND,
      dataCenters: { a: { provider: "local", region: "x" }, b: { provider: "local" } },
      loadBalancers: { primary: { in: "a" }, secondary: { in: "a" } },
      pools: { web: { servers: { a: 2, frankfurt: 1 }, healthcheck: {} }, api: { servers: { a: 0 } } },
      maintainance: [],
      rollout: { healthyWithin: "soon" },
    });
    expect(report("stacks/Pulumi.production.yaml", problems)).to.equal(
      [
        "stacks/Pulumi.production.yaml has 8 problems:",
        "  maintainance                 is not a key of a stack; did you mean maintenance?",
        `  pools.web.healthcheck        is not a key here: ${Object.keys(pool.shape).join(", ")}; did you mean healthCheck?`,
        "  rollout.healthyWithin        is soon, but must be a duration from 1s to 1h, written like 500ms, 2.5s or 30m",
        "  loadBalancers.secondary.in   is a, where the primary stands; a pair needs two data centers",
        "  pools.web.servers.frankfurt  is not one of the data centers: a, b",
        "  pools.api.servers            has no server in any data center; a pool needs at least one",
        "  routes                       is missing; with the pools web, api, the last route must say which takes the rest: - { pool: web }",
        "  dataCenters.a.region         is for a data center in a cloud; this one is local",
      ].join("\n"),
    );
  });

  it("has its sound sections held against each other though another is broken", () => {
    expect(problemsWith({ site: 5, pools: { web: { servers: { frankfurt: 1 } } } })).to.deep.equal([
      "site: is 5, but must be a map such as { name: shop }",
      "pools.web.servers.frankfurt: is not one of the data centers: a, b",
    ]);
  });

  it("has nothing held against a section that is broken itself", () => {
    expect(problemsWith({ dataCenters: "a, b" })).to.deep.equal([
      'dataCenters: is "a, b", but must be a map from name to data center, such as { a: { provider: local } }',
    ]);
  });

  it("never makes the reader throw", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (raw) => {
        expect(readStack(raw).problems).not.to.be.empty;
      }),
    );
  });

  it("never makes the reader throw, whatever stands in its sections", () => {
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom("a", "5s", 1, {}, { servers: { a: 1 } }, { in: "a" }));
    const keys = fc.constantFrom(
      "web",
      "servers",
      "healthCheck",
      "app",
      "in",
      "primary",
      "name",
      "a",
      "__proto__",
      "constructor",
    );
    const section = fc.oneof(values, fc.dictionary(keys, fc.oneof(values, fc.dictionary(keys, values))));
    const names = fc.constantFrom("site", "dataCenters", "loadBalancers", "failover", "pools", "maintenance", "rollout");
    fc.assert(
      fc.property(fc.dictionary(names, section), (raw) => {
        const { stack, problems } = readStack({ ...SOUND, ...raw });
        expect(stack === undefined).to.equal(problems.length > 0);
        for (const { path, message } of problems) {
          expect(path).not.to.equal("");
          expect(message).to.match(/^(is|has|declares|would) \S/);
        }
      }),
    );
  });
});

describe("A key that nothing knows", () => {
  it("is told at the top, with the nearest that is known", () => {
    expect(problemsWith({ pool: {} })).to.deep.equal(["pool: is not a key of a stack; did you mean pools?"]);
    expect(problemsWith({ dns: {} })).to.deep.equal(["dns: is not a key of a stack"]);
  });

  it("is told deep down, each one by itself, with those that are known", () => {
    expect(problemsWithPool({ healthCheck: { intervall: "1s", port: 80 } })).to.deep.equal([
      "pools.web.healthCheck.intervall: is not a key here: type, method, path, host, headers, status, body, interval, timeout, fall, rise; did you mean interval?",
      "pools.web.healthCheck.port: is not a key here: type, method, path, host, headers, status, body, interval, timeout, fall, rise",
    ]);
    expect(problemsWith({ maintenance: [{ balancer: "secondary", since: "noon" }] })).to.deep.equal([
      "maintenance[0].since: is not a key here: balancer, server, dataCenter, pool",
    ]);
  });

  it("is told also when every object of JavaScript has it", () => {
    const raw = JSON.parse('{ "constructor": 1, "toString": 2, "__proto__": 3 }') as Record<string, unknown>;
    expect(
      readStack(raw)
        .problems.filter(({ message }) => message === "is not a key of a stack")
        .map(({ path }) => path),
    ).to.deep.equal(["constructor", "toString", "__proto__"]);
  });
});

describe("An empty key", () => {
  it("counts as absent, wherever it stands", () => {
    expect(problemsWith({ failover: null, rollout: { healthyWithin: null }, maintenance: null })).to.deep.equal([]);
    expect(problemsWithPool({ app: null, healthCheck: { host: null } })).to.deep.equal([]);
  });

  it("is missed where something must stand", () => {
    expect(problemsWith({ site: null, dataCenters: null, loadBalancers: null, pools: null })).to.deep.equal([
      "site: is missing; it must be a map such as { name: shop }",
      "dataCenters: is missing; it must be a map from name to data center, such as { a: { provider: local } }",
      "loadBalancers: is missing; it must be a map such as { primary: { in: a }, secondary: { in: b } }",
      "pools: is missing; it must be a map from name to pool, such as { web: { servers: { a: 2, b: 2 } } }",
    ]);
    expect(problemsWith({ loadBalancers: { primary: { in: "a" }, secondary: { in: null } } })).to.deep.equal([
      "loadBalancers.secondary.in: is missing; it must be the name of a data center",
    ]);
    expect(problemsWithPool({ servers: null })).to.deep.equal([
      "pools.web.servers: is missing; it must be a map from data center to number of servers, such as { a: 2, b: 2 }",
    ]);
  });

  it("is no member of a list", () => {
    expect(problemsWith({ maintenance: [null] })).to.deep.equal([
      "maintenance[0]: is null, but must be a map such as { server: web-a-1 }",
    ]);
  });
});

describe("A value of another kind than it must be", () => {
  it("is told for each section, with what it looks like", () => {
    expect(
      problemsWith({ site: 5, dataCenters: [], loadBalancers: "a", failover: true, pools: "x", maintenance: {}, rollout: 7 }),
    ).to.deep.equal([
      "site: is 5, but must be a map such as { name: shop }",
      "dataCenters: is [], but must be a map from name to data center, such as { a: { provider: local } }",
      "loadBalancers: is a, but must be a map such as { primary: { in: a }, secondary: { in: b } }",
      "failover: is true, but must be a map such as { kind: front, port: 8080 } or { kind: dns, zone: example.com }",
      "pools: is x, but must be a map from name to pool, such as { web: { servers: { a: 2, b: 2 } } }",
      "maintenance: is {}, but must be a list such as [{ server: web-a-1 }]",
      "rollout: is 7, but must be a map such as { healthyWithin: 60s }",
    ]);
  });

  it("is told for what is in a section", () => {
    expect(problemsWith({ pools: { web: 3 } })).to.deep.equal([
      "pools.web: is 3, but must be a map such as { servers: { a: 2, b: 2 } }",
    ]);
    expect(problemsWithPool({ app: "node server.js", healthCheck: "/up", servers: 4 })).to.deep.equal([
      "pools.web.app: is node server.js, but must be a map such as { command: python3 -m http.server {port} } or { image: registry.example.com/shop:1.4.2 }",
      "pools.web.healthCheck: is /up, but must be a map such as { path: /healthz }",
      "pools.web.servers: is 4, but must be a map from data center to number of servers, such as { a: 2, b: 2 }",
    ]);
    expect(problemsWith({ loadBalancers: { primary: "a", secondary: { in: 2 } } })).to.deep.equal([
      "loadBalancers.primary: is a, but must be a map such as { in: a }",
      "loadBalancers.secondary.in: is 2, but must be the name of a data center",
    ]);
  });

  it("is told for words of which there are only a few", () => {
    expect(
      problemsWith({
        dataCenters: { a: { provider: "azure" }, b: {} },
        failover: { kind: "floating-ip" },
        maintenance: [{ balancer: "third" }, {}],
      }),
    ).to.deep.equal([
      "dataCenters.a.provider: is azure, but must be one of: local, existing, aws, gcp, digitalocean",
      "dataCenters.b.provider: is missing; it must be one of: local, existing, aws, gcp, digitalocean",
      "failover.kind: is floating-ip, but must be one of: front, dns",
      "maintenance[0].balancer: is third, but must be primary or secondary",
      "maintenance[1]: names nothing, but must name one of: balancer, server, dataCenter, pool",
    ]);
  });
});

describe("A number", () => {
  it("of servers is whole and not negative", () => {
    for (const [count, got] of [
      [-1, "-1"],
      [1.5, "1.5"],
      [201, "201"],
      ["2", '"2"'],
      [true, "true"],
    ]) {
      expect(problemsWith({ pools: { web: { servers: { a: 1, b: count } } } })).to.deep.equal([
        `pools.web.servers.b: is ${String(got)}, but must be a whole number from 0 to 200`,
      ]);
    }
  });

  it("keeps to its range", () => {
    expect(problemsWith({ failover: { port: 70_000 } })).to.deep.equal([
      "failover.port: is 70000, but must be a whole number from 1 to 65535",
    ]);
    expect(problemsWithPool({ healthCheck: { fall: 0, rise: 11 } })).to.deep.equal([
      "pools.web.healthCheck.fall: is 0, but must be a whole number from 1 to 10",
      "pools.web.healthCheck.rise: is 11, but must be a whole number from 1 to 10",
    ]);
  });
});

describe("A duration in a stack file", () => {
  it("has a unit", () => {
    expect(problemsWithPool({ slowStart: 5, responseTimeout: "5" })).to.deep.equal([
      'pools.web.responseTimeout: is "5", but must be a duration from 100ms to 1h, written like 500ms, 2.5s or 30m',
      "pools.web.slowStart: is 5, but must be a duration from 0s to 1h, written like 500ms, 2.5s or 30m",
    ]);
  });

  it("keeps to its range, both ends included", () => {
    const problems = (healthyWithin: string) => problemsWith({ rollout: { healthyWithin } });
    for (const text of ["1s", "1000ms", "1h", "60m"]) expect(problems(text), text).to.deep.equal([]);
    expect(problems("0.9s")).to.deep.equal(["rollout.healthyWithin: is 0.9s, but must be a duration from 1s to 1h"]);
    expect(problems("61m")).to.deep.equal(["rollout.healthyWithin: is 61m, but must be a duration from 1s to 1h"]);
  });
});

describe("A name in a stack file", () => {
  it("follows the rule of names", () => {
    expect(problemsWith({ site: { name: "My Shop!" } })).to.deep.equal([`site.name: is "My Shop!", but must be ${A_NAME}`]);
  });

  it("follows it as a key too", () => {
    const dataCenters = { ...SOUND.dataCenters, New_York: { provider: "local" } };
    expect(problemsWith({ dataCenters, pools: { Web: { servers: { a: 1 } } } })).to.deep.equal([
      `dataCenters.New_York: is not ${A_NAME}`,
      `pools.Web: is not ${A_NAME}`,
    ]);
    expect(problemsWithPool({ servers: { A: 1 } })).to.deep.equal([`pools.web.servers.A: is not ${A_NAME}`]);
  });

  it("of a data center must be one that there is", () => {
    expect(
      problemsWith({
        loadBalancers: { primary: { in: "a" }, secondary: { in: "virginia" } },
        pools: { web: { servers: { a: 1, frankfurt: 1 } } },
      }),
    ).to.deep.equal([
      "loadBalancers.secondary.in: is virginia, which is not one of the data centers: a, b",
      "pools.web.servers.frankfurt: is not one of the data centers: a, b",
    ]);
  });

  it("of a data center that is spelt nearly right is put right", () => {
    expect(
      problemsWith({
        dataCenters: { iowa: { provider: "local" }, virginia: { provider: "local" } },
        loadBalancers: { primary: { in: "iowa" }, secondary: { in: "virgina" } },
        pools: { web: { servers: { iova: 1 } } },
      }),
    ).to.deep.equal([
      "loadBalancers.secondary.in: is virgina, which is not one of the data centers: iowa, virginia; did you mean virginia?",
      "pools.web.servers.iova: is not one of the data centers: iowa, virginia; did you mean iowa?",
    ]);
  });
});
