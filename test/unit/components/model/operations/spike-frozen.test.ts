import { expect } from "chai";
import * as fc from "fast-check";
import { poolsAt, poolsAtMost, stackAt } from "../../../../../components/model/operations/spike";
import type { ValidatedStack } from "../../../../../components/model/stack";
import { IN_CLOUDS, stackInClouds } from "../clouds/cloud-stack";

type Frozen = boolean | string | undefined;
type Servers = Readonly<Record<string, number>>;

const BASE = { virginia: 2, iowa: 2, amsterdam: 1 };
/** One on the day, one on the day after, twice as many and then three times. */
const SPIKES = {
  sale: spikeOn("27", { times: 2 }),
  launch: spikeOn("28", { times: 3 }),
};
const BEFORE = "2026-11-26T12:00:00Z";
const SALE = "2026-11-27T12:00:00Z";
const LAUNCH = "2026-11-28T12:00:00Z";
const AFTER = "2026-11-29T12:00:00Z";

function spikeOn(day: string, web: object): object {
  const at = { start: `2026-11-${day}T08:00`, end: `2026-11-${day}T23:00`, timeZone: "UTC" };
  return { at, lead: "0s", pools: { web } };
}

function stackWith(frozen: Readonly<Record<string, Frozen>>, spikes: object = SPIKES, servers: Servers = BASE): ValidatedStack {
  const dataCenters = Object.fromEntries(
    Object.entries(IN_CLOUDS.dataCenters).map(([place, settings]) => [place, { ...settings, frozen: frozen[place] }]),
  );
  return stackInClouds({ dataCenters, pools: { web: { ...IN_CLOUDS.pools.web, servers } }, spikes });
}

function serversAt(instant: string | Date, stack: ValidatedStack): Servers {
  return poolsAt(stack, new Date(instant)).web?.servers ?? {};
}

describe("A data center that is frozen", () => {
  it("keeps the servers of the stack file through a spike, while the others get theirs", () => {
    const stack = stackWith({ iowa: true });
    expect(serversAt(BEFORE, stack)).to.deep.equal(BASE);
    expect(serversAt(SALE, stack)).to.deep.equal({ virginia: 4, iowa: 2, amsterdam: 2 });
    expect(serversAt(LAUNCH, stack)).to.deep.equal({ virginia: 6, iowa: 2, amsterdam: 3 });
  });

  it("since an instant in a spike keeps the servers of that spike, in the next one and after it too", () => {
    const stack = stackWith({ iowa: SALE });
    expect(serversAt(SALE, stack)).to.deep.equal({ virginia: 4, iowa: 4, amsterdam: 2 });
    expect(serversAt(LAUNCH, stack)).to.deep.equal({ virginia: 6, iowa: 4, amsterdam: 3 });
    expect(serversAt(AFTER, stack)).to.deep.equal({ virginia: 2, iowa: 4, amsterdam: 1 });
  });

  it("since an instant before a spike is as one that is frozen with the stack file's servers", () => {
    const stack = stackWith({ iowa: BEFORE });
    expect(serversAt(SALE, stack)).to.deep.equal({ virginia: 4, iowa: 2, amsterdam: 2 });
  });

  it("counts instants, not their writing", () => {
    for (const since of ["2026-11-27T22:59:59Z", "2026-11-27T23:59:59+01:00", "2026-11-27T13:29:59.999-09:30"]) {
      expect(serversAt(AFTER, stackWith({ iowa: since })).iowa, since).to.equal(4);
    }
    expect(serversAt(AFTER, stackWith({ iowa: "2026-11-27T23:00:00Z" })).iowa).to.equal(2);
  });

  it("may be one of several, each since its own instant", () => {
    const stack = stackWith({ virginia: true, iowa: SALE, amsterdam: LAUNCH });
    for (const instant of [BEFORE, SALE, LAUNCH, AFTER]) {
      expect(serversAt(instant, stack), instant).to.deep.equal({ virginia: 2, iowa: 4, amsterdam: 3 });
    }
  });

  it("gets no servers that only a spike has, and keeps those that it had got", () => {
    const spikes = { sale: spikeOn("27", { servers: { iowa: 3 } }) };
    const base = { virginia: 2 };
    expect(serversAt(SALE, stackWith({}, spikes, base))).to.deep.equal({ virginia: 2, iowa: 3 });
    expect(serversAt(SALE, stackWith({ iowa: true }, spikes, base))).to.deep.equal({ virginia: 2 });
    expect(serversAt(AFTER, stackWith({ iowa: SALE }, spikes, base))).to.deep.equal({ virginia: 2, iowa: 3 });
    expect(serversAt(SALE, stackWith({ iowa: AFTER }, spikes, base))).to.deep.equal({ virginia: 2 });
  });

  it("is not one when it says false", () => {
    expect(serversAt(SALE, stackWith({ iowa: false }))).to.deep.equal({ virginia: 4, iowa: 4, amsterdam: 2 });
  });

  it("may have the name of what every object of JavaScript has", () => {
    const place = { provider: "aws", region: "us-west-2", frozen: true };
    const sections = { dataCenters: { ...IN_CLOUDS.dataCenters, constructor: place }, spikes: SPIKES };
    expect(serversAt(SALE, stackInClouds(sections))).to.deep.equal({ virginia: 4, iowa: 4, amsterdam: 2 });
    const floor = { sale: spikeOn("27", { servers: { constructor: 3 } }) };
    const thawed = { ...sections.dataCenters, constructor: { ...place, frozen: false } };
    expect(serversAt(SALE, stackInClouds({ dataCenters: thawed, spikes: floor })).constructor).to.equal(3);
  });

  it("leaves the servers that it keeps there to be declared out", () => {
    const stack = stackInClouds({
      dataCenters: { ...IN_CLOUDS.dataCenters, iowa: { ...IN_CLOUDS.dataCenters.iowa, frozen: SALE } },
      spikes: SPIKES,
      maintenance: [{ server: "web-iowa-4" }, { server: "web-virginia-4" }],
    });
    expect(stackAt(stack, new Date(AFTER)).maintenance).to.deep.equal([{ server: "web-iowa-4" }]);
  });

  it("stays frozen in the stack of an instant", () => {
    expect(stackAt(stackWith({ iowa: SALE }), new Date(AFTER)).dataCenters.iowa?.frozen).to.equal(SALE);
  });

  const instants = fc.date({ min: new Date("2026-11-26T00:00:00Z"), max: new Date("2026-11-30T00:00:00Z"), noInvalidDate: true });
  const frozen = fc.oneof(
    fc.constantFrom<Frozen>(undefined, false, true),
    instants.map((instant) => instant.toISOString()),
  );

  it("has the same servers at any time, and changes nothing elsewhere", () => {
    fc.assert(
      fc.property(fc.record({ virginia: frozen, iowa: frozen, amsterdam: frozen }), instants, instants, (some, one, other) => {
        const stack = stackWith(some);
        const [now, then, free] = [serversAt(one, stack), serversAt(other, stack), serversAt(one, stackWith({}))];
        const most = poolsAtMost(stack).web?.servers ?? {};
        for (const [place, since] of Object.entries(some)) {
          if (since === undefined || since === false) expect(now[place]).to.equal(free[place]);
          else expect(now[place]).to.equal(then[place]);
          expect(now[place]).to.be.within(BASE[place as keyof typeof BASE], most[place] ?? 0);
        }
      }),
    );
  });
});
