import { expect } from "chai";
import * as fc from "fast-check";
import { Duration, isDuration } from "../../../../components/model/duration";

describe("A duration", () => {
  it("is read in each of its units", () => {
    const lengths = Object.entries({ "0s": 0, "500ms": 500, "2s": 2_000, "2.5s": 2_500, "30m": 1_800_000, "1h": 3_600_000 });
    for (const [text, length] of lengths) expect(Duration.parse(text).milliseconds, text).to.equal(length);
  });

  it("is rounded to whole milliseconds", () => {
    expect(Duration.parse("0.4ms").milliseconds).to.equal(0);
    expect(Duration.parse("1.0006s").milliseconds).to.equal(1_001);
  });

  it("is made from a count in a stated unit", () => {
    expect(Duration.milliseconds(1.4).milliseconds).to.equal(1);
    expect(Duration.seconds(0.25).milliseconds).to.equal(250);
    expect(Duration.minutes(2).milliseconds).to.equal(120_000);
  });

  it("is written in the largest unit that keeps the number whole", () => {
    const texts = { "0s": "0ms", "1000ms": "1s", "1500ms": "1500ms", "2.5s": "2500ms", "90s": "90s", "120s": "2m", "60m": "1h" };
    for (const [text, written] of Object.entries(texts)) expect(String(Duration.parse(text)), text).to.equal(written);
  });

  it("stands in JSON as its text", () => {
    expect(JSON.stringify({ within: Duration.seconds(30) })).to.equal('{"within":"30s"}');
  });

  it("comes back from its text as it was", () => {
    fc.assert(
      fc.property(fc.nat({ max: 100 * 24 * 3_600_000 }), (length) => {
        const text = String(Duration.milliseconds(length));
        expect(isDuration(text)).to.equal(true);
        expect(Duration.parse(text).milliseconds).to.equal(length);
      }),
    );
  });

  it("is written without a fraction, which HAProxy would refuse", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom("ms", "s", "m", "h"), (count, unit) => {
        expect(String(Duration.parse(`${count.toFixed(3)}${unit}`))).to.match(/^\d+(ms|s|m|h)$/);
      }),
    );
  });

  it("is nothing else", () => {
    for (const text of ["", "5", "s", "-1s", "1d", "1 s", "1S", ".5s", "1.s", "1e3s", "1s ", "1s\n", "١s", "1m30s"]) {
      expect(isDuration(text), JSON.stringify(text)).to.equal(false);
    }
  });

  it("says of a text that is none what one looks like", () => {
    expect(() => Duration.parse("soon")).to.throw(RangeError, /^soon is not a duration such as 500ms, 2\.5s, 30m or 1h$/);
  });

  it("is read from exactly the texts that count as one", () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^\d{0,3}\.?\d{0,3}(ms|s|m|h|d)?$/));
    fc.assert(
      fc.property(texts, (text) => {
        if (isDuration(text)) expect(Duration.parse(text).milliseconds).to.be.at.least(0);
        else expect(() => Duration.parse(text)).to.throw(RangeError);
      }),
    );
  });
});
