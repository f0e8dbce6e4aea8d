import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { certificateTexts } from "../../../../components/haproxy/certificate-files";
import { FILES } from "../../../../components/haproxy/configuration";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import { ACME } from "../../../../components/model/tls/acme";
import type { NodePlan, Plan } from "../../../../components/model/plan";
import { choosePorts } from "../../../../provider/process/ports";
import { HaproxyNode } from "../../../../provider/haproxy/haproxy-node";
import { LocalTransport } from "../../../../provider/transport/local-transport";
import { SshTransport } from "../../../../provider/transport/ssh/transport";
import type { Transport } from "../../../../provider/transport/transport";
import { type MadeCertificate, makeCertificate } from "../../../support/certificates";
import { scratch } from "../../../support/scratch";
import { requireSshd, startSshd } from "../../../support/programs/sshd";
import { type Balancer, complaint, planOf, roll, startBalancer, startServer } from "./balancer";

type Made = Readonly<Record<string, MadeCertificate>>;

for (const way of ["this machine", "SSH"] as const) {
  describe(`A rollout over ${way} asks a balancer which certificate it shows for each name`, function () {
    this.timeout(30_000);
    const made = scratch();
    let balancer: Balancer;
    let node: NodePlan;
    let servers: Parameters<typeof planOf>[0];
    let certificates: { readonly shop: MadeCertificate; readonly api: MadeCertificate; readonly acme: MadeCertificate };

    let transport: () => Transport;

    beforeEach(async function () {
      if (way === "SSH") requireSshd(this);
      const sshd = way === "SSH" ? await startSshd(made) : undefined;
      transport = () =>
        sshd === undefined ? new LocalTransport() : new SshTransport("the primary balancer", sshd.access, sshd.key);
      balancer = await startBalancer(made);
      const { secure = 0 } = await choosePorts({ secure: {} }, new Set());
      node = { ...balancer.node, https: { address: "127.0.0.1", port: secure } };
      servers = { "web-a-1": await startServer(made, "one") };
      certificates = {
        api: await makeCertificate({ names: ["api.example.com"], key: "p384" }),
        shop: await makeCertificate({ names: ["shop.example.com", "*.shop.example.com"] }),
        [ACME]: await makeCertificate({ names: ["www.example.com"] }),
      };
    });

    const plan = (shown: Made): Plan =>
      planOf(servers, {
        https: {
          redirect: true,
          certificates: Object.fromEntries(Object.entries(shown).map(([name, each]) => [name, each.certificate])),
        },
      });
    const keysOf = (shown: Made): Record<string, string> =>
      Object.fromEntries(Object.entries(shown).map(([name, { key }]) => [name, key]));
    /** Rolls out what the plan with some certificates says, or what becomes of that text. */
    const rolled = (shown: Made, changed = (text: string): string => text): Promise<string[]> => {
      const { text, description } = renderBalancer(plan(shown), node);
      return roll(new HaproxyNode(node, transport()), node, plan(shown), {
        certificateKeys: keysOf(shown),
        configuration: { text: changed(text), description },
      });
    };
    /** Has a configuration show these alone: the file of a certificate instead of the list of all. */
    const showing =
      (shown: Made, only: string) =>
      (text: string): string => {
        const one = Object.fromEntries(Object.entries(shown).filter(([name]) => name === only));
        const [file = ""] = Object.keys(certificateTexts(plan(one).https?.certificates ?? {}, keysOf(one)));
        return text.replaceAll(/crt-list "[^"]*"/g, `crt "${file}"`);
      };

    it("and finds each, also several for one name by the kinds of their keys", async () => {
      await rolled(certificates);
      const { shop } = certificates;
      const rsa = await makeCertificate({ names: ["shop.example.com", "other.example.com"], key: "rsa2048" });
      const never = await makeCertificate({ names: ["shop.example.com"] });
      await rolled({ rsa, shop, "shop-never": never });
      expect(await balancer.worker()).to.match(/^\d+$/);
    });

    it("and says which is not shown to whom, with the configuration before in its place", async () => {
      const { shop, api, acme } = certificates;
      await rolled({ shop });
      const before = readFileSync(path.join(node.directory, FILES.configuration), "utf8");
      const wrong: [Made, string, string][] = [
        [{ shop, api }, "api", "TLS for shop.example.com shows the certificate api, not the certificate shop as planned"],
        [{ shop, api }, "shop", "TLS for no name shows the certificate shop, not the certificate api as planned"],
        [{ shop, acme }, "shop", "TLS for no name shows the certificate shop, not the certificate acme as planned"],
        [{ shop, acme }, "acme", "TLS for shop.example.com shows the certificate acme, not the certificate shop as planned"],
      ];
      for (const [shown, only, message] of wrong) {
        expect(await complaint(rolled(shown, showing(shown, only)))).to.include(message);
        expect(readFileSync(path.join(node.directory, FILES.configuration), "utf8")).to.equal(before);
      }
      const strict = (text: string): string =>
        showing({ shop, api }, "api")(text).replaceAll(/(bind .* ssl .*)/g, "$1 strict-sni");
      expect(await complaint(rolled({ shop, api }, strict))).to.match(
        /TLS for no name shows none \(.+unrecognized name.+\), not the certificate api as planned/,
      );
      await rolled({ shop, api });
    });

    it("and tells one that is none of the plan's by its fingerprint", async () => {
      const { shop } = certificates;
      const stale = await makeCertificate({ names: ["shop.example.com"] });
      await rolled({ shop: stale });
      const message = await complaint(rolled({ shop }, showing({ shop: stale }, "shop")));
      expect(message).to.match(/TLS for no name shows ([0-9A-F]{2}:){31}[0-9A-F]{2}, not the certificate shop as planned/);
    });
  });
}
