import * as net from "node:net";
import { expect } from "chai";
import { choosePorts, isFree } from "../../../../provider/process/ports";
import { scratch } from "../../../support/scratch";

describe("A port", () => {
  const made = scratch();
  const busy = async (): Promise<number> => made.listen(net.createServer());
  const none = new Set<number>();

  async function listenAt(port: number): Promise<void> {
    const server = net.createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    made.later(async () => new Promise((resolve) => server.close(resolve)));
  }

  /** A number that no program listens on and that no other test was given. */
  async function free(): Promise<number> {
    const { probe = 0 } = await choosePorts({ probe: {} }, none);
    return probe;
  }

  it("is free until a program listens on it, and again when that is over", async () => {
    const server = net.createServer();
    const port = await made.listen(server);
    expect(await isFree(port)).to.equal(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await isFree(port)).to.equal(true);
  });

  it("is still free after it was asked about", async () => {
    const port = await free();
    for (let i = 0; i < 3; i++) expect(await isFree(port)).to.equal(true);
    await listenAt(port);
  });

  it("is chosen for each wish by its name, each its own", async () => {
    const ports = await choosePorts({ site: {}, health: {}, page: {} }, none);
    expect(Object.keys(ports)).to.deep.equal(["site", "health", "page"]);
    expect(new Set(Object.values(ports)).size).to.equal(3);
    for (const port of Object.values(ports)) await listenAt(port);
  });

  it("is taken from below those that systems give to outgoing connections", async () => {
    for (const port of Object.values(await choosePorts({ a: {}, b: {}, c: {} }, none))) expect(port).to.be.within(20_000, 29_999);
  });

  it("is given to one only, also while its owner does not listen yet", async () => {
    const all = await Promise.all(Array.from({ length: 30 }, async () => choosePorts({ http: {} }, none)));
    expect(new Set(all.map(({ http }) => http)).size).to.equal(30);
  });

  it("that was given away is not given to the next that prefers it", async () => {
    const preferred = (await free()) + 1;
    const { page: first } = await choosePorts({ page: { preferred } }, none);
    const { page: second } = await choosePorts({ page: { preferred } }, none);
    expect(second).to.be.above(first ?? NaN);
  });

  it("that many prefer at once is given to one of them", async () => {
    const preferred = await free();
    const all = await Promise.all(Array.from({ length: 10 }, async () => choosePorts({ page: { preferred } }, none)));
    expect(new Set(all.map(({ page }) => page)).size).to.equal(10);
  });

  it("that was wished for exactly is that one", async () => {
    const server = net.createServer();
    const exact = await made.listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await choosePorts({ page: { exact } }, none)).to.deep.equal({ page: exact });
  });

  it("that was wished for exactly and is taken is an error that names it", async () => {
    const exact = await busy();
    const error = await choosePorts({ page: { exact } }, none).catch((reason: unknown) => reason);
    expect(error).to.be.an.instanceOf(Error);
    expect((error as Error).message).to.equal(
      `port ${exact} is taken by another program on this machine; choose another, or stop that program`,
    );
  });

  it("that is preferred is that one, or the next that is free", async () => {
    const preferred = await free();
    await listenAt(preferred);
    const { page = 0 } = await choosePorts({ page: { preferred } }, none);
    expect(page).to.be.within(preferred + 1, preferred + 49);
    await listenAt(page);
  });

  it("that belongs to a process of the stack that is down just now is left to it", async () => {
    const preferred = await free();
    const { page } = await choosePorts({ page: { preferred } }, new Set([preferred, preferred + 1]));
    expect(page).to.be.above(preferred + 1);
  });

  it("is not found where all that it may be are reserved", async () => {
    const preferred = 20_000;
    const reserved = new Set(Array.from({ length: 10_000 }, (_, i) => 20_000 + i));
    const complaint = async (wish: object) =>
      choosePorts({ page: wish }, reserved).then(
        (ports) => expect.fail(`it got ${JSON.stringify(ports)}`),
        (error: unknown) => (error as Error).message,
      );
    expect(await complaint({ preferred })).to.equal("no port is free from 20000 to 20049");
    expect(await complaint({})).to.match(/^no port is free from 2\d{4} to 2\d{4}$/);
  });
});
