import { expect } from "chai";
import * as fc from "fast-check";
import { instantOf, isInstant, localTimeProblem, timeZoneProblem } from "../../../../components/model/local-time";

const AMSTERDAM = "Europe/Amsterdam";
const NEW_YORK = "America/New_York";

function iso(text: string, timeZone: string): string {
  return new Date(instantOf(text, timeZone)).toISOString().replace(":00.000Z", "Z");
}

describe("A local time", () => {
  for (const [text, timeZone, instant, why] of [
    ["2026-11-27T08:00", AMSTERDAM, "2026-11-27T07:00Z", "is an hour ahead in winter"],
    ["2026-07-01T08:00", AMSTERDAM, "2026-07-01T06:00Z", "is two hours ahead in summer"],
    ["2026-11-27T08:00", NEW_YORK, "2026-11-27T13:00Z", "is behind in the west"],
    ["2026-11-27T08:00", "UTC", "2026-11-27T08:00Z", "is the instant itself in UTC"],
    ["2026-11-27T08:00", "Asia/Kolkata", "2026-11-27T02:30Z", "may be ahead by half an hour"],
    ["2026-03-29T01:59", AMSTERDAM, "2026-03-29T00:59Z", "is as ever just before a gap"],
    ["2026-03-29T02:00", AMSTERDAM, "2026-03-29T01:00Z", "moves forward at the start of a gap"],
    ["2026-03-29T02:30", AMSTERDAM, "2026-03-29T01:30Z", "moves forward within a gap"],
    ["2026-03-29T03:00", AMSTERDAM, "2026-03-29T01:00Z", "is as ever just after a gap"],
    ["2026-10-25T01:59", AMSTERDAM, "2026-10-24T23:59Z", "is as ever just before an overlap"],
    ["2026-10-25T02:30", AMSTERDAM, "2026-10-25T00:30Z", "is the first of two"],
    ["2026-10-25T03:00", AMSTERDAM, "2026-10-25T02:00Z", "is as ever just after an overlap"],
    ["2026-03-08T02:30", NEW_YORK, "2026-03-08T07:30Z", "moves forward in the west too"],
    ["2026-11-01T01:30", NEW_YORK, "2026-11-01T05:30Z", "is the first of two in the west too"],
    ["2011-12-30T12:00", "Pacific/Apia", "2011-12-30T22:00Z", "moves forward by a day that was left out"],
    ["2028-02-29T12:00", AMSTERDAM, "2028-02-29T11:00Z", "may be on a leap day"],
    ["2026-12-31T23:59", NEW_YORK, "2027-01-01T04:59Z", "may be in another year than its instant"],
    ["2027-01-01T00:30", AMSTERDAM, "2026-12-31T23:30Z", "may be in a year after its instant's"],
  ] as const) {
    it(`${why}: ${text} in ${timeZone}`, () => {
      expect(iso(text, timeZone)).to.equal(instant);
    });
  }

  it("is never an instant that the zone's clock shows otherwise, outside of gaps, and follows its instant", () => {
    const minutes = fc.integer({ min: Date.UTC(2020, 0) / 60_000, max: Date.UTC(2040, 0) / 60_000 });
    fc.assert(
      fc.property(minutes, fc.constantFrom(AMSTERDAM, NEW_YORK, "Australia/Lord_Howe", "Asia/Kathmandu"), (minute, timeZone) => {
        const instant = minute * 60_000;
        const shown = new Date(instant).toLocaleString("sv-SE", { timeZone }).slice(0, 16).replace(" ", "T");
        const read = instantOf(shown, timeZone);
        // Of the two in an overlap the first: an hour, or half of one, before.
        expect(instant - read).to.be.oneOf([0, 1_800_000, 3_600_000]);
      }),
    );
  });

  it("has no problem when a clock can show it", () => {
    for (const text of ["2026-11-27T08:00", "2028-02-29T00:00", "2026-12-31T23:59", "2026-03-29T02:30"]) {
      expect(localTimeProblem(text), text).to.equal(undefined);
    }
  });

  it("is refused when none can, or when it is written otherwise", () => {
    const rule = 'but must be a local time in quotes, such as "2026-11-27T08:00"';
    const never = "a time that no calendar or clock shows";
    const unquoted = 'which is how a date without quotes arrives; it must be in quotes, such as "2026-11-27T08:00"';
    for (const [value, problem] of [
      ["2026-02-30T08:00", `is 2026-02-30T08:00, ${never}`],
      ["2026-02-29T08:00", `is 2026-02-29T08:00, ${never}`],
      ["2026-13-01T08:00", `is 2026-13-01T08:00, ${never}`],
      ["2026-11-27T24:00", `is 2026-11-27T24:00, ${never}`],
      ["2026-11-27T08:60", `is 2026-11-27T08:60, ${never}`],
      ["2026-11-27", `is "2026-11-27", ${rule}`],
      ["2026-11-27 08:00", `is 2026-11-27 08:00, ${rule}`],
      ["2026-11-27T08:00Z", `is 2026-11-27T08:00Z, ${rule}`],
      ["0226-11-27T08:00", `is 0226-11-27T08:00, ${rule}`],
      ["", `is "", ${rule}`],
      [20261127, `is 20261127, ${rule}`],
      ["2026-11-27 00:00:00 +0000 UTC", `is "2026-11-27 00:00:00 +0000 UTC", ${unquoted}`],
      ["2026-11-27 08:00:00 +0200 +0200", `is "2026-11-27 08:00:00 +0200 +0200", ${unquoted}`],
    ] as const) {
      expect(localTimeProblem(value)).to.equal(problem);
    }
  });
});

describe("An instant", () => {
  it("says how far its time is from UTC", () => {
    for (const text of [
      ...["2026-11-27T12:00:00Z", "2026-11-27T12:00Z", "2026-11-27T12:00:00+01:00", "2026-11-27T12:00-09:30"],
      ...["2026-11-27T12:00:59.5Z", "2026-11-27T12:00:59.123Z", "2028-02-29T23:59:59Z"],
    ]) {
      expect(isInstant(text), text).to.equal(true);
    }
  });

  it("is none in any other writing, or when no clock shows it", () => {
    for (const text of [
      ...["", "2026-11-27", "2026-11-27T12:00", "2026-11-27T12:00:00", "2026-11-27 12:00:00Z", "2026-11-27T12Z", "now"],
      ...[
        "2026-11-27T12:00:00z",
        "2026-11-27T12:00:00 Z",
        "2026-11-27T12:00:00Z ",
        "2026-11-27T12:00:00Z\n",
        "+2026-11-27T12:00Z",
      ],
      ...["2026-11-27T12:00:00+0100", "2026-11-27T12:00:00+1:00", "2026-11-27T12:00:00CET", "2026-11-27T12:00:00.1234Z"],
      ...["2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z", "2026-11-31T12:00:00Z", "2026-11-27T24:00:00Z", "2026-11-27T12:60:00Z"],
      ...["2026-11-27T12:00:60Z", "2026-11-27T12:00:00+25:00", "2026-11-27T12:00:00+01:60", "1999-11-27T12:00:00Z"],
    ]) {
      expect(isInstant(text), JSON.stringify(text)).to.equal(false);
    }
  });
});

describe("A time zone", () => {
  it("is called by its IANA name", () => {
    for (const name of [AMSTERDAM, NEW_YORK, "UTC", "Asia/Calcutta", "Asia/Kolkata"]) {
      expect(timeZoneProblem(name), name).to.equal(undefined);
    }
  });

  it("that is unknown is refused, and the nearest named", () => {
    const rule = "but must be a time zone by its IANA name, such as Europe/Amsterdam";
    expect(timeZoneProblem("Europe/Amsterdm")).to.equal(`is Europe/Amsterdm, ${rule}; did you mean Europe/Amsterdam?`);
    expect(timeZoneProblem("America/NewYork")).to.equal(`is America/NewYork, ${rule}; did you mean America/New_York?`);
    expect(timeZoneProblem("+01:00")).to.equal(`is "+01:00", ${rule}`);
    expect(timeZoneProblem("")).to.equal(`is "", ${rule}`);
    expect(timeZoneProblem(1)).to.equal(`is 1, ${rule}`);
  });
});
