import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { FILES } from "../../../../../components/haproxy/configuration";
import type { TlsTerminatorInputs } from "../../../../../components/contracts/tls-terminator";
import { makeAuthority } from "../../../../../provider/keys/x509";
import { choosePorts } from "../../../../../provider/process/ports";
import { HaproxyHost } from "../../../../../provider/haproxy/haproxy-host";
import { SshTransport } from "../../../../../provider/transport/ssh/transport";
import { type TerminatorHost, TlsTerminatorResource } from "../../../../../provider/rollout/terminator";
import { scratch } from "../../../../support/scratch";
import { requireSshd, type Sshd, startSshd } from "../../../../support/programs/sshd";
import { type Balancer, complaint, operation, startBalancer } from "../../rollout/balancer";

describe("What ends TLS on a web server, over SSH", function () {
  this.timeout(60_000);
  const made = scratch();
  let sshd: Sshd;
  let haproxy: Balancer;
  let inputs: TlsTerminatorInputs;
  beforeEach(async function () {
    requireSshd(this);
    [sshd, haproxy] = await Promise.all([startSshd(made), startBalancer(made)]);
    const { port = 0, app = 0 } = await choosePorts({ port: {}, app: {} }, new Set());
    const authority = await makeAuthority("shop.internal");
    inputs = {
      machine: "i-0123",
      remote: sshd.access,
      key: sshd.key,
      plan: {
        server: "web-a-1",
        directory: haproxy.node.directory,
        port,
        appPort: app,
        responseTimeout: "30s",
        peer: "balancers.shop.internal",
        longestConnection: "30m",
        maxConnections: 100,
      },
      certifiedName: "web-a-1.shop.internal",
      trusted: authority.certificate,
      authority: authority.certificate,
      bridge: "",
      authorityKey: authority.privateKey,
    };
  });

  const file = (name: string): string => path.join(haproxy.node.directory, name);
  const host = (): HaproxyHost =>
    new HaproxyHost("web-a-1", haproxy.node.directory, new SshTransport("web-a-1", sshd.access, sshd.key));
  const resource = (reach: () => TerminatorHost = host): TlsTerminatorResource => new TlsTerminatorResource(reach);

  it("is confirmed once it runs", async () => {
    const { outputs } = await resource().create(inputs, operation());
    expect(outputs.state).to.equal("serving");
    expect(readFileSync(file(FILES.configuration), "utf8")).to.include(`bind `);
    expect(existsSync(file(FILES.rollback))).to.equal(false);
    expect((await resource().read("x", inputs, outputs)).outputs.state).to.equal("serving");
  });

  it("is on trial when its rollout dies after the reload, and a rerun confirms it", async () => {
    const idle = readFileSync(file(FILES.configuration), "utf8");
    const dying = (): TerminatorHost =>
      Object.assign(host(), { confirm: () => Promise.reject(new Error("nobody is left to confirm it")) });
    expect(await complaint(resource(dying).create(inputs, operation()))).to.equal("nobody is left to confirm it");
    expect(readFileSync(file(FILES.rollback), "utf8")).to.equal(idle);
    expect(readFileSync(file(FILES.configuration), "utf8")).not.to.equal(idle);

    const { outputs } = await resource().create(inputs, operation());
    expect(outputs.state).to.equal("serving");
    expect(existsSync(file(FILES.rollback))).to.equal(false);
  });
});
