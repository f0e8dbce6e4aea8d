import { expect } from "chai";
import * as path from "node:path";
import type { JumpHost, RemoteAccess } from "../../../../../components/model/plan";
import { generateKeyPair } from "../../../../../provider/keys/openssh";
import { choosePorts } from "../../../../../provider/process/ports";
import { NodeTrouble } from "../../../../../provider/transport/node-trouble";
import { SshConnection } from "../../../../../provider/transport/ssh/connection";
import { DialError } from "../../../../../provider/transport/ssh/dial-error";
import { PATIENCE, SshTransport } from "../../../../../provider/transport/ssh/transport";
import { HaproxyNode } from "../../../../../provider/haproxy/haproxy-node";
import { until } from "../../../../../provider/wait";
import { scratch } from "../../../../support/scratch";
import { startSshAgent } from "../../../../support/programs/ssh-agent";
import { requireSshd, type Sshd, startSshd } from "../../../../support/programs/sshd";
import { operation, planOf, roll, startBalancer, startServer } from "../../rollout/balancer";

/** How long one of two dials may take, in milliseconds. */
const WITHIN = 10_000;

describe("A machine behind a jump host", function () {
  this.timeout(60_000);
  const made = scratch();
  let machine: Sshd;
  let jump: Sshd;
  beforeEach(async function () {
    requireSshd(this);
    [machine, jump] = await Promise.all([startSshd(made), startSshd(made)]);
  });

  const through = (changes: Partial<JumpHost> = {}): RemoteAccess => {
    const { address: host, port, user, hostKey } = jump.access;
    return { ...machine.access, jump: { host, port, user, hostKey, ...changes } };
  };
  const dial = async (access: RemoteAccess, agent?: string, within = WITHIN): Promise<SshConnection> => {
    const connection = await SshConnection.dial(access, machine.key, within, agent ?? "");
    made.later(() => connection.close());
    return connection;
  };
  const failure = async (access: RemoteAccess, agent?: string, within?: number): Promise<DialError> => {
    const error: unknown = await dial(access, agent, within).then(
      () => expect.fail("it was dialled"),
      (reason: unknown) => reason,
    );
    if (!(error instanceof DialError)) throw error;
    return error;
  };
  /** Where the two of them are, in messages. */
  const names = () => {
    const [{ user, port }, { port: jumpPort }] = [machine.access, jump.access];
    return { jump: `${user}@127.0.0.1:${jumpPort}`, machine: `${user}@127.0.0.1:${port} through ${user}@127.0.0.1:${jumpPort}` };
  };

  it("is reached by a key that the jump host knows from the SSH agent, and by the machine's own key", async function () {
    const agent = await startSshAgent(this, made, jump.key);
    const connection = await dial(through(), agent);
    expect(await connection.exec("echo here", "", WITHIN)).to.deep.include({ code: 0, stdout: "here\n" });
  });

  it("is reached by the rollout's key alone where the jump host knows it, also when the agent is gone", async () => {
    jump.letIn(machine.publicKey);
    for (const agent of ["", path.join(made.directory(), "gone")]) {
      const connection = await dial(through(), agent);
      expect(await connection.exec("echo here", "", WITHIN)).to.deep.include({ code: 0, stdout: "here\n" });
      connection.close();
    }
  });

  it("gets its whole rollout there", async () => {
    jump.letIn(machine.publicKey);
    const balancer = await startBalancer(made);
    const plan = planOf({ "web-a-1": await startServer(made, "one") });
    const node = new HaproxyNode(balancer.node, new SshTransport("the primary balancer", through(), machine.key));
    await roll(node, balancer.node, plan);
    expect(await balancer.get()).to.deep.equal({ status: 200, body: "one" });
  });

  it("is told apart from a jump host with another host key, which is never talked to", async () => {
    const error = await failure(through({ hostKey: generateKeyPair().publicKey }));
    expect(error).to.include({ failure: "another host key", hop: "jump host" });
    expect(error.message).to.match(
      new RegExp(
        `^the jump host ${names().jump} shows the host key SHA256:\\S+, but the one that access\\.jump names has SHA256:\\S+$`,
      ),
    );
  });

  it("shows a host key of its own, which is verified through the jump host", async () => {
    jump.letIn(machine.publicKey);
    const error = await failure({ ...through(), hostKey: generateKeyPair().publicKey });
    expect(error).to.include({ failure: "another host key", hop: "machine" });
    expect(error.message).to.match(
      /^\S+ through \S+ shows the host key SHA256:\S+, but the machine that this stack made has SHA256:/,
    );
  });

  it("is told apart from a jump host that is down, that is silent, and that knows no key", async () => {
    const known = await failure(through());
    expect(known).to.include({ failure: "not let in", hop: "jump host" });
    expect(known.message).to.equal(`the jump host ${names().jump}: it knows no key that it was offered`);

    const silent = await failure(through({ port: await made.silence() }), "", 300);
    expect(silent).to.include({ failure: "silent", hop: "jump host" });

    await jump.stop();
    const down = await failure(through());
    expect(down).to.include({ failure: "refused", hop: "jump host" });
    expect(down.message).to.equal(`the jump host ${names().jump}: connection refused`);
  });

  it("is down itself, or does not know its key, behind a jump host that is sound", async () => {
    jump.letIn(machine.publicKey);
    machine.know(false);
    expect(await failure(through())).to.include({
      failure: "not let in",
      hop: "machine",
      message: `${names().machine}: it does not know the key`,
    });
    await machine.stop();
    expect(await failure(through())).to.include({
      failure: "refused",
      hop: "machine",
      message: `${names().machine}: connection refused`,
    });
    const { port = 0 } = await choosePorts({ port: {} }, new Set());
    expect(await failure({ ...through(), port })).to.include({ failure: "refused", hop: "machine" });
  });

  it("is cut off when its jump host is", async () => {
    jump.letIn(machine.publicKey);
    const connection = await dial(through());
    const underway = connection.exec("sleep 60", "", 60_000).then(
      () => expect.fail("it ended"),
      (error: unknown) => error as Error,
    );
    jump.cut();
    expect((await underway).message).to.equal(`${names().machine}: the connection was cut`);
    expect(connection.alive).to.equal(false);
  });

  it("leaves no connection to the jump host open", async () => {
    jump.letIn(machine.publicKey);
    const connection = await dial(through());
    expect(jump.sessions()).to.be.greaterThan(0);
    connection.close();
    expect(await until(() => (jump.sessions() === 0 ? true : undefined), 10_000)).to.equal(true);
    machine.know(false);
    await failure(through());
    expect(await until(() => (jump.sessions() === 0 ? true : undefined), 10_000)).to.equal(true);
  });

  it("says what to do about the jump host, and at once where waiting does not help", async () => {
    const trouble = async (access: RemoteAccess): Promise<NodeTrouble> => {
      const arrival = { ...PATIENCE.arrival, known: 300, pause: 50 };
      const transport = new SshTransport("the primary balancer", access, machine.key, { ...PATIENCE, arrival });
      made.later(() => transport.close());
      const error: unknown = await transport
        .take("/", { name: "the primary balancer", young: false, operation: operation() })
        .then(
          () => expect.fail("it arrived"),
          (reason: unknown) => reason,
        );
      if (!(error instanceof NodeTrouble)) throw error;
      return error;
    };
    const unknown = await trouble(through());
    expect(unknown.message).to.equal(
      `the primary balancer: the jump host ${names().jump}: it knows no key that it was offered; \`ssh-add\` a key that it knows to the SSH agent of whoever runs \`pulumi up\` (SSH_AUTH_SOCK)`,
    );
    expect(unknown.state).to.equal("its jump host does not know any key");
    expect((await trouble(through({ hostKey: generateKeyPair().publicKey }))).state).to.equal(
      "its jump host has another host key",
    );
    await jump.stop();
    const down = await trouble(through());
    expect(down.message).to.include(
      `not ready within 0.3 s: the jump host ${names().jump}: connection refused; look whether its SSH server runs`,
    );
    expect(down.state).to.equal("its jump host refuses connections");
  });
});
