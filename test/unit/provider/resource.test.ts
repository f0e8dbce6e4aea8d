import { expect } from "chai";
import * as fc from "fast-check";
import { differences, holdsUnknown, UNKNOWN } from "../../../provider/resource";

const key = fc.stringMatching(/^[a-c-]{1,2}$/);

describe("The differences between two values", () => {
  it("are told by the path of each, as deep as both are maps", () => {
    const before = { plan: { pools: { web: { servers: { one: { port: 1 }, two: { port: 2 } } } } }, kept: [1, { a: 1 }] };
    const after = { plan: { pools: { web: { servers: { two: { port: 3 }, three: { port: 4 } } } } }, kept: [1, { a: 1 }] };
    expect(differences(before, after)).to.deep.equal({
      "plan.pools.web.servers.one": "delete",
      "plan.pools.web.servers.three": "add",
      "plan.pools.web.servers.two.port": "update",
    });
  });

  it("quote what is no plain word in a path, as the engine wants it", () => {
    expect(differences({ servers: {} }, { servers: { "web-a-3": {}, "1st": {}, _ok1: {} } })).to.deep.equal({
      'servers["web-a-3"]': "add",
      'servers["1st"]': "add",
      "servers._ok1": "add",
    });
  });

  it("take a list as one value", () => {
    expect(differences({ command: ["node", "a.js"] }, { command: ["node", "b.js"] })).to.deep.equal({ command: "update" });
  });

  it("take a value of another kind, and null, as an update", () => {
    expect(differences({ a: {}, b: 1, c: null }, { a: [], b: "1", c: {} })).to.deep.equal({
      a: "update",
      b: "update",
      c: "update",
    });
  });

  it("take undefined as absent", () => {
    expect(differences({ a: undefined, b: 1 }, { b: 1 })).to.deep.equal({});
    expect(differences({ a: undefined }, { a: 1 })).to.deep.equal({ a: "add" });
    expect(differences({ a: 1 }, { a: undefined })).to.deep.equal({ a: "delete" });
  });

  it("are none between equal values, whatever the order of their keys", () => {
    const turned = <Value>(map: Record<string, Value>) => Object.fromEntries(Object.entries(map).reverse());
    fc.assert(
      fc.property(fc.dictionary(key, fc.dictionary(key, fc.integer())), (some) => {
        const inner = Object.fromEntries(Object.entries(some).map(([one, map]) => [one, turned(map)]));
        expect(differences(some, turned(inner))).to.deep.equal({});
      }),
    );
  });

  it("are as many as there are keys whose values differ", () => {
    fc.assert(
      fc.property(fc.dictionary(key, fc.nat(2)), fc.dictionary(key, fc.nat(2)), (one, other) => {
        const differing = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);
        expect(Object.keys(differences(one, other))).to.have.members(differing);
      }),
    );
  });
});

describe("A value that is not known yet", () => {
  it("is found wherever it stands", () => {
    for (const known of [UNKNOWN, [UNKNOWN], { a: { b: [1, { c: UNKNOWN }] } }]) expect(holdsUnknown(known)).to.equal(true);
  });

  it("is found nowhere else", () => {
    for (const known of [undefined, null, "", `${UNKNOWN}!`, [], {}, { [UNKNOWN]: 1 }])
      expect(holdsUnknown(known)).to.equal(false);
  });
});
