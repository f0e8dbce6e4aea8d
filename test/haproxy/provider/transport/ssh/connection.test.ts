import { expect } from "chai";
import { connect, createServer } from "node:net";
import * as path from "node:path";
import { utils } from "ssh2";
import { generateKeyPair } from "../../../../../provider/keys/openssh";
import { CutError, NobodyListens, SshConnection } from "../../../../../provider/transport/ssh/connection";
import { DialError } from "../../../../../provider/transport/ssh/dial-error";
import { scratch } from "../../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../../support/programs/sshd";

/** Patience for what never comes, in milliseconds. */
const SOON = 500;
const LONG = 20_000;

async function rejection<Kind extends Error>(promise: Promise<unknown>, kind: new (...args: never[]) => Kind): Promise<Kind> {
  const error = await promise.then(
    () => expect.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(kind);
  return error as Kind;
}

describe("An SSH connection", function () {
  this.timeout(30_000);
  const made = scratch();

  /** A port whose queue of connections is full, and nobody takes any of it: Linux then drops what comes, as a firewall does. */
  async function deafPort(): Promise<number> {
    const program = `require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () { console.log(this.address().port) })`;
    const child = made.spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "ignore"] });
    const port = await new Promise<number>((resolve) => child.stdout?.once("data", (line: Buffer) => resolve(Number(line))));
    child.kill("SIGSTOP");
    for (let full = 0; full < 2; full++) {
      const queued = connect(port, "127.0.0.1");
      made.later(() => queued.destroy());
      await new Promise((resolve) => queued.once("connect", resolve));
    }
    return port;
  }

  let sshd: Sshd;
  beforeEach(async function () {
    requireSshd(this);
    sshd = await startSshd(made);
  });

  const where = (): string => `${sshd.access.user}@127.0.0.1:${sshd.access.port}`;
  const dial = async (change: Partial<Sshd["access"]> = {}, key = sshd.key, within = LONG): Promise<SshConnection> => {
    const connection = await SshConnection.dial({ ...sshd.access, ...change }, key, within);
    made.later(() => connection.close());
    return connection;
  };
  const failure = async (dialled: Promise<unknown>): Promise<[string, string]> => {
    const { failure: kind, message } = await rejection(dialled, DialError);
    return [kind, message];
  };

  it("runs commands one beside the other", async () => {
    const connection = await dial();
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => connection.exec(`cat; echo ${i} >&2; exit ${i}`, `input ${i}`, LONG)),
    );
    expect(results).to.deep.equal(results.map((_, i) => ({ code: i, stdout: `input ${i}`, stderr: `${i}\n` })));
  });

  it("is refused to a machine with another host key, whose fingerprint it tells", async () => {
    const other = generateKeyPair().publicKey;
    const [kind, message] = await failure(dial({ hostKey: other }));
    expect(kind).to.equal("another host key");
    expect(message).to.match(
      /^\S+ shows the host key SHA256:[\w+/]{43}, but the machine that this stack made has SHA256:[\w+/]{43}$/,
    );
  });

  it("is refused to a machine that has no host key of the known type", async () => {
    const { public: hostKey } = utils.generateKeyPairSync("ecdsa", { bits: 256 });
    expect(await failure(dial({ hostKey }))).to.deep.equal([
      "another host key",
      `${where()} has no host key of the type that this stack made for it`,
    ]);
  });

  it("accepts a host key with a comment", async () => {
    expect((await dial({ hostKey: `${sshd.access.hostKey} shop-primary` })).alive).to.equal(true);
  });

  it("tells a machine that does not know the key", async () => {
    sshd.know(false);
    expect(await failure(dial())).to.deep.equal(["not let in", `${where()}: it does not know the key`]);
  });

  it("tells a machine that refuses connections", async () => {
    await sshd.stop();
    expect(await failure(dial())).to.deep.equal(["refused", `${where()}: connection refused`]);
  });

  it("tells a machine that hangs, or keeps silent, when time runs out", async () => {
    sshd.freeze();
    const [kind, message] = await failure(dial({}, sshd.key, SOON));
    expect(kind).to.equal("silent");
    expect(message).to.match(/: no answer( in 500 ms)?$/);
    const port = await made.silence();
    expect((await failure(dial({ port }, sshd.key, SOON)))[0]).to.equal("silent");
  });

  it("tells a machine that hangs up at once", async () => {
    const port = await made.listen(createServer((socket) => socket.end()));
    expect((await failure(dial({ port })))[0]).to.be.oneOf(["silent", "unreachable"]);
  });

  it("tells a host that has no address", async () => {
    expect((await failure(dial({ address: "no-such-host.invalid" })))[0]).to.be.oneOf(["unreachable", "silent"]);
  });

  it("tells keys that can't be read, and does not show the private one", async () => {
    expect(await failure(dial({ hostKey: "nonsense" }))).to.deep.equal([
      "unreadable key",
      `${where()}: its host key is "nonsense", but must be one line such as "ssh-ed25519 AAAA…"`,
    ]);
    const [kind, message] = await failure(dial({}, "my secret"));
    expect(kind).to.equal("unreadable key");
    expect(message).to.not.include("my secret");
  });

  it("fails what is underway when it is cut, and all that comes after", async () => {
    const connection = await dial();
    const underway = Promise.all([
      rejection(connection.exec("sleep 60", "", LONG), CutError),
      rejection(connection.exec("sleep 60", "", LONG), CutError),
    ]);
    // The commands run, for a later one does.
    await connection.exec("true", "", LONG);
    sshd.cut();
    for (const { message } of await underway) expect(message).to.equal(`${where()}: the connection was cut`);
    expect(connection.alive).to.equal(false);
    await rejection(connection.exec("true", "", LONG), CutError);
    await rejection(connection.open({ address: "127.0.0.1", port: 1 }, LONG), CutError);
  });

  it("ends when nothing is heard in time", async () => {
    const connection = await dial();
    sshd.freeze();
    const { message } = await rejection(connection.exec("true", "", SOON), CutError);
    expect(message).to.equal(`${where()}: no answer to a command in 500 ms`);
    expect(connection.alive).to.equal(false);
    sshd.thaw();
    const another = await dial();
    sshd.freeze();
    const late = await rejection(another.open("/tmp/some.sock", SOON), CutError);
    expect(late.message).to.equal(`${where()}: no connection to /tmp/some.sock in 500 ms`);
  });

  it("tells that nobody listens, and goes on", async () => {
    const connection = await dial();
    await rejection(connection.open(path.join(made.directory(), "none.sock"), LONG), NobodyListens);
    const { message } = await rejection(connection.open({ address: "127.0.0.1", port: 1 }, LONG), NobodyListens);
    expect(message).to.equal("connection refused");
    expect(connection.alive).to.equal(true);
  });

  it("takes a place that swallows what is sent to it for no sign against the machine", async function () {
    if (process.platform !== "linux") this.skip();
    const connection = await dial();
    const port = await deafPort();
    const { message } = await rejection(connection.open({ address: "127.0.0.1", port }, SOON), NobodyListens);
    expect(message).to.equal("no answer in 500 ms");
    expect(await connection.exec("echo still here", "", LONG)).to.include({ stdout: "still here\n" });
  });

  it("tells what the SSH server must allow", async () => {
    const strict = await startSshd(made, ["AllowTcpForwarding no", "AllowStreamLocalForwarding no"]);
    const connection = await SshConnection.dial(strict.access, strict.key);
    made.later(() => connection.close());
    const { message } = await rejection(connection.open({ address: "127.0.0.1", port: 80 }, LONG), Error);
    expect(message).to.include(
      "its SSH server forbids a connection to 127.0.0.1:80: sshd_config must say `AllowTcpForwarding yes`",
    );
  });
});
