import { expect } from "chai";
import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createSocketServer } from "node:net";
import * as path from "node:path";
import type { TlsOptions } from "node:tls";
import { choosePorts } from "../../../../../provider/process/ports";
import { LocalTransport } from "../../../../../provider/transport/local-transport";
import { SshTransport } from "../../../../../provider/transport/ssh/transport";
import { makeCertificate } from "../../../../support/certificates";
import { scratch } from "../../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../../support/programs/sshd";
import { complaint } from "../../rollout/balancer";

describe("The SSH transport", function () {
  this.timeout(30_000);
  const made = scratch();
  let sshd: Sshd;
  let transport: SshTransport;
  beforeEach(async function () {
    requireSshd(this);
    sshd = await startSshd(made);
    transport = new SshTransport("the primary balancer", sshd.access, sshd.key);
    made.later(() => transport.close());
  });

  it("tells a full disk, and leaves the file as it was", async () => {
    const directory = made.directory();
    const file = path.join(directory, "haproxy.cfg");
    await transport.write(file, "old");
    sshd.program("sync", `#!/bin/sh\necho "sync: error syncing '$1': No space left on device" >&2; exit 1\n`);
    expect(await complaint(transport.write(file, "new"))).to.match(
      /^the primary balancer: can't write \S+haproxy\.cfg: its disk is full: \d+ bytes free in \S+; free some space on its machine, then run `pulumi up` again$/,
    );
    expect(readFileSync(file, "utf8")).to.equal("old");
    expect(readdirSync(directory)).to.deep.equal(["haproxy.cfg"]);
  });

  it("asks over HTTP with the path, the host and the headers that it is given", async () => {
    const port = await made.listen(
      createServer(({ url, headers }, response) => {
        response
          .writeHead(url === "/healthz" ? 204 : 404)
          .end(JSON.stringify({ url, host: headers.host, cookie: headers.cookie }));
      }),
    );
    const where = { address: "127.0.0.1", port, timeout: 5_000 };
    const headers = { host: "shop.example", cookie: "beta=1" };
    expect(JSON.parse((await transport.answerTo({ ...where, path: "/a?b", headers })).body)).to.deep.equal({
      url: "/a?b",
      ...headers,
    });
    expect(await transport.reasonAgainst({ ...where, path: "/healthz", host: "shop.example" })).to.equal(undefined);
    expect(await transport.reasonAgainst({ ...where, path: "/x" })).to.equal(`GET http://127.0.0.1:${port}/x answered 404`);
    const wanted = { ...where, path: "/healthz", status: "200,204", method: "OPTIONS", body: "shop.example" } as const;
    expect(await transport.reasonAgainst({ ...wanted, host: "shop.example" })).to.equal(
      `OPTIONS http://127.0.0.1:${port}/healthz answered 204, without "shop.example"`,
    );
    expect(await transport.reasonAgainst({ ...wanted, path: "/x" })).to.equal(
      `OPTIONS http://127.0.0.1:${port}/x answered 404, which is not 200,204`,
    );
  });

  it("asks over TLS by a name, and tells the certificate that it is shown, as on this machine", async () => {
    const { certificate, key } = await makeCertificate({ names: ["shop.example.com"] });
    const asked: string[] = [];
    const SNICallback: TlsOptions["SNICallback"] = (name, done) => {
      asked.push(name);
      done(null);
    };
    const answers: RequestListener = ({ headers }, response) => response.end(headers.host);
    const port = await made.listen(createTlsServer({ cert: certificate, key, SNICallback }, answers));
    const { none = 0 } = await choosePorts({ none: {} }, new Set());
    const where = { address: "127.0.0.1", port, timeout: 5_000 };
    const open = { rejectUnauthorized: false as const };
    for (const each of [transport, new LocalTransport()]) {
      const named = { ...where, tls: { ...open, servername: "shop.example.com" } };
      const { body } = await each.answerTo({ ...named, path: "/", headers: { host: "a.test" } });
      expect(body).to.equal("a.test");
      expect(await each.shownCertificate(named)).to.equal(new X509Certificate(certificate).fingerprint256);
      expect(asked.splice(0)).to.deep.equal(["shop.example.com", "shop.example.com"]);
      expect(await complaint(each.shownCertificate({ ...where, tls: { ...open, sigalgs: "RSA+SHA256" } }))).to.match(/handshake/);
      expect(await complaint(each.shownCertificate({ ...named, port: none }))).to.equal("connection refused");
      expect(await complaint(each.answerTo({ ...named, port: none, path: "/", headers: {} }))).to.equal(
        `https://127.0.0.1:${none}/: connection refused`,
      );
    }
  });

  it("begins a handshake at a socket for a name, until that is closed, as on this machine", async () => {
    const socket = path.join(made.directory(), "tls.sock");
    const heard: string[] = [];
    const server = createSocketServer((client) => {
      client.once("data", (hello: Buffer) => {
        heard.push(hello.toString("latin1"));
        client.destroy();
      });
    }).listen(socket);
    made.later(() => server.close());
    for (const each of [transport, new LocalTransport()]) {
      await each.handshake(socket, "mail.example.com");
      await each.handshake(socket);
    }
    expect(heard.map((hello) => hello.includes("mail.example.com"))).to.deep.equal([true, false, true, false]);
  });

  it("connects, where a check asks no more, and says why not", async () => {
    const port = await made.silence();
    const where = { address: "127.0.0.1", port, timeout: 5_000 };
    expect(await transport.reasonAgainst({ ...where, type: "tcp" })).to.equal(undefined);
    expect(await transport.reasonAgainst({ ...where, type: "tls", timeout: 200 })).to.equal(
      `a TLS handshake with 127.0.0.1:${port}: no answer in 200 ms`,
    );
    const { none = 0 } = await choosePorts({ none: {} }, new Set());
    expect(await transport.reasonAgainst({ ...where, port: none, type: "tcp" })).to.equal(
      `a connection to 127.0.0.1:${none}: connection refused`,
    );
  });

  it("tells a server that hangs up, or talks no HTTP", async () => {
    const hangsUp = await made.listen(createSocketServer((socket) => socket.end()));
    const babbles = await made.listen(createSocketServer((socket) => socket.on("error", () => undefined).end("what?\r\n\r\n")));
    for (const port of [hangsUp, babbles]) {
      const probe = { address: "127.0.0.1", port, path: "/", timeout: 5_000 };
      expect(await transport.reasonAgainst(probe)).to.match(new RegExp(`^GET http://127\\.0\\.0\\.1:${port}/: \\w`));
      expect(await complaint(transport.answerTo({ ...probe, headers: {} }))).to.match(
        new RegExp(`^http://127\\.0\\.0\\.1:${port}/: \\w`),
      );
    }
  });

  it("has many questions at once over its one connection", async () => {
    const directory = made.directory();
    const socket = path.join(directory, "admin.sock");
    const answers = createSocketServer({ allowHalfOpen: true }, (connection) => {
      connection.setEncoding("utf8").once("data", (asked: string) => connection.end(`${asked.length} ${"é".repeat(50_000)}\n`));
    });
    await made.listen(answers, socket);
    const all = await Promise.all(Array.from({ length: 30 }, (_, i) => transport.ask(socket, "x".repeat(i))));
    all.forEach((answer, i) => expect(answer === `${i + 6} ${"é".repeat(50_000)}`, String(i)).to.equal(true));
  });

  it("dials again after its connection was cut", async () => {
    expect((await transport.run(["true"])).code).to.equal(0);
    const asked = complaint(transport.run(["sleep", "60"]));
    await transport.run(["true"]);
    sshd.cut();
    expect(await asked).to.match(/^the primary balancer: \S+: the connection was cut; `pulumi up` goes on from here$/);
    const again = await Promise.all(Array.from({ length: 5 }, () => transport.run(["true"])));
    expect(again.map(({ code }) => code)).to.deep.equal([0, 0, 0, 0, 0]);
  });
});
