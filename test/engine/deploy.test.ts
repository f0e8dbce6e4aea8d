import { expect } from "chai";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { stringify } from "yaml";
import { describeResult, type Load, startLoad } from "../../drills/load/load";
import type { StackInput } from "../../components/model/stack";
import type { ProcessRecord } from "../../provider/process/record";
import { nameOf } from "../../provider/process/resource";
import { npmRun } from "../support/programs/npm-run";
import { ProjectCopy } from "../support/sites/project-copy";
import { deploy } from "../support/sites/deploy";
import { ROOT, smallStack, stackWithOwnPort, TestSite } from "../support/sites/test-site";

/** How many servers the pool has in each data center. */
const SERVERS = { a: 2, b: 1 };
const NAMES = ["web-a-1", "web-a-2", "web-b-1"];
/** Time for a test, in milliseconds. */
const DEPLOYS_WITHIN = 600_000;
/** Between two looks at the processes, in milliseconds; each of them lives for seconds. */
const LOOK = 50;

/** A stack whose app is of this release. */
function stackOf(release: string): StackInput {
  const command = `exec node ${path.join(ROOT, "test/support/apps/release.mjs")}`;
  const pool = { app: { command, environment: { RELEASE: release }, startWithin: "4s" } };
  return { ...smallStack(SERVERS, pool), rollout: { maxSurge: 1, healthyWithin: "8s" } };
}

/** That these processes are each server once, and all run this release. */
async function expectRelease(processes: readonly ProcessRecord[], release: string): Promise<void> {
  const servers = processes.filter(({ urn }) => nameOf(urn).startsWith("web-"));
  expect(servers.map(({ urn }) => nameOf(urn)).sort()).to.deep.equal(NAMES);
  const releases = servers.map(async ({ ports: { http } }) =>
    (await fetch(`http://127.0.0.1:${http}/`)).headers.get("x-release"),
  );
  expect(await Promise.all(releases)).to.deep.equal(NAMES.map(() => release));
}

/** The most processes that servers of a data center had at once while something ran. */
async function most(processes: () => readonly ProcessRecord[], during: Promise<unknown>): Promise<Record<string, number>> {
  const peak: Record<string, number> = { a: 0, b: 0 };
  const over = new AbortController();
  const end = (): void => over.abort();
  during.then(end, end);
  while (!over.signal.aborted) {
    const counted: Record<string, number> = { a: 0, b: 0 };
    for (const { urn } of processes()) {
      const place = /^web-(\w)/.exec(nameOf(urn))?.[1];
      if (place !== undefined) counted[place] = (counted[place] ?? 0) + 1;
    }
    for (const place of Object.keys(peak)) peak[place] = Math.max(peak[place] ?? 0, counted[place] ?? 0);
    await pass(LOOK);
  }
  return peak;
}

describe("npm run deploy", function () {
  // Each deploy is several runs of the engine.
  this.timeout(DEPLOYS_WITHIN);
  let copy: ProjectCopy;
  let port: number | undefined;
  let loads: Load[];

  /** Asks for a release of the app. */
  function release(name: string, rollout = stackOf(name).rollout): void {
    const stack = { ...stackOf(name), failover: { port }, rollout };
    const file = path.join(copy.folder, "stacks/Pulumi.local.yaml");
    const salt = /^encryptionsalt:.*$/m.exec(readFileSync(file, "utf8"))?.[0] ?? "";
    const config = Object.fromEntries(Object.entries(stack).map(([key, value]) => [`evenkeel:${key}`, value as unknown]));
    writeFileSync(file, `${stringify({ config }, { version: "1.1" })}${salt}\n`);
  }

  const verb = (name: string, ...args: string[]): Promise<{ code: number; text: string }> =>
    npmRun(copy.folder, copy.environment, name, "--", ...args);

  async function expectNoFailure(): Promise<void> {
    for (const load of loads) {
      const { failed, ...seen } = await load.snapshot();
      expect(failed, JSON.stringify(seen)).to.equal(0);
    }
  }

  before(async () => {
    copy = new ProjectCopy();
    port = (await stackWithOwnPort()).failover?.port;
    release("1");
    const { code, text } = await verb("up");
    expect(code, text).to.equal(0);
    const url = `http://127.0.0.1:${port}`;
    loads = [await startLoad({ url, requestsPerSecond: 100 }), await startLoad({ url, requestsPerSecond: 50, keepAlive: false })];
  });
  after(async () => {
    const results = await Promise.all(loads.map((load) => load.stop()));
    await copy.remove();
    for (const result of results) expect(result.failed, describeResult(result)).to.equal(0);
  });

  it("replaces servers in batches, goes on from where it was interrupted, and doubles nothing", async () => {
    release("2");
    expect((await verb("preview")).text).to.include(
      "would temporarily run 3 extra servers; npm run deploy replaces them in batches",
    );
    const child = spawn("npm", ["run", "--silent", "deploy"], {
      cwd: copy.folder,
      env: copy.environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let text = "";
    let interrupted = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (interrupted || !/Batch 2 of 2[^]*reloading/.test(text)) return;
        interrupted = true;
        process.kill(-(child.pid ?? 0), "SIGINT");
      });
    }
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code, text).to.not.equal(0);
    expect(text).to.include("Stopped at batch 2");
    const { code: resumed, text: told } = await verb("deploy");
    expect(resumed, told).to.equal(0);
    await expectRelease(copy.processes(), "2");
    expect((await verb("up")).text).to.include("12 unchanged");
    await expectNoFailure();
  });

  it("gives no more servers a release that is healthy and crashes later", async () => {
    release("crashes", { maxSurge: 1, healthyWithin: "8s", pause: "2s" });
    const failed = await verb("deploy");
    expect(failed.code, failed.text).to.equal(1);
    expect(failed.text).to.match(/Stopped(?: at batch 1\.|: web-\S+(?:, web-\S+)* took the new version and went down\.)/);
    expect(failed.text).to.not.include("Batch 2 of");
    release("2");
    const back = await verb("up");
    expect(back.code, back.text).to.equal(0);
    await expectRelease(copy.processes(), "2");
    await expectNoFailure();
  });
});

describe("A deploy in batches", () => {
  let site: TestSite;
  before(async () => {
    site = await TestSite.up(stackOf("1"));
    await site.underLoad({ requestsPerSecond: 100 });
    await site.underLoad({ requestsPerSecond: 50, keepAlive: false });
  });
  after(async () => {
    for (const result of await site.endLoads()) expect(result.failed, describeResult(result)).to.equal(0);
    await site.remove();
  });

  it("never has more than maxSurge servers over a pool's number in a data center", async () => {
    const deployed = deploy(site, stackOf("2"));
    const peak = await most(() => site.allProcesses(), deployed);
    const { succeeded, lines } = await deployed;
    expect(succeeded).to.equal(true);
    expect(lines).to.deep.equal(["Batch 1 of 2: web-a-1, web-b-1", "Batch 2 of 2: web-a-2", "Every server has it; the rest:"]);
    expect(peak).to.deep.equal({ a: SERVERS.a + 1, b: SERVERS.b + 1 });
    await expectRelease(site.allProcesses(), "2");
    expect((await deploy(site, stackOf("2"))).lines).to.deep.equal(["No server is to be replaced; the rest:"]);
  });

  for (const sick of ["sick", "sick-in-b"]) {
    it(`stops at the first batch of a release that is ${sick}, which serves nobody; going back leaves nothing`, async () => {
      const { succeeded, lines } = await deploy(site, stackOf(sick));
      expect(succeeded).to.equal(false);
      expect(lines.join("\n")).to.include("Stopped at batch 1. 3 servers serve on with what they ran.");
      site.change(stackOf("2"));
      await site.up();
      await expectRelease(site.allProcesses(), "2");
      await site.up("--expect-no-changes");
    });
  }

  it("goes on to a release that mends one that was never healthy", async () => {
    expect(await deploy(site, stackOf("sick-in-b"))).to.have.property("succeeded", false);
    const { succeeded, lines } = await deploy(site, stackOf("3"));
    expect(succeeded, lines.join("\n")).to.equal(true);
    await expectRelease(site.allProcesses(), "3");
  });
});
