import { expect } from "chai";
import { describeResult, MAX_FIRST_FAILURES, Measurement } from "../../../../drills/load/measurement";

describe("A measurement", () => {
  it("counts each request once, by what became of it", () => {
    const measurement = new Measurement();
    for (let i = 0; i < 5; i += 1) measurement.started();
    measurement.success(0, 1);
    measurement.failure({ kind: "refused", atMs: 2, requestId: "a", detail: "" });
    measurement.failure({ kind: "http-503", atMs: 3, requestId: "b", detail: "" });
    measurement.failure({ kind: "http-503", atMs: 4, requestId: "c", detail: "" });
    const { sent, succeeded, failed, failures } = measurement.result(5);
    expect({ sent, succeeded, failed, failures }).to.deep.equal({
      sent: 5,
      succeeded: 1,
      failed: 3,
      failures: { refused: 1, "http-503": 2 },
    });
    expect(measurement.unanswered).to.equal(1);
  });

  it("counts latency from when a request was due, not from when it was sent", () => {
    const measurement = new Measurement();
    measurement.started();
    measurement.handled(100, 140);
    measurement.success(100, 150);
    expect(measurement.result(150).latency.max).to.be.closeTo(50, 0.1);
    expect(measurement.result(150).behindMs).to.equal(40);
  });

  it("tells percentiles to a thousandth of their value", () => {
    const measurement = new Measurement();
    for (let ms = 1; ms <= 1000; ms += 1) measurement.success(0, ms);
    const { p50, p99, p999, max } = measurement.result(1000).latency;
    expect(p50).to.be.closeTo(500, 0.5);
    expect(p99).to.be.closeTo(990, 1);
    expect(p999).to.be.closeTo(999, 1);
    expect(max).to.be.closeTo(1000, 1);
  });

  it("has no latency while nothing has succeeded, so that no assertion about it holds", () => {
    expect(new Measurement().result(10).latency).to.deep.equal({ p50: NaN, p99: NaN, p999: NaN, max: NaN });
  });

  it("takes the longest time without a success from the start, between two, or up to the end", () => {
    const gaps = (successes: number[], end: number): number => {
      const measurement = new Measurement();
      for (const at of successes) measurement.success(at, at);
      return measurement.result(end).longestGapMs;
    };
    expect(gaps([], 70)).to.equal(70);
    expect(gaps([50, 60], 70)).to.equal(50);
    expect(gaps([10, 60], 70)).to.equal(50);
    expect(gaps([10, 20], 70)).to.equal(50);
    expect(gaps([10, 20, 80], 70), "an answer after the last arrival").to.equal(60);
  });

  it("keeps the first failures only, and all counts", () => {
    const measurement = new Measurement();
    for (let i = 0; i < 50; i += 1) measurement.failure({ kind: "eof", atMs: i, requestId: `${i}`, detail: "" });
    const { failed, firstFailures } = measurement.result(50);
    expect(failed).to.equal(50);
    expect(firstFailures.map(({ requestId }) => Number(requestId))).to.deep.equal([...Array(MAX_FIRST_FAILURES).keys()]);
  });

  it("counts answers by server", () => {
    const measurement = new Measurement();
    for (const server of ["web-a-1", "web-b-1", "web-a-1"]) measurement.answeredBy(server);
    expect(measurement.result(0).byServer).to.deep.equal({ "web-a-1": 2, "web-b-1": 1 });
  });

  it("is told in one line", () => {
    const measurement = new Measurement();
    measurement.started();
    expect(describeResult(measurement.result(12))).to.equal("0 failed of 1 (no success, longest gap 12 ms)");
    measurement.success(0, 2);
    expect(describeResult(measurement.result(12))).to.equal("0 failed of 1 (p99 2.0 ms, longest gap 10 ms)");
    measurement.started();
    measurement.failure({ kind: "stale-eof", atMs: 3, requestId: "a", detail: "" });
    expect(describeResult(measurement.result(12))).to.equal("1 failed of 2: 1 stale-eof (p99 2.0 ms, longest gap 10 ms)");
  });
});
