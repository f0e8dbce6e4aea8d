import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { StackInput } from "../../components/model/stack";
import { describeResult } from "../../drills/load/load";
import { makeAuthority } from "../../provider/keys/x509";
import { choosePorts } from "../../provider/process/ports";
import { greeting } from "../support/clients/greeting";
import { ROOT, smallStack, TestSite } from "../support/sites/test-site";

const SNI = "mail.example.com";

/** One connection after the other, each of which has to be answered; what went wrong with those that were not. */
class Connections {
  readonly failures: string[] = [];
  readonly servers: string[] = [];
  private stopped = false;
  private readonly ended: Promise<void>;

  constructor(private readonly port: number) {
    this.ended = this.go();
  }

  /** Who answers the next 30. */
  async next(): Promise<string[]> {
    const from = this.servers.length;
    while (this.servers.length < from + 30 && this.failures.length === 0) await new Promise(setImmediate);
    return [...new Set(this.servers.slice(from + 1))].sort();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.ended;
  }

  private async go(): Promise<void> {
    while (!this.stopped)
      await greeting(this.port, SNI).then(
        ({ server }) => this.servers.push(server),
        (error: unknown) => this.failures.push(String(error)),
      );
  }
}

describe("A tcp pool", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "ekt-"));
  after(() => rmSync(folder, { recursive: true }));

  it("gets TLS as it comes, by its name; scaled and drained, it loses no connection, and while it is out it is closed", async () => {
    const { certificate, privateKey } = await makeAuthority(SNI);
    const pem = path.join(folder, "mail.pem");
    writeFileSync(pem, certificate + privateKey);
    const { passed = 0 } = await choosePorts({ passed: {} }, new Set());
    const app = {
      command: `exec node ${path.join(ROOT, "test/support/apps/tls-greeter.mjs")}`,
      environment: { PEM: pem },
    };
    const stack = (servers: Record<string, number>, maintenance: StackInput["maintenance"] = []): StackInput => {
      const small = smallStack();
      const mail = {
        protocol: "tcp" as const,
        app,
        servers,
        slowStart: "1s",
        healthCheck: { type: "tls" as const, interval: "200ms" },
      };
      return {
        ...small,
        pools: { ...small.pools, mail },
        routes: [{ pool: "web" }],
        passthrough: { port: passed, routes: [{ sni: SNI, pool: "mail" }] },
        maintenance,
        logs: { access: true },
        metrics: { enabled: true },
      };
    };
    const site = await TestSite.up(stack({ a: 1, b: 1 }));
    const load = await site.underLoad({ requestsPerSecond: 100 });
    const first = await greeting(passed, SNI);
    expect(first.certificate).to.include("mail.example.com");
    const connections = new Connections(passed);
    expect(await connections.next()).to.deep.equal(["mail-a-1", "mail-b-1"]);

    site.change(stack({ a: 2, b: 1 }));
    await site.up();
    expect(await connections.next()).to.include("mail-a-2");
    site.change(stack({ a: 2, b: 1 }, [{ server: "mail-b-1" }]));
    await site.up();
    expect(await connections.next()).to.deep.equal(["mail-a-1", "mail-a-2"]);
    site.change(stack({ a: 1, b: 1 }));
    await site.up();
    expect(await connections.next()).to.deep.equal(["mail-a-1", "mail-b-1"]);
    await connections.stop();
    expect(connections.failures, `of ${connections.servers.length}`).to.deep.equal([]);

    const { loadBalancers } = await site.deployment();
    for (const { metrics = "" } of Object.values(loadBalancers))
      expect(await (await fetch(metrics)).text()).to.match(/haproxy_frontend_connections_total\{proxy="passthrough"\} \d/);

    site.change(stack({ a: 1, b: 1 }, [{ pool: "mail" }]));
    await site.up();
    expect(await greeting(passed, SNI).then(({ server }) => `${server} greets`, String)).to.match(
      /disconnected|ECONNRESET|closed/,
    );
    site.change(stack({ a: 1, b: 1 }));
    await site.up();
    expect((await greeting(passed, SNI)).server).to.match(/^mail-/);
    const result = await load.stop();
    expect(result.failed, describeResult(result)).to.equal(0);
    await site.remove();
  });
});
