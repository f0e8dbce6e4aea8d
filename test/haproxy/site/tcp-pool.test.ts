import { expect } from "chai";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import type { StackInput } from "../../../components/model/stack";
import { makeAuthority } from "../../../provider/keys/x509";
import { until } from "../../../provider/wait";
import { greeting } from "../../support/clients/greeting";
import { freePorts } from "../../support/free-ports";
import { expectNoLoss, EnginelessSite, quickPool, quickStack } from "../../support/engineless/site";
import { scratch } from "../../support/scratch";

const SNI = "mail.example.com";
const APP = path.join(__dirname, "../../support/apps/tls-greeter.mjs");
const made = scratch();

/** One connection after the other, each of which must be answered; the errors of those that were not. */
class Connections {
  readonly failures: string[] = [];
  readonly servers: string[] = [];
  private stopped = false;
  private readonly ended: Promise<void>;

  constructor(private readonly port: number) {
    this.ended = this.run();
  }

  /** The servers that answer the next 30. */
  async next(): Promise<string[]> {
    const from = this.servers.length;
    await until(() => (this.servers.length >= from + 30 || this.failures.length > 0 ? true : undefined), 60_000);
    return [...new Set(this.servers.slice(from + 1))].sort();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.ended;
  }

  private async run(): Promise<void> {
    while (!this.stopped)
      await greeting(this.port, SNI).then(
        ({ server }) => this.servers.push(server),
        (error: unknown) => this.failures.push(String(error)),
      );
  }
}

describe("A tcp pool", () => {
  it("gets TLS as it comes, by its name; scaled and drained, it loses no connection, and while it is in maintenance it is closed", async () => {
    const { certificate, privateKey } = await makeAuthority(SNI);
    const pem = path.join(made.directory(), "mail.pem");
    writeFileSync(pem, certificate + privateKey);
    const { passed } = await freePorts("passed");
    const stack = (servers: Record<string, number>, maintenance: StackInput["maintenance"] = []): StackInput => {
      const base = quickStack();
      const healthCheck = { type: "tls", interval: "500ms", fall: 10, rise: 1 } as const;
      const mail = quickPool(servers, { protocol: "tcp", app: { environment: { PEM: pem } }, healthCheck });
      return {
        ...base,
        pools: { ...base.pools, mail },
        routes: [{ pool: "web" }],
        passthrough: { port: passed, routes: [{ sni: SNI, pool: "mail" }] },
        maintenance,
        logs: { access: true },
        metrics: { enabled: true },
      };
    };
    const site = await EnginelessSite.up(made, stack({ a: 1, b: 1 }), { apps: { mail: APP } });
    const load = await site.underLoad({ requestsPerSecond: 50 });
    expect((await greeting(passed, SNI)).certificate).to.include(SNI);
    const connections = new Connections(passed);
    made.later(() => connections.stop());
    expect(await connections.next()).to.deep.equal(["mail-a-1", "mail-b-1"]);

    await site.up(stack({ a: 2, b: 1 }));
    expect(await connections.next()).to.include("mail-a-2");
    await site.up(stack({ a: 2, b: 1 }, [{ server: "mail-b-1" }]));
    expect(await connections.next()).to.deep.equal(["mail-a-1", "mail-a-2"]);
    await site.up(stack({ a: 1, b: 1 }));
    expect(await connections.next()).to.deep.equal(["mail-a-1", "mail-b-1"]);
    await connections.stop();
    expect(connections.failures, `of ${connections.servers.length}`).to.deep.equal([]);

    for (const { metrics = "" } of Object.values(site.deployment.loadBalancers))
      expect(await (await fetch(metrics)).text()).to.match(/haproxy_frontend_connections_total\{proxy="passthrough"\} \d/);

    await site.up(stack({ a: 1, b: 1 }, [{ pool: "mail" }]));
    expect(await greeting(passed, SNI).then(({ server }) => `${server} greets`, String)).to.match(
      /disconnected|ECONNRESET|closed/,
    );
    await site.up(stack({ a: 1, b: 1 }));
    expect((await greeting(passed, SNI)).server).to.match(/^mail-/);
    await expectNoLoss(load);
  });
});
