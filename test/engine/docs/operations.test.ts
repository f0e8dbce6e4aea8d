import { expect } from "chai";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ProjectCopy } from "../../support/sites/project-copy";
import { ROOT } from "../../support/sites/test-site";

/** Time for a page, whose commands are a dozen runs of the engine, in milliseconds. */
const PAGE_WITHIN = 400_000;
const FOLDER = path.join(ROOT, "docs/operations");
const DOWN = "npm run down -- --stack tour";
/** What a page's commands are to have printed, beside ending well. */
const PRINTED: Readonly<Record<string, readonly RegExp[]>> = {
  "maintenance.md": [/web-a-1 +a +out +out/, /primary +balancer +a .*out/, /HTTP\/1\.1 503/i, /retry-after: 1800/i],
  "certificates.md": [/is not the private key of[^]*subject=CN ?= ?shop\.example\.com/],
  "deploy.md": [/would temporarily run 4 extra servers/, /Batch 2 of 2: web-a-2, web-b-2/, /green-b-2/],
  "bad-release.md": [/Stopped at batch 1\. 4 servers serve on/],
  "canary.md": [
    /"pool":\s*"canary"[^]*"pool":\s*"web"/,
    /one of the pools [^\n]*canary \(10 %\)/,
    /Batch 2 of 2: web-a-2, web-b-2/,
  ],
};

describe("A page of docs/operations", function () {
  this.timeout(PAGE_WITHIN);
  let copy: ProjectCopy;
  before(() => {
    copy = new ProjectCopy();
  });
  // A page that fails leaves nothing to the next one.
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await shell(DOWN);
  });
  after(async () => {
    await shell(DOWN).finally(() => copy.remove());
  });

  for (const page of readdirSync(FOLDER)) {
    it(`works as written: ${page}`, async () => {
      const text = readFileSync(path.join(FOLDER, page), "utf8");
      const commands = [...text.matchAll(/```sh tried\n(.*?)```/gs)].map(([, block]) => block ?? "").join("\n");
      expect(commands).to.not.equal("");
      // As it is committed: the page's own first `up` takes back what the page before it changed.
      const stack = "stacks/Pulumi.tour.yaml";
      writeFileSync(path.join(copy.folder, stack), readFileSync(path.join(ROOT, stack)));
      const printed = await shell(commands);
      for (const expected of PRINTED[page] ?? []) expect(printed, printed).to.match(expected);
    });
  }

  /** One shell, as a reader has; it stops at the first command that fails. */
  async function shell(commands: string): Promise<string> {
    const child = spawn("sh", ["-ec", commands], { cwd: copy.folder, env: copy.environment, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part: string) => (text += part));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code, text).to.equal(0);
    return text;
  }
});
