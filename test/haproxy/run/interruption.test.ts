import { expect } from "chai";
import { once } from "node:events";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { scratch } from "../../support/scratch";
import { ROOT } from "../../support/sites/test-site";

const LOADER = ["--require", "./setup/run-typescript.cjs"];
/** Each way to run a test file. */
const RUNNERS = {
  "npm test": [...LOADER, "test/run/main.ts"],
  mocha: ["node_modules/mocha/bin/mocha.js", "--timeout", "0"],
};
const INTERRUPTED = "test/haproxy/run/interrupted.ts";

const made = scratch();

describe("A run of the tests that is ended by a signal", () => {
  for (const [runner, args] of Object.entries(RUNNERS))
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      it(`leaves nothing behind: ${runner}, ${signal}`, () => interrupt(args, signal));

  async function interrupt(args: readonly string[], signal: NodeJS.Signals): Promise<void> {
    const child = made.spawn(process.execPath, [...args, INTERRUPTED], { cwd: ROOT, stdio: ["ignore", "pipe", "ignore"] });
    const exit = once(child, "exit");
    let text = "";
    for await (const part of child.stdout?.setEncoding("utf8") ?? []) {
      text += String(part);
      if (text.includes("}")) break;
    }
    const { folder, directory, pid } = JSON.parse(/\{.*\}/.exec(text)?.[0] ?? "{}") as {
      folder: string;
      directory: string;
      pid: number;
    };
    expect([folder, directory].filter(existsSync)).to.have.length(2);
    process.kill(pid, 0);
    // More than once: npm passes on to its child what the whole group has got already.
    const again = setInterval(() => child.kill(signal), 1);
    made.later(() => clearInterval(again));
    expect(await exit).to.deep.equal([1, null]);
    expect([folder, path.dirname(folder), directory].filter(existsSync)).to.deep.equal([]);
    expect(() => process.kill(pid, 0)).to.throw("ESRCH");
  }
});
