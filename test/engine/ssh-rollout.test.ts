import { expect } from "chai";
import { appendFileSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { FILES } from "../../components/haproxy/configuration";
import type { NodePlan, Plan } from "../../components/model/plan";
import { generateKeyPair } from "../../provider/keys/openssh";
import { ThrowawayProject } from "../../testbed/throwaway-project";
import { type Balancer, planOf, startBalancer, startServer } from "../haproxy/provider/rollout/balancer";
import { scratch } from "../support/scratch";
import { startSshAgent } from "../support/programs/ssh-agent";
import { requireSshd, type Sshd, startSshd } from "../support/programs/sshd";
import { ROOT } from "../support/sites/test-site";

const PROJECT = `name: remote
main: main.cjs
runtime:
  name: nodejs
  options: { packagemanager: npm, typescript: false }
plugins:
  providers:
    - { name: evenkeel-node, path: ./provider }
`;

/** What starts the program, as `infra/main.cjs` does. */
const START = `require("./setup/run-typescript.cjs");
module.exports = require("./index");
`;

/** A program that rolls out to one balancer, as a file beside it says. */
const PROGRAM = `
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { Rollout, type RolloutArgs } from "./components/resources/rollout";
const args = JSON.parse(readFileSync(path.join(__dirname, "rollout.json"), "utf8")) as RolloutArgs;
new Rollout("shop-primary", args);
`;

describe("A rollout over SSH in a stack", () => {
  const made = scratch();
  let project: ThrowawayProject;
  let sshd: Sshd;
  let balancer: Balancer;
  let plan: Plan;
  beforeEach(async function () {
    requireSshd(this);
    [sshd, balancer] = await Promise.all([startSshd(made), startBalancer(made)]);
    plan = planOf({ "web-a-1": await startServer(made, "one") });
    project = new ThrowawayProject();
    made.later(() => project.remove());
    for (const room of ["components", "provider", "setup", "node_modules", "package.json"])
      symlinkSync(path.join(ROOT, room), path.join(project.folder, room));
    writeFileSync(path.join(project.folder, "Pulumi.yaml"), PROJECT);
    writeFileSync(path.join(project.folder, "main.cjs"), START);
    writeFileSync(path.join(project.folder, "index.ts"), PROGRAM);
    say();
    await project.makeStack();
  });

  function say(remote: NodePlan["remote"] = sshd.access): void {
    const node = { ...balancer.node, remote };
    const args = { machine: "i-0123", node, plan, key: sshd.key, healthyWithin: "10s", drainWithin: "5s" };
    writeFileSync(path.join(project.folder, "rollout.json"), JSON.stringify(args));
  }

  it("is made, left alone, changed, found changed and mended, and its key stands nowhere in clear", async function () {
    // Six runs of the engine, one after the other.
    this.timeout(240_000);
    const printed = [await project.up()];
    expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });
    const worker = await balancer.worker();
    printed.push(await project.up("--refresh"));
    expect(printed[1]).to.match(/Resources:\s+2 unchanged/);
    expect(await balancer.worker()).to.equal(worker);

    plan = planOf({ ...plan.pools.web?.servers, "web-a-2": await startServer(made, "two") });
    say();
    printed.push(await project.up());
    expect(await balancer.servers()).to.deep.equal(["web/web-a-1", "web/web-a-2"]);

    appendFileSync(path.join(balancer.node.directory, FILES.configuration), "# edited\n");
    printed.push(await project.expectSuccess(["refresh", "--yes", "--skip-preview"]));
    printed.push(await project.up());
    expect(printed.at(-1)).to.match(/~ 1 updated/);
    expect(readFileSync(path.join(balancer.node.directory, FILES.configuration), "utf8")).to.not.include("# edited");

    await balancer.kill();
    const { code, text } = await project.run(["up", "--yes", "--skip-preview", "--refresh"]);
    printed.push(text);
    expect(code).to.not.equal(0);
    expect(text).to.match(
      /the primary balancer: \S+: HAProxy does not run; look at `systemctl status evenkeel-balancer` on its machine/,
    );

    const kept = readdirSync(path.join(project.folder, "state"), { recursive: true, withFileTypes: true });
    const state = kept
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
    expect(state.join("\n")).to.include("web-a-2");
    const [, , ...lines] = sshd.key.trimEnd().split("\n").slice(0, -1);
    for (const line of ["PRIVATE KEY", ...lines]) {
      for (const where of [...state, ...printed]) expect(where).to.not.include(line);
    }
  });

  it("goes through a jump host that knows a key of the SSH agent of whoever runs it", async function () {
    const jump = await startSshd(made);
    project.environment.SSH_AUTH_SOCK = await startSshAgent(this, made, jump.key);
    const { address: host, port, user, hostKey } = jump.access;
    say({ ...sshd.access, jump: { host, port, user, hostKey } });
    await project.up();
    expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });

    await jump.stop();
    await project.expectSuccess(["refresh", "--yes", "--skip-preview"]);
    const { text } = await project.run(["preview", "--diff"]);
    expect(text).to.include("its jump host refuses connections");
  });

  it("is refused at once by another host key, and waits for a machine that comes later", async () => {
    say({ ...sshd.access, hostKey: generateKeyPair().publicKey });
    const { code, text } = await project.run(["up", "--yes", "--skip-preview"]);
    expect(code).to.not.equal(0);
    expect(text).to.match(
      /the primary balancer: \S+ shows the host key SHA256:\S+, but the machine that this stack made has SHA256:/,
    );

    say();
    await sshd.stop();
    const running = project.start(["up", "--yes", "--skip-preview"]);
    await running.printed(/waiting for the primary balancer: \S+: connection refused/);
    await sshd.start();
    expect((await running.outcome).code).to.equal(0);
    expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });
  });
});
