import * as net from "node:net";
import * as path from "node:path";
import { expect } from "chai";
import { renderIdle } from "../../../../components/haproxy/render/balancer";
import { ask } from "../../../../provider/transport/runtime-api";
import { startHaproxy } from "../../../support/programs/haproxy-process";
import { scratch } from "../../../support/scratch";

async function complaint(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => expect.fail("it was answered"),
    (error: unknown) => (error as Error).message,
  );
}

describe("A question to HAProxy", function () {
  this.timeout(20_000);
  const made = scratch();

  /** A program that stands for HAProxy on a socket: what it hears, and what it does then. */
  async function standIn(onCommand: (connection: net.Socket, command: string) => void): Promise<string> {
    const socket = path.join(made.directory(), "admin.sock");
    const server = net.createServer({ allowHalfOpen: true }, (connection) => {
      connection.on("error", () => undefined);
      connection.setEncoding("utf8").once("data", (command: string) => onCommand(connection, command));
    });
    await made.listen(server, socket);
    return socket;
  }

  it("is answered by a real one", async () => {
    const directory = made.directory();
    const { socket } = await startHaproxy(made, directory, renderIdle(directory, 100));
    expect(await ask(socket, "show info"))
      .to.match(/^Name: HAProxy$/m)
      .and.to.match(/^description: evenkeel idle [0-9a-f]{8}$/m);
    expect(await ask(socket, "no such command")).to.match(/^Unknown command/);
    const answers = await Promise.all(Array.from({ length: 20 }, async () => ask(socket, "show version")));
    expect(new Set(answers).size).to.equal(1);
  });

  it("asks for the end of the connection, also of a master, which would keep it", async () => {
    const heard: string[] = [];
    const socket = await standIn((connection, command) => {
      heard.push(command);
      connection.end("done\n\n");
    });
    expect(await ask(socket, "@!4711 show stat")).to.equal("done");
    expect(heard).to.deep.equal(["@!4711 show stat;quit\n"]);
  });

  it("is answered whole, however many parts the answer comes in", async () => {
    // Of two bytes each, so that some character is cut wherever the parts end.
    const text = `x${"é".repeat(200_000)}`;
    const socket = await standIn((connection) => {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += 1_021) connection.write(bytes.subarray(at, at + 1_021));
      connection.end();
    });
    expect((await ask(socket, "show stat")) === text).to.equal(true);
  });

  it("is an error that says so when HAProxy does not run", async () => {
    const absent = path.join(made.directory(), "admin.sock");
    expect(await complaint(ask(absent, "show info"))).to.equal(`${absent}: HAProxy does not run`);
  });

  it("is the same error when a crash left the socket behind", async () => {
    const directory = made.directory();
    const haproxy = await startHaproxy(made, directory, renderIdle(directory, 100));
    await haproxy.kill();
    expect(await complaint(ask(haproxy.socket, "show info"))).to.equal(`${haproxy.socket}: HAProxy does not run`);
  });

  it("is an error when the connection breaks", async () => {
    const file = path.join(made.directory(), "admin.sock", "deeper");
    expect(await complaint(ask(file, "show info"))).to.match(/deeper: /);
    const long = `/tmp/${"x".repeat(200)}`;
    expect(await complaint(ask(long, "show info"))).to.match(new RegExp(`^${long}: `));
  });

  it("is an error when no answer comes in time, also after a part of one", async () => {
    // Five seconds are longer than a test should take.
    const patience =
      Object.getOwnPropertyDescriptor(net.Socket.prototype, "setTimeout") ?? expect.fail("sockets have no patience");
    made.later(() => Object.defineProperty(net.Socket.prototype, "setTimeout", patience));
    Object.defineProperty(net.Socket.prototype, "setTimeout", {
      ...patience,
      value(this: net.Socket, milliseconds: number, then?: () => void) {
        return (patience.value as net.Socket["setTimeout"]).call(this, milliseconds / 100, then);
      },
    });
    const silent = await standIn(() => undefined);
    expect(await complaint(ask(silent, "show stat"))).to.equal(`${silent}: no answer to "show stat" in 5000 ms`);
    const halting = await standIn((connection) => connection.write("# pxname,"));
    expect(await complaint(ask(halting, "show stat"))).to.equal(`${halting}: no answer to "show stat" in 5000 ms`);
  });
});
