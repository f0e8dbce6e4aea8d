import { expect } from "chai";
import * as fc from "fast-check";
import { readStack } from "../../../../components/model/read-stack";
import { problemsWith, SOUND } from "../../../support/sites/sound-stack";

const AT = { start: "2026-11-27T08:00", end: "2026-11-27T23:00", timeZone: "Europe/Amsterdam" };

/** The problems of the spike `sale` with these keys, in the sound stack with these sections. */
function problemsWithSpike(spike: Record<string, unknown>, sections: Record<string, unknown> = {}): string[] {
  return problemsWith({ ...sections, spikes: { sale: { at: AT, pools: { web: { times: 3 } }, ...spike } } });
}

const inPool = (web: unknown, sections?: Record<string, unknown>): string[] => problemsWithSpike({ pools: { web } }, sections);
const inWindow = (at: Record<string, unknown>): string[] => problemsWithSpike({ at: { ...AT, ...at } });

describe("A spike in a stack file", () => {
  it("has no problem when it is sound", () => {
    expect(problemsWithSpike({ lead: "0s" })).to.deep.equal([]);
    expect(inPool({ times: 1.25 })).to.deep.equal([]);
    expect(inPool({ servers: { a: 200 } })).to.deep.equal([]);
    expect(problemsWith({ spikes: null })).to.deep.equal([]);
  });

  it("ends after it starts", () => {
    expect(inWindow({ end: "2026-11-27T08:00" })).to.deep.equal([
      "spikes.sale.at.end: is 2026-11-27T08:00, but must be after the start, 2026-11-27T08:00",
    ]);
    // Half past two does not exist on this day, and is half past three.
    expect(inWindow({ start: "2026-03-29T02:30", end: "2026-03-29T03:15" })).to.deep.equal([
      "spikes.sale.at.end: is 2026-03-29T03:15, but must be after the start, 2026-03-29T02:30",
    ]);
  });

  it("has times that a clock can show, and a zone that exists, each told by its path", () => {
    expect(
      inWindow({ start: "2026-02-30T08:00", end: "2026-11-27 00:00:00 +0000 UTC", timeZone: "Europe/Amsterdm" }),
    ).to.deep.equal([
      "spikes.sale.at.start: is 2026-02-30T08:00, a time that no calendar or clock shows",
      'spikes.sale.at.end: is "2026-11-27 00:00:00 +0000 UTC", which is how a date without quotes arrives; it must be in quotes, such as "2026-11-27T08:00"',
      "spikes.sale.at.timeZone: is Europe/Amsterdm, but must be a time zone by its IANA name, such as Europe/Amsterdam; did you mean Europe/Amsterdam?",
    ]);
    expect(inWindow({ end: null })).to.deep.equal([
      'spikes.sale.at.end: is missing; it must be a local time in quotes, such as "2026-11-27T08:00"',
    ]);
  });

  it("is of pools and data centers that exist", () => {
    expect(problemsWithSpike({ pools: { webs: { times: 2 } } })).to.deep.equal([
      "spikes.sale.pools.webs: is not one of the pools: web; did you mean web?",
    ]);
    expect(inPool({ servers: { frankfurt: 3 } })).to.deep.equal([
      "spikes.sale.pools.web.servers.frankfurt: is not one of the data centers: a, b",
    ]);
    expect(problemsWithSpike({ pools: {} })).to.deep.equal(["spikes.sale.pools: is empty; a spike needs at least one pool"]);
    expect(problemsWithSpike({ pools: null })).to.deep.equal([
      "spikes.sale.pools: is missing; it must be a map from pool to what it needs, such as { web: { times: 3 } }",
    ]);
  });

  it("says how many servers in one way", () => {
    const rule = "one of them says how many servers there are";
    expect(inPool({})).to.deep.equal([`spikes.sale.pools.web: has neither times nor servers; ${rule}`]);
    expect(inPool({ times: 2, servers: { a: 4 } })).to.deep.equal([`spikes.sale.pools.web: has both times and servers; ${rule}`]);
    expect(inPool({ servers: {} })).to.deep.equal(["spikes.sale.pools.web.servers: is empty; it needs at least one data center"]);
    expect(inPool({ tmes: 2 })).to.deep.equal([
      "spikes.sale.pools.web.tmes: is not a key here: times, servers; did you mean times?",
    ]);
    expect(inPool({ times: "3" })).to.deep.equal(['spikes.sale.pools.web.times: is "3", but must be a number from 1 to 100']);
    expect(inPool({ times: 0.5 })).to.deep.equal(["spikes.sale.pools.web.times: is 0.5, but must be a number from 1 to 100"]);
  });

  it("asks for no more servers than a pool can have", () => {
    expect(inPool({ times: 100 }, { pools: { web: { servers: { a: 2, b: 3 } } } })).to.deep.equal([
      "spikes.sale.pools.web.times: is 100, which makes 300 servers in b, but 200 is the most",
    ]);
    expect(inPool({ servers: { a: 201 } })).to.deep.equal([
      "spikes.sale.pools.web.servers.a: is 201, but must be a whole number from 0 to 200",
    ]);
  });

  it("asks for no more servers than are listed where they exist already", () => {
    const sections = {
      dataCenters: { ...SOUND.dataCenters, c: { provider: "existing", addresses: { web: ["192.0.2.1:80", "192.0.2.2:80"] } } },
      pools: { web: { servers: { a: 2, b: 2, c: 1 } } },
    };
    expect(inPool({ times: 2 }, sections)).to.deep.equal([]);
    expect(inPool({ times: 3 }, sections)).to.deep.equal([
      "spikes.sale.pools.web.times: is 3, which makes 3 servers in c, but 2 is the most",
    ]);
    expect(inPool({ servers: { c: 4 } }, sections)).to.deep.equal(["spikes.sale.pools.web.servers.c: is 4, but 2 is the most"]);
  });

  it("names no server as another pool does", () => {
    const sections = {
      dataCenters: { ...SOUND.dataCenters, "a-b": { provider: "local" } },
      pools: { web: { servers: { a: 1 } }, "web-a": { servers: { b: 1 } } },
      routes: [{ path: "/a", pool: "web-a" }, { pool: "web" }],
    };
    expect(inPool({ servers: { a: 2 } }, sections)).to.deep.equal([]);
    expect(inPool({ servers: { "a-b": 2 } }, sections)).to.deep.equal([
      "spikes.sale.pools.web.servers.a-b: would name a server web-a-b-1, as pools.web-a.servers.b does; rename a pool or a data center",
    ]);
  });

  it("has a lead, and a shape", () => {
    expect(problemsWithSpike({ lead: "2d" })).to.deep.equal([
      "spikes.sale.lead: is 2d, but must be a duration from 0s to 24h, written like 500ms, 2.5s or 30m",
    ]);
    expect(problemsWithSpike({ at: "noon" })).to.deep.equal([
      'spikes.sale.at: is noon, but must be a map such as { start: "2026-11-27T08:00", end: "2026-11-27T23:00", timeZone: Europe/Amsterdam }',
    ]);
    expect(problemsWith({ spikes: { sale: 5 } })).to.deep.equal(["spikes.sale: is 5, but must be a map with at and pools"]);
    expect(problemsWith({ spikes: [] })).to.deep.equal([
      "spikes: is [], but must be a map from name to spike, each with at and pools",
    ]);
  });

  it("never makes the reader throw", () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("2026-11-27T08:00", "2026-11-27T09:00", "UTC", 1, { web: { times: 2 } }),
    );
    const keys = fc.constantFrom("at", "lead", "pools", "web", "times", "servers", "start", "end", "timeZone", "__proto__");
    const nested = fc.oneof(value, fc.dictionary(keys, fc.oneof(value, fc.dictionary(keys, value))));
    fc.assert(
      fc.property(fc.dictionary(keys, nested), fc.dictionary(fc.constantFrom("sale", "A"), nested), (spike, others) => {
        const sale = { at: AT, pools: { web: { times: 2 } }, ...spike };
        const { stack, problems } = readStack({ ...SOUND, spikes: { ...others, sale } });
        expect(stack === undefined).to.equal(problems.length > 0);
        for (const { message } of problems) expect(message).to.match(/^(is|has|would) \S/);
      }),
    );
  });
});
