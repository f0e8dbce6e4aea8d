import { expect } from "chai";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { SiteStatus } from "../../../cli/site-status";
import { npmRun } from "../../support/programs/npm-run";
import { ProjectCopy } from "../../support/sites/project-copy";

describe("The verbs", () => {
  let copy: ProjectCopy;
  before(() => {
    copy = new ProjectCopy();
  });
  after(() => copy.remove());

  it("bring a site up, show it, and take it away, with the stack file as it was committed", async () => {
    const stackFile = readFileSync(path.join(copy.folder, "stacks/Pulumi.local.yaml"), "utf8");
    const up = await verb("up");
    expect(up.code, up.text).to.equal(0);
    const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(up.text.slice(up.text.indexOf("The site is up:"))) ?? [];
    expect((await fetch(url)).status).to.equal(200);
    for (const told of [
      "primary balancer",
      "secondary balancer",
      "web-a-1 web-a-2",
      "npm run status",
      "npm run down",
      "kill -9",
    ]) {
      expect(up.text).to.include(told);
    }
    expect(readFileSync(path.join(copy.folder, "stacks/Pulumi.local.yaml"), "utf8")).to.equal(stackFile);

    const table = await verb("status");
    expect(table.text)
      .to.match(/primary +a +serving/)
      .and.to.match(/web-b-2 +b +UP +UP +/);
    const status = JSON.parse((await verb("status", "--json")).text) as SiteStatus;
    expect(status.servers.map(({ name }) => name)).to.deep.equal(["web-a-1", "web-a-2", "web-b-1", "web-b-2"]);

    const monitoring = await verb("metrics", "--out", "monitoring");
    expect(monitoring.text).to.include("The stack local shows no metrics yet: say enabled: true in evenkeel:metrics");
    expect(readdirSync(path.join(copy.folder, "monitoring")).sort()).to.deep.equal([
      "alerts.yml",
      "dashboard.json",
      "prometheus.yml",
    ]);

    const again = await verb("up");
    expect(again.text).to.include("13 unchanged");

    const server = copy.processes().find(({ urn }) => urn.endsWith("::web-a-1")) ?? expect.fail("no web-a-1");
    process.kill(-server.pid, "SIGKILL");
    const repaired = await verb("up");
    expect(repaired.code, repaired.text).to.equal(0);
    expect(repaired.text).to.include("Waiting up to 60s for the health checks of web-a-1 …").and.to.not.include("Not up:");

    const down = await verb("down");
    expect(down.code, down.text).to.equal(0);
    expect(existsSync(copy.runDirectory) ? readdirSync(copy.runDirectory) : []).to.deep.equal([]);
    expect((await verb("status")).text).to.include("Nothing is deployed in the stack local. `npm run up` deploys it.");
  });

  it("say whose lock is left, how to go on, and go on", async () => {
    expect((await verb("up")).code).to.equal(0);
    const locks = path.join(copy.folder, ".state/.pulumi/locks/organization/evenkeel/local");
    mkdirSync(locks, { recursive: true });
    const dead = await deadProcess();
    const lock = { pid: dead, username: "someone", hostname: os.hostname(), timestamp: "2026-01-02T03:04:05Z" };
    writeFileSync(path.join(locks, "left-behind.json"), JSON.stringify(lock));
    // Pulumi keeps such a file beside each lock.
    writeFileSync(path.join(locks, "left-behind.json.attrs"), JSON.stringify({ user: {} }));

    const refused = await verb("up");
    expect(refused.code).to.equal(1);
    expect(refused.text).to.include(
      `The stack local is locked by a run that is no more: process ${dead} of someone on ${os.hostname()}`,
    );
    expect(refused.text).to.include("npm run up -- --unlock");
    expect(refused.text).to.not.include("undefined");

    const unlocked = await verb("up", "--unlock");
    expect(unlocked.code, unlocked.text).to.equal(0);
    expect(unlocked.text).to.include("13 unchanged");
  });

  it("tell what is wrong with a stack file as a file, and touch nothing", async () => {
    const file = path.join(copy.folder, "stacks/Pulumi.local.yaml");
    const sound = readFileSync(file, "utf8");
    const told = async (text: string, command = "up"): Promise<string> => {
      writeFileSync(file, text);
      const { code, text: answer } = await verb(command);
      expect(code).to.equal(1);
      return answer;
    };
    expect(await told(`${sound}evenkeel:maintenance: [{ balancer: secondary }]\n`)).to.equal(
      "stacks/Pulumi.local.yaml: evenkeel:maintenance must stand below config:, indented. Where it is now, nothing reads it.\n",
    );
    expect(await told("config: [")).to.include("stacks/Pulumi.local.yaml is not YAML:");
    expect(await told("", "down")).to.include("stacks/Pulumi.local.yaml must be a map with config:");
    expect(await told(sound.replaceAll("provider: local", "provider: locall"))).to.include(
      "is locall, but must be one of: local",
    );
    writeFileSync(file, sound);
    expect(copy.processes()).to.have.length(7);
  });

  it("take away what no state knows of any more", async () => {
    rmSync(path.join(copy.folder, ".state"), { recursive: true });
    expect(copy.processes()).to.have.length(7);
    const down = await verb("down");
    expect(down.text).to.include("Stopped leftover processes that no state recorded:");
    expect(readdirSync(copy.runDirectory)).to.deep.equal([]);
    expect(down.code, down.text).to.equal(0);
  });

  it("give a shell what plain pulumi needs", async () => {
    expect((await verb("env")).text).to.match(/export PULUMI_BACKEND_URL='file:\/\/.*\.state'\n/);
  });

  async function verb(name: string, ...args: string[]): Promise<{ code: number; text: string }> {
    return npmRun(copy.folder, copy.environment, name, "--", ...args);
  }
});

/** The number of a process that is no more. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  const { pid } = child;
  await new Promise((resolve) => child.once("close", resolve));
  return pid ?? 0;
}
