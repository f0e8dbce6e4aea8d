import { expect } from "chai";
import { once } from "node:events";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { scratch } from "../../support/scratch";
import { ROOT } from "../../support/sites/test-site";

const MOCHA = [path.join(ROOT, "node_modules/mocha/bin/mocha.js"), "--no-config", "--timeout", "0"];
const REQUIRED = ["tsx/cjs", "test/support/hooks.ts"].flatMap((file) => ["--require", file]);

const made = scratch();

describe("A run of the tests that is ended by a signal", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    it(`leaves nothing behind: ${signal}`, async () => {
      const args = [...MOCHA, ...REQUIRED, "test/support/interrupted.ts"];
      const child = made.spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "ignore"] });
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
    });
});
