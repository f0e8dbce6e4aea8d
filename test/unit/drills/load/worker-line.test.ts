import { Worker } from "node:worker_threads";
import { expect } from "chai";
import { WorkerLine } from "../../../../drills/load/worker-line";
import { rejection } from "./rejection";

describe("A line to a worker thread", () => {
  let line: WorkerLine<string, string>;

  const lineTo = (onMessage: string): void => {
    const code = `const { parentPort } = require("node:worker_threads"); parentPort.on("message", ({ id, question }) => { ${onMessage} });`;
    line = new WorkerLine(new Worker(code, { eval: true }));
  };

  afterEach(() => line.end());

  it("gives each question its own answer, in whatever order they come", async () => {
    lineTo(`if (question === "late") setImmediate(() => parentPort.postMessage({ id, reply: "late" }));
            else parentPort.postMessage({ id, reply: question.toUpperCase() });`);
    expect(await Promise.all([line.ask("late"), line.ask("soon")])).to.deep.equal(["late", "SOON"]);
  });

  it("rejects what was asked, and what will be, when the thread crashes", async () => {
    lineTo(`throw new Error("out of luck");`);
    const [first, second] = [rejection(line.ask("a")), rejection(line.ask("b"))];
    expect((await first).message).to.equal("The worker thread crashed: out of luck");
    expect((await second).message).to.equal("The worker thread crashed: out of luck");
    expect((await rejection(line.ask("c"))).message).to.equal("The worker thread crashed: out of luck");
  });

  it("rejects when the thread exits without an answer", async () => {
    lineTo(`process.exit(3);`);
    expect((await rejection(line.ask("a"))).message).to.equal("The worker thread exited early with code 3");
  });
});
