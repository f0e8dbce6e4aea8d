import { expect } from "chai";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { type ArrivalPatience, arrive } from "../../../../../provider/transport/ssh/arrival";
import { SshConnection } from "../../../../../provider/transport/ssh/connection";
import { scratch } from "../../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../../support/programs/sshd";
import { complaint, operation } from "../../rollout/balancer";

/** Milliseconds. */
const QUICK: ArrivalPatience = { young: 20_000, known: 20_000, pause: 10, longestPause: 50 };
const SHORT: ArrivalPatience = { ...QUICK, young: 300, known: 200 };

describe("The arrival at a machine", function () {
  this.timeout(30_000);
  const made = scratch();
  let sshd: Sshd;
  beforeEach(async function () {
    requireSshd(this);
    sshd = await startSshd(made);
  });

  /** What cloud-init answers from now on. */
  const cloudInit = (status: object | string): void => {
    writeFileSync(path.join(sshd.programs, "answer"), typeof status === "string" ? status : JSON.stringify(status));
    sshd.program("cloud-init", `#!/bin/sh\n[ "$*" = "status --format json" ] && cat "${sshd.programs}/answer"; exit 2\n`);
  };
  /** Arrives; `onStatus` is called with each status that is shown. */
  const arriveAt = async (
    {
      young = true,
      patience = QUICK,
      hostKey = sshd.access.hostKey,
    }: { young?: boolean; patience?: ArrivalPatience; hostKey?: string },
    onStatus: (message: string) => unknown = () => undefined,
    signal?: AbortSignal,
  ): Promise<string[]> => {
    const one = operation(signal);
    const watched = {
      ...one,
      status: (message: string) => {
        one.status(message);
        onStatus(message);
      },
    };
    const dial = (): Promise<SshConnection> => SshConnection.dial({ ...sshd.access, hostKey }, sshd.key);
    const connection = await arrive(dial, { name: "the primary balancer", young, operation: watched }, patience);
    expect(connection.alive).to.equal(true);
    connection.close();
    return [...new Set(one.shown)];
  };
  const where = (): string => `${sshd.access.user}@127.0.0.1:${sshd.access.port}`;

  it("is at once where all is ready", async () => {
    expect(await arriveAt({})).to.deep.equal([]);
  });

  it("waits for an SSH server that starts, and says so", async () => {
    await sshd.stop();
    let starting: Promise<void> | undefined;
    const shown = await arriveAt({}, () => (starting ??= sshd.start()));
    await starting;
    expect(shown).to.deep.equal([`waiting for the primary balancer: ${where()}: connection refused`]);
  });

  it("waits for a user that is not made yet, and says so", async () => {
    sshd.know(false);
    const shown = await arriveAt({}, () => sshd.know(true));
    expect(shown).to.deep.equal([`waiting for the primary balancer: ${where()}: it does not know the key`]);
  });

  it("waits for cloud-init, and says what it does", async () => {
    cloudInit({ status: "not started", detail: "" });
    const shown = await arriveAt({}, (message) => {
      if (message.includes("not started")) cloudInit({ status: "running", detail: "in stage: modules-final" });
      else cloudInit({ status: "done", errors: [] });
    });
    expect(shown).to.deep.equal([
      "waiting for the primary balancer: cloud-init: not started",
      "waiting for the primary balancer: cloud-init: running (in stage: modules-final)",
    ]);
  });

  it("waits for a machine that restarts meanwhile", async () => {
    cloudInit({ status: "running" });
    const shown = await arriveAt({}, () => {
      cloudInit({ status: "done" });
      sshd.cut();
    });
    expect(shown[0]).to.equal("waiting for the primary balancer: cloud-init: running");
  });

  it("understands a cloud-init that knows no JSON, or is disabled", async () => {
    cloudInit("\nstatus: running\n");
    const shown = await arriveAt({}, () => cloudInit("\nstatus: disabled\n"));
    expect(shown).to.deep.equal(["waiting for the primary balancer: cloud-init: running"]);
  });

  it("ends with the end of its log when cloud-init failed", async () => {
    cloudInit({ status: "error", errors: ["('scripts_user', RuntimeError('Runparts: 1 failures'))"] });
    sshd.program("tail", '#!/bin/sh\necho "asked for $*"; echo "E: Unable to locate package haproxy"\n');
    expect(await complaint(arriveAt({}))).to.equal(
      "the primary balancer: cloud-init failed on its machine: ('scripts_user', RuntimeError('Runparts: 1 failures')); the end of /var/log/cloud-init-output.log:\n" +
        "    asked for -n 20 /var/log/cloud-init-output.log\n    E: Unable to locate package haproxy",
    );
  });

  it("does not ask cloud-init on a machine that was there before", async () => {
    cloudInit({ status: "error", errors: ["long ago"] });
    expect(await arriveAt({ young: false })).to.deep.equal([]);
  });

  it("ends when time runs out, with what it waited for, and what to do", async () => {
    cloudInit({ status: "running" });
    expect(await complaint(arriveAt({ patience: SHORT }))).to.equal(
      "the primary balancer: not ready within 0.3 s: cloud-init: running; `pulumi up` goes on from here",
    );
    sshd.know(false);
    expect(await complaint(arriveAt({ patience: SHORT, young: false }))).to.equal(
      `the primary balancer: not ready within 0.2 s: ${where()}: it does not know the key; its first boot may have failed, or the key was changed on it; see its console`,
    );
    await sshd.stop();
    expect(await complaint(arriveAt({ patience: SHORT }))).to.equal(
      `the primary balancer: not ready within 0.3 s: ${where()}: connection refused; look whether its SSH server runs`,
    );
  });

  it("ends at once at another host key", async () => {
    const other = await startSshd(made);
    const shown: string[] = [];
    const message = await complaint(arriveAt({ hostKey: other.access.hostKey }, (status) => shown.push(status)));
    expect(message).to.match(
      /^the primary balancer: \S+ shows the host key .*; nothing was sent to it\. If the machine was replaced by hand/,
    );
    expect(shown).to.deep.equal([]);
  });

  it("ends when it is interrupted", async () => {
    await sshd.stop();
    const interruption = new AbortController();
    expect(await complaint(arriveAt({}, () => interruption.abort(), interruption.signal))).to.equal("interrupted");
  });
});
