import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { scratch } from "../../support/scratch";
import { ROOT } from "../../support/sites/test-site";

describe("TypeScript that the engine starts", () => {
  const made = scratch();
  let folder: string;
  let cache: string;
  beforeEach(() => {
    folder = made.directory();
    cache = path.join(made.directory(), "cache");
    write(`interface Greeting { readonly of: string }\nexport const greet = ({ of }: Greeting): string => \`hello \${of}\`;\n`);
    writeFileSync(path.join(folder, "main.ts"), `import { greet } from "./greet";\n\nconsole.log(greet({ of: "all" }));\n`);
  });

  it("runs, and runs anew after a change", () => {
    expect(run()).to.equal("hello all\n");
    expect(run()).to.equal("hello all\n");
    write(`export const greet = ({ of }: { of: string }): string => \`good day, \${of}\`;\n`);
    expect(run()).to.equal("good day, all\n");
  });

  it("is compiled once, and the same for any folder; what is old is removed", () => {
    run();
    const kept = readdirSync(path.join(cache, "typescript"));
    expect(kept).to.have.length(2);
    const [first] = [folder, (folder = made.directory())];
    for (const file of readdirSync(first)) writeFileSync(path.join(folder, file), readFileSync(path.join(first, file)));
    expect(run()).to.equal("hello all\n");
    expect(readdirSync(path.join(cache, "typescript"))).to.deep.equal(kept);

    const longAgo = new Date("2026-01-01T00:00:00Z");
    for (const file of kept) utimesSync(path.join(cache, "typescript", file), longAgo, longAgo);
    write(`export const greet = (): string => "new";\n`);
    expect(run()).to.equal("new\n");
    expect(readdirSync(path.join(cache, "typescript"))).to.have.length(1);
  });

  it("runs where the cache can't be written", () => {
    cache = path.join(folder, "main.ts");
    expect(run()).to.equal("hello all\n");
  });

  it("says in which line of its source it failed, also from the cache", () => {
    write(`interface Unused { readonly of: string }\n\nexport function greet(): never {\n  throw new Error("no");\n}\n`);
    for (const printed of [run(), run()]) expect(printed).to.include(`${path.join(folder, "greet.ts")}:4:9`);
  });

  function write(text: string): void {
    writeFileSync(path.join(folder, "greet.ts"), text);
  }

  /** What it prints. */
  function run(): string {
    const options = { encoding: "utf8", env: { ...process.env, EVENKEEL_CACHE: cache } } as const;
    const loader = path.join(ROOT, "setup", "run-typescript.cjs");
    const { stdout, stderr } = spawnSync(process.execPath, ["--require", loader, path.join(folder, "main.ts")], options);
    return stdout + stderr;
  }
});
