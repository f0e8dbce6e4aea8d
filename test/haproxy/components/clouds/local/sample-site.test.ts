import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import net, { type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { WebSocket } from "ws";
import { shippedProgram } from "../../../../../components/clouds/local/this-machine";
import { startLoad } from "../../../../../drills/load/load";

const MAIN = shippedProgram("sample-site");
const NAMES = { EVENKEEL_SITE: "shop", EVENKEEL_POOL: "web", EVENKEEL_SERVER: "web-a-1", EVENKEEL_DATA_CENTER: "a" };

type Environment = Record<string, string>;

describe("The sample site", () => {
  const processes: ChildProcess[] = [];
  const sockets: Socket[] = [];
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sample-site-"))));

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(processes.splice(0).map(kill));
    rmSync(folder, { recursive: true });
  });

  function launch(env: Environment): ChildProcess {
    const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "pipe"] });
    processes.push(child);
    return child;
  }

  /** A running site, told `env` and a free port. */
  async function site(env: Environment = {}) {
    const child = launch({ PORT: "0", ...NAMES, ...env });
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout?.once("data", (data: Buffer) => resolve(data.toString()));
      child.once("exit", (code) => reject(new Error(`The site exited with code ${code}`)));
    });
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? expect.fail(line);
    return { child, url, port: Number(new URL(url).port) };
  }

  /** What a site that cannot start says. */
  async function refusal(env: Environment): Promise<string> {
    const child = launch(env);
    const [said, exit] = await Promise.all([text(child.stderr ?? expect.fail()), once(child, "exit")]);
    expect(exit).to.deep.equal([1, null]);
    return said;
  }

  /** A connection on which `bytes` are sent, and what came back on it by the time it was closed. */
  async function connect(port: number, bytes = "") {
    const socket = net.connect(port, "127.0.0.1");
    sockets.push(socket);
    await once(socket, "connect");
    socket.write(bytes);
    return { socket, answer: text(socket) };
  }

  async function journalHas(path: string, count: number): Promise<string[]> {
    for (;;) {
      const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
      if (lines.length >= count) return lines;
      await sleep(5);
    }
  }

  it("shows who answered, as a page and as JSON", async () => {
    const { child, url } = await site({ EVENKEEL_SITE: "<shop> & co" });
    const page = await fetch(url);
    expect(page.status).to.equal(200);
    expect(page.headers.get("content-type")).to.equal("text/html; charset=utf-8");
    expect(page.headers.get("cache-control")).to.equal("no-store");
    const html = await page.text();
    expect(html).to.include("web-a-1").and.include("&#60;shop&#62; &#38; co");
    expect(html)
      .to.not.include("{{")
      .and.not.match(/(?:src|href)="(?!data:)/);

    const { uptimeSeconds, ...who } = await json(`${url}/whoami`, { headers: { "x-forwarded-for": "192.0.2.7" } });
    expect(uptimeSeconds).to.be.a("number");
    expect(who).to.deep.equal({
      site: "<shop> & co",
      pool: "web",
      server: "web-a-1",
      dataCenter: "a",
      requests: 2,
      forwardedFor: "192.0.2.7",
      pid: child.pid,
    });
    expect(await json(`${url}/api/orders`, { headers: { accept: "application/json" } })).to.include({
      requests: 3,
      forwardedFor: null,
    });
  });

  it("names its server and data center on every answer, and its own health is no request", async () => {
    const { url } = await site();
    for (const path of ["/", "/whoami", "/healthz", "/status/503", "/status/204", "/status/999", "/slow/x"]) {
      const { headers } = await fetch(url + path);
      expect(
        [headers.get("x-evenkeel-server"), headers.get("x-evenkeel-data-center"), headers.get("cache-control")],
        path,
      ).to.deep.equal(["web-a-1", "a", "no-store"]);
    }
    expect(await (await fetch(`${url}/healthz`)).text()).to.equal("ok");
    expect(await json(`${url}/whoami`)).to.have.property("requests", 7);
  });

  it("answers what a drill asks for", async () => {
    const { url } = await site();
    expect((await fetch(`${url}/status/503`, { method: "PUT" })).status).to.equal(503);
    expect((await fetch(`${url}/status/304`)).status).to.equal(304);
    expect((await fetch(`${url}/status/199`)).status).to.equal(400);
    expect(await json(`${url}/slow/5`)).to.deep.equal({ sleptMs: 5 });
    expect((await fetch(`${url}/slow/9999999`)).status).to.equal(400);
    expect(await json(`${url}/count/a`)).to.deep.equal({ key: "a", count: 1 });
    expect(await json(`${url}/count/a`, { method: "POST" })).to.deep.equal({ key: "a", count: 2 });
    expect(await json(`${url}/count/b`)).to.deep.equal({ key: "b", count: 1 });
    expect(await json(`${url}/echo`, { method: "POST", body: "x".repeat(100_000) })).to.deep.equal({
      method: "POST",
      bytes: 100_000,
    });
    expect(await (await fetch(url, { method: "HEAD" })).text()).to.equal("");
  });

  it("serves a download that takes its time, whole", async () => {
    const { child, url } = await site();
    const answer = await fetch(`${url}/drip/250`);
    // It is begun, and finished though the site is told to stop.
    child.kill("SIGTERM");
    expect(answer.headers.get("content-length")).to.equal("3072");
    expect((await answer.text()).length).to.equal(3_072);
    expect((await once(child, "exit"))[0]).to.equal(0);
  });

  it("says back what it is told by WebSocket on any path, in fragments too, and says so when it goes away", async () => {
    const { child, url } = await site();
    expect((await fetch(`${url}/drip/x`)).status).to.equal(400);
    const socket = new WebSocket(`${url.replace("http", "ws")}/chat?room=1`);
    const [[upgrade]] = (await Promise.all([once(socket, "upgrade"), once(socket, "open")])) as [[IncomingMessage], []];
    expect(upgrade.headers).to.include({ "x-evenkeel-server": "web-a-1", "x-evenkeel-data-center": "a" });
    for (const said of ["", "hello", "größer", "x".repeat(125), "x".repeat(126), "x".repeat(65_535)]) {
      socket.send(said);
      expect(String(await once(socket, "message"))).to.equal(`${said},false`);
    }
    socket.send("in two ", { fin: false });
    socket.send("pieces", { fin: true });
    expect(String(await once(socket, "message"))).to.equal("in two pieces,false");
    socket.ping("are you there");
    expect(String(await once(socket, "pong"))).to.equal("are you there");

    const long = new WebSocket(url.replace("http", "ws"));
    await once(long, "open");
    long.send("x".repeat(65_536));
    expect((await once(long, "close"))[0]).to.equal(1_009);

    child.kill("SIGTERM");
    const ends = await Promise.all([once(socket, "close"), once(child, "exit")]);
    expect(ends.map(([code]) => code as unknown)).to.deep.equal([1_001, 0]);
  });

  it("answers no WebSocket with what is none", async () => {
    const { port } = await site();
    const asked = "GET / HTTP/1.1\r\nhost: shop\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nupgrade: ";
    expect(await (await connect(port, `${asked}websocket\r\n\r\n`)).answer).to.match(/^HTTP\/1.1 400 /);
    const socket = net.connect(port, "127.0.0.1");
    sockets.push(socket);
    socket.write(`${asked}websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    // What clients say must be masked: RFC 6455, 5.1.
    socket.write(Buffer.from([0x81, 2, 104, 105]));
    const said = await buffer(socket);
    expect(said.toString("latin1")).to.include("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    expect(said.readUInt16BE(said.length - 2)).to.equal(1_002);
  });

  it("runs each request of a load once, as its journal says", async () => {
    const journal = join(folder, "journal");
    const { url } = await site({ JOURNAL: journal });
    const load = await startLoad({ url, path: "/count/x?y=z", method: "POST", body: "order", requestsPerSecond: 200 });
    let result;
    try {
      await load.until(({ succeeded }) => succeeded >= 100, 60_000);
    } finally {
      result = await load.stop();
    }
    expect(result).to.include({ failed: 0, succeeded: result.sent });
    expect(result.byServer).to.deep.equal({ "web-a-1": result.sent });
    const lines = await journalHas(journal, result.sent);
    expect(lines).to.have.length(result.sent);
    expect(new Set(lines).size).to.equal(result.sent);
    expect(lines[0]).to.match(/^POST \/count\/x [0-9a-f]{8}-0$/);
  });

  it("delays every page but the health check, as long as a file doesn't say otherwise", async () => {
    const file = join(folder, "delay");
    const { url } = await site({ DELAY: "1h", DELAY_FILE: file });
    const slow = new AbortController();
    const page = fetch(url, { signal: slow.signal }).catch(() => "given up");
    expect((await fetch(`${url}/healthz`)).status).to.equal(200);
    writeFileSync(file, "0ms\n");
    expect(await json(`${url}/whoami`)).to.have.property("requests", 2);
    slow.abort();
    expect(await page).to.equal("given up");
  });

  it("listens after its boot delay", async () => {
    const { url } = await site({ BOOT_DELAY: "0.2s" });
    expect(await json(`${url}/whoami`))
      .to.have.property("uptimeSeconds")
      .that.is.at.least(0.2);
  });

  it("names every setting that is wrong, and a port that is taken", async () => {
    expect(await refusal({ PORT: "http", DELAY: "5", BOOT_DELAY: "2h", EVENKEEL_SERVER: "web a" })).to.equal(
      [
        "The sample site cannot start:",
        '  PORT is "http", but must be a whole number from 0 to 65535',
        '  EVENKEEL_SERVER is "web a", but must be printable ASCII without spaces, such as web-a-1',
        '  DELAY is "5", but must be a duration of at most 1h, such as 0ms, 250ms or 2.5s',
        '  BOOT_DELAY is "2h", but must be a duration of at most 1h, such as 0ms, 250ms or 2.5s\n',
      ].join("\n"),
    );
    expect(await refusal({})).to.equal(
      "The sample site cannot start:\n  PORT is missing: the port on 127.0.0.1 to listen on, from 0 to 65535\n",
    );
    const { port } = await site();
    expect(await refusal({ PORT: `${port}` })).to.equal(
      `The sample site cannot start:\n  PORT is ${port}, but that port of 127.0.0.1 is taken\n`,
    );
  });

  it("finishes what it has on SIGTERM, takes nothing new, and ends with code 0", async () => {
    const journal = join(folder, "journal");
    const { child, port } = await site({ JOURNAL: journal });
    const exit = once(child, "exit");
    const idle = await connect(port, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    await once(idle.socket, "readable");
    const silent = await connect(port);
    const slow = await connect(port, "GET /slow/400 HTTP/1.1\r\nhost: x\r\n\r\n");
    await journalHas(journal, 2);

    child.kill("SIGTERM");
    await refused(port);
    child.kill("SIGTERM");
    silent.socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");

    expect(await slow.answer)
      .to.match(/^HTTP\/1\.1 200 OK\r\n/)
      .and.match(/\r\nconnection: close\r\n/i)
      .and.include('{"sleptMs":400}');
    expect(await silent.answer).to.match(/^HTTP\/1\.1 503 /);
    expect(await idle.answer).to.match(/^HTTP\/1\.1 200 /);
    expect(await exit).to.deep.equal([0, null]);
  });

  it("closes a connection that never asked for anything, and ends on SIGINT too", async () => {
    const { child, port } = await site();
    const silent = await connect(port);
    const exit = once(child, "exit");
    child.kill("SIGINT");
    expect(await silent.answer).to.equal("");
    expect(await exit).to.deep.equal([0, null]);
  });
});

async function json(url: string, init?: RequestInit): Promise<Record<string, unknown>> {
  return (await (await fetch(url, init)).json()) as Record<string, unknown>;
}

/** Resolves when `port` refuses connections. */
async function refused(port: number): Promise<void> {
  for (;;) {
    const socket = net.connect(port, "127.0.0.1");
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      socket.once("connect", () => resolve(undefined)).once("error", resolve);
    });
    socket.destroy();
    if (error?.code === "ECONNREFUSED") return;
    await sleep(5);
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
