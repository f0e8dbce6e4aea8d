import { expect } from "chai";
import type { BalancerNode, OpenArgs, WebServer } from "../../../../../components/data-center";
import { ACCESS, inVirginia } from "../aws/virginia";
import { inNewYork } from "../digitalocean/new-york";
import { inIowa } from "../gcp/iowa";

/** A balancer and a server that ends TLS, as the clouds of the stack make them. */
const CLOUDS: Readonly<Record<string, (access: OpenArgs["access"]) => Promise<readonly [unknown, unknown]>>> = {
  AWS: async (access) =>
    reached((await inVirginia(({ server, balancer }) => [balancer(), server(1)] as const, { access, encryption: "tls" })).result),
  "Google Cloud": async (access) =>
    reached((await inIowa(({ server, balancer }) => [balancer(), server(1)] as const, { access, encryption: "tls" })).result),
  DigitalOcean: async (access) =>
    reached(
      (await inNewYork(({ server, balancer }) => [balancer(), server("web-newyork-1")] as const, { access, encryption: "tls" }))
        .result,
    ),
};
const PUBLIC: Readonly<Record<string, readonly string[]>> = {
  AWS: ["203.0.113.1", "198.51.100.1"],
  "Google Cloud": ["192.0.2.1", "192.0.2.11"],
  DigitalOcean: ["IPv4 of shop-primary", "IPv4 of web-newyork-1"],
};
const JUMP = { host: "bastion.example.com", port: 22, user: "ops", hostKey: "ssh-ed25519 AAAA" };

/** How rollouts reach both. */
function reached(made: readonly [unknown, unknown]): readonly [unknown, unknown] {
  const [{ node }, { terminator }] = made as unknown as [
    { node: { [Key in keyof BalancerNode]: unknown } & { remote: unknown } },
    { terminator: { [Key in keyof NonNullable<WebServer["terminator"]>]: unknown } },
  ];
  return [node.remote, terminator.remote];
}

for (const [cloud, make] of Object.entries(CLOUDS)) {
  describe(`Machines of ${cloud}`, () => {
    it("are reached by SSH at their public addresses, and directly", async () => {
      const both = await make(ACCESS);
      expect(both.map((remote) => (remote as { address: string }).address)).to.deep.equal(PUBLIC[cloud]);
      for (const remote of both) expect(remote).to.have.all.keys("address", "port", "user", "hostKey");
    });

    it("are reached at their private addresses where the stack says so, and through its jump host", async () => {
      const both = await make({ ...ACCESS, address: "private", jump: JUMP });
      const names = cloud === "DigitalOcean" ? ["shop-primary", "web-newyork-1"] : ["shop-primary", /^web-/];
      both.forEach((remote, i) => {
        expect(remote).to.deep.include({ port: 22, user: "evenkeel", jump: JUMP });
        const { address } = remote as { address: string };
        expect(address).to.match(/^private address of /);
        expect(address.slice("private address of ".length)).to.match(new RegExp(names[i] ?? ""));
      });
    });
  });
}
