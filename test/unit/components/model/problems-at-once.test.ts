import { expect } from "chai";
import { readStack } from "../../../../components/model/read-stack";
import { catalogues } from "./clouds/cloud-stack";
import { type Fault, FAULTS, faulty, pathTo, type Place, RICH } from "./seeded-faults";

/** Faults of each other section that a fault is combined with, beside all of its own section. */
const OF_OTHER_SECTIONS = 3;

/**
 * Faults of one section of which the first makes it unknown whether the second is one: what can be said of a zone, for one, depends on its
 * region.
 */
const DEPENDENT: readonly (readonly [string, string])[] = [
  ["dataCenters.virginia.region", "dataCenters.virginia.zones[1]"],
  ["loadBalancers.primary.in", "loadBalancers.secondary.in"],
  ["failover.kind", "failover.zone"],
  ["failover.kind", "failover.port"],
  ["pools.web.servers", "pools.web.minimumHealthy.virginia"],
  ["pools.web.servers", "pools.web.minimumInMaintenance"],
  ["pools.web.servers.virginia", "pools.web.minimumHealthy.virginia"],
  ["pools.web.servers.virginia", "pools.web.minimumInMaintenance"],
  ["routes[1].redirect.path", "routes[1].redirect.status"],
  ["passthrough.routes[0].pool", "passthrough.routes[0].sni"],
  ["spikes.sale.at.start", "spikes.sale.at.end"],
  ["spikes.sale.at.end", "spikes.sale.at.timeZone"],
  ["spikes.sale.pools.api.times", "spikes.sale.pools.api.servers"],
  ["tls.acme.domains", "tls.certificates"],
];

/** The paths of the problems of the rich stack with faults. */
function pathsWith(...faults: readonly Fault[]): string[] {
  return readStack(faulty(...faults), { catalogues, now: new Date() }).problems.map(({ path }) => path);
}

/** Whether one place is in the other. */
function isNested(left: Place, right: Place): boolean {
  const depth = Math.min(left.length, right.length);
  return left.slice(0, depth).every((part, i) => part === right[i]);
}

/** All pairs of faults of one section, and some of two. */
function pairs(): (readonly [Fault, Fault])[] {
  return FAULTS.flatMap((one, i) => {
    const later = FAULTS.slice(i + 1).filter(({ at }) => !isNested(at, one.at));
    const near = later.filter(({ at }) => at[0] === one.at[0]);
    const far = later.filter(({ at }) => at[0] !== one.at[0]);
    const some = far.filter((_, j) => j % Math.max(1, Math.floor(far.length / OF_OTHER_SECTIONS)) === i % 7);
    return [...near, ...some].map((other) => [one, other] as const);
  });
}

describe("The problems of a stack", () => {
  it("are none in a stack that has something of everything", () => {
    expect(readStack(RICH, { catalogues, now: new Date() }).problems).to.deep.equal([]);
  });

  for (const fault of FAULTS) {
    const { at, value, problems = [pathTo(at)] } = fault;
    it(`are ${problems.join(" and ")} where ${pathTo(at)} is ${value === undefined ? "missing" : JSON.stringify(value)}`, () => {
      expect(pathsWith(fault)).to.deep.equal(problems);
    });
  }

  it("are all reported at once where there are two faults", () => {
    const hidden = pairs().flatMap(([one, other]) => {
      const together = new Set(pathsWith(one, other));
      const missing = [one, other].flatMap(({ at, problems = [pathTo(at)] }) => problems).filter((path) => !together.has(path));
      const names = [pathTo(one.at), pathTo(other.at)];
      if (missing.length === 0 || DEPENDENT.some((pair) => pair.every((path) => names.includes(path)))) return [];
      return [`${names.join(" and ")} lack ${missing.join(", ")}`];
    });
    expect(hidden).to.deep.equal([]);
  });
});
