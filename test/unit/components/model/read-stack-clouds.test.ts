import { expect } from "chai";
import * as fc from "fast-check";
import { readStack } from "../../../../components/model/read-stack";
import { sections } from "../../../../components/model/stack";
import { catalogues, IN_CLOUDS } from "./clouds/cloud-stack";

type Section = Record<string, unknown>;

/** Where in a stack file something else may stand: what is there, what could be, and what nothing knows. */
const PLACES = fc.oneof(
  fc
    .constantFrom("virginia", "iowa", "amsterdam", "paris", "constructor", "__proto__")
    .chain((place) =>
      fc
        .constantFrom("provider", "region", "zones", "network", "sizes", "image", "frozen", "addresses", "constructor", undefined)
        .map((key) => ["dataCenters", place, key]),
    ),
  fc.constantFrom("ssh", "sshFromAnywhere", "keys", "toString", undefined).map((key) => ["access", key]),
  fc
    .constantFrom("kind", "port", "provider", "zone", "createZone", "policy", "ttl", "valueOf", undefined)
    .map((key) => ["failover", key]),
  fc.constantFrom("app", "servers", "size", undefined).map((key) => ["pools", "web", key]),
  fc.constantFrom("image", "userData", "port", "constructor").map((key) => ["pools", "web", "app", key]),
  fc.constantFrom("virginia", "paris", "constructor", "__proto__").map((key) => ["pools", "web", "servers", key]),
  fc
    .constantFrom("primary", "secondary")
    .chain((role) => fc.constantFrom("in", "size", undefined).map((key) => ["loadBalancers", role, key])),
  fc.constantFrom("name", "domain", undefined).map((key) => ["site", key]),
);

/** What may stand there: something that suits one place or another, or nothing of the kind. */
const VALUES = fc.oneof(
  fc.constantFrom<unknown>(
    ...["aws", "gcp", "digitalocean", "local", "existing", "us-east-1", "ams3", "us-east-1a", "front", "dns", "example.com"],
    ...[
      "10.20.0.0/20",
      "10.22.0.0/16",
      "0.0.0.0/0",
      "::/0",
      "10.0.0.1/8",
      "small",
      "constructor",
      "t3.small",
      "shop",
      "#!/bin/sh",
    ],
    ...["2026-11-27T12:00:00Z", "30s", "", " ", "\n", "a".repeat(300), `a${"_".repeat(300)}!`],
    ...[true, false, 0, 1, -1.5, 8080, 1e21, null, [], {}],
    ...[["us-east-1a"], ["us-east-1a", "us-east-1a"], ["0.0.0.0/0"], ["198.51.100.0/24", 5], [null], [[]]],
    ...[{ small: "t3.small" }, { constructor: "t3.small" }, { tiny: 5 }, { provider: "aws" }, { in: "iowa" }, { virginia: 1 }],
    ...[{ web: ["192.0.2.10:80"] }, { image: "shop" }, { name: "shop" }],
  ),
  fc.jsonValue(),
);

/** A stack file with a value in a place; where a map is missed on the way, it is put in. */
function changed(file: Section, [first = "", ...rest]: readonly (string | undefined)[], value: unknown): Section {
  const below = Object.hasOwn(file, first) ? file[first] : undefined;
  const [next] = rest;
  const map = typeof below === "object" && below !== null && !Array.isArray(below) ? (below as Section) : {};
  const entries = Object.entries(file).filter(([key]) => key !== first);
  return Object.fromEntries([...entries, [first, next === undefined ? value : changed(map, rest, value)]]);
}

describe("A stack file in clouds", () => {
  it("never makes the reader throw, and has each of its problems told once, by its path, in words", () => {
    const changes = fc.array(fc.tuple(PLACES, VALUES), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(changes, fc.boolean(), (some, isHeld) => {
        const file = some.reduce<Section>((at, [place, value]) => changed(at, place, value), IN_CLOUDS);
        const { stack, problems } = isHeld ? readStack(file, { catalogues }) : readStack(file);
        expect(stack === undefined).to.equal(problems.length > 0);
        for (const { path, message } of problems) {
          expect(Object.keys(sections)).to.include(/^\w+/.exec(path)?.[0]);
          expect(message, path).to.match(/^(is|has|names|declares|would|says) \S/);
          expect(message, path).not.to.match(/native code|Invalid|undefined|NaN|\[object|\n/);
        }
        const lines = problems.map(({ path, message }) => `${path}: ${message}`);
        expect(lines).to.deep.equal([...new Set(lines)]);
      }),
      { numRuns: 300 },
    );
  });

  it("has nothing told but the one thing that is of another kind than it must be", () => {
    const keys = {
      "dataCenters.virginia": ["provider", "region", "zones", "network", "sizes", "image", "frozen"],
      access: ["ssh", "sshFromAnywhere", "keys"],
      failover: ["kind", "port", "provider", "zone", "createZone", "policy", "ttl"],
      site: ["name", "domain"],
      "loadBalancers.primary": ["in", "size"],
      "pools.web": ["app", "servers", "size"],
      "pools.web.app": ["image", "userData", "port"],
      "pools.web.servers": ["virginia"],
    };
    for (const [section, some] of Object.entries(keys)) {
      for (const at of some.map((key) => `${section}.${key}`)) {
        for (const value of [0.5, [[]], "", { "": [] }]) {
          const { problems } = readStack(changed(IN_CLOUDS, at.split("."), value), { catalogues });
          const told = problems.map(({ path }) => path);
          expect(told, at).to.have.length(1);
          expect(told[0]?.startsWith(at), told[0]).to.equal(true);
        }
      }
    }
  });
});
