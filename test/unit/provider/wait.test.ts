import { getEventListeners } from "node:events";
import { expect } from "chai";
import { Interrupted, pause, until } from "../../../provider/wait";

/** What a promise was rejected with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`it was fulfilled with ${String(value)}`),
    (reason: unknown) => reason,
  );
}

describe("A pause", () => {
  it("is over after its time", async () => {
    await pause(1);
    await pause(1, new AbortController().signal);
  });

  it("is ended by an interruption", async () => {
    const interruption = new AbortController();
    const reason = rejection(pause(3_600_000, interruption.signal));
    interruption.abort();
    expect(await reason).to.be.an.instanceOf(Interrupted);
  });

  it("does not begin after an interruption", async () => {
    expect(await rejection(pause(3_600_000, AbortSignal.abort())))
      .to.be.an.instanceOf(Interrupted)
      .with.property("message", "interrupted");
  });

  it("leaves no listener on the signal, so that a long wait does not gather them", async () => {
    const { signal } = new AbortController();
    for (let i = 0; i < 20; i++) await pause(0, signal);
    expect(getEventListeners(signal, "abort")).to.have.length(0);
  });
});

describe("A wait", () => {
  it("ends with the first answer", async () => {
    let asked = 0;
    expect(await until(() => (++asked === 3 ? `after ${asked}` : undefined), 60_000)).to.equal("after 3");
    expect(asked).to.equal(3);
  });

  it("takes any answer but undefined as one", async () => {
    for (const answer of [false, null, 0, ""]) expect(await until(() => answer, 60_000)).to.equal(answer);
  });

  it("asks once even without time, and does not pause after an answer", async () => {
    expect(await until(() => "there", 0, AbortSignal.abort())).to.equal("there");
    let asked = 0;
    const never = (): string | undefined => {
      asked++;
      return undefined;
    };
    expect(await until(never, 0)).to.equal(undefined);
    expect(asked).to.equal(1);
  });

  it("ends without an answer when time runs out", async () => {
    expect(await until<string>(() => Promise.resolve(undefined), 30)).to.equal(undefined);
  });

  it("never asks again before the last question is answered", async () => {
    let atOnce = 0;
    let asked = 0;
    await until(async () => {
      expect(++atOnce).to.equal(1);
      await pause(1);
      atOnce--;
      return ++asked === 3 ? true : undefined;
    }, 60_000);
  });

  it("ends with what the question throws", async () => {
    const broken = new Error("went down");
    expect(await rejection(until(() => Promise.reject(broken), 60_000))).to.equal(broken);
  });

  it("ends when the user interrupts", async () => {
    const interruption = new AbortController();
    let asked = 0;
    const reason = await rejection(
      until(
        () => {
          if (++asked === 2) interruption.abort();
          return undefined;
        },
        3_600_000,
        interruption.signal,
      ),
    );
    expect(reason).to.be.an.instanceOf(Interrupted);
    expect(asked).to.equal(2);
  });
});
