import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { balancerUserData } from "../../../../../components/clouds/cloud-init/balancer";
import { serverUserData } from "../../../../../components/clouds/cloud-init/server";
import { connectionsOf } from "../../../../../components/clouds/shared/machine";
import { networkOf } from "../../../../../components/model/network/network";
import { rolledOut, terminatorOf } from "../../../../support/sites/terminated";
import { ACCESS, APP, inNewYork, secret } from "./new-york";

const ANYWHERE = ["0.0.0.0/0", "::/0"];
const SSH = { protocol: "tcp", portRange: "22", sourceAddresses: ACCESS.ssh };
const EGRESS = [
  { protocol: "tcp", portRange: "1-65535", destinationAddresses: ANYWHERE },
  { protocol: "udp", portRange: "1-65535", destinationAddresses: ANYWHERE },
  { protocol: "icmp", destinationAddresses: ANYWHERE },
];
const DROPLET = {
  region: "nyc3",
  image: "ubuntu-24-04-x64",
  vpcUuid: "newyork-id",
  sshKeys: ["newyork-id"],
  monitoring: false,
  dropletAgent: false,
};
const LABELS = ["evenkeel-site:shop", "evenkeel-data-center:newyork"];

const SERVER_USER_DATA = serverUserData({
  site: "shop",
  pool: "web",
  server: "web-newyork-1",
  dataCenter: "newyork",
  app: APP,
  operators: ACCESS.keys,
  terminator: rolledOut("web-newyork-1", "newyork", privateKey),
});

function privateKey(pair: string): string {
  return `private key ${pair}`;
}

function balancerUserDataFor(memory: number | undefined): string {
  return balancerUserData({
    hostKey: {
      privateKey: "private key shop-primary-host",
      publicKey: "ssh-ed25519 AAAAshop-primary-host shop-primary-host",
    },
    authorizedKeys: ["ssh-ed25519 AAAAnewyork newyork"],
    directory: "/var/lib/evenkeel",
    maxConnections: connectionsOf(memory),
    operators: ACCESS.keys,
  });
}

describe("A data center of DigitalOcean", () => {
  it("makes exactly this for a server, a balancer, and what lets balancers in", async () => {
    const { inputs } = await inNewYork(({ open, opts, server, balancer }) => {
      server("web-newyork-1");
      const { sendsFrom } = balancer({ checkedFrom: ["198.51.100.0/24", "2001:db8:1::/48"] });
      open.admit?.({ role: "primary", address: sendsFrom, port: 8443 }, opts);
      open.admit?.({ role: "secondary", address: "203.0.113.9", port: 8443 }, opts);
      open.admit?.({ role: "primary", address: "203.0.113.7", port: 8406, to: "balancers" }, opts);
    });
    expect(inputs).to.deep.equal({
      "Network newyork": {},
      "Vpc newyork": { region: "nyc3", ipRange: networkOf("test", "newyork") },
      "SshKeyPair newyork": { comment: "shop-newyork" },
      "SshKeyPair newyork-servers": { comment: "shop-newyork-servers" },
      "SshKeyPair newyork-root": { comment: "shop-newyork-root" },
      "SshKey newyork": { publicKey: "ssh-ed25519 AAAAnewyork-root" },
      "SshKeyPair web-newyork-1-host": { comment: "web-newyork-1" },
      "Tag newyork-servers": {},
      "Firewall newyork-servers": { tags: ["tag-newyork-servers"], inboundRules: [SSH], outboundRules: EGRESS },
      "Droplet web-newyork-1": {
        ...DROPLET,
        size: "s-2vcpu-2gb",
        userData: secret(SERVER_USER_DATA),
        tags: ["tag-newyork-servers", ...LABELS],
        ipv6: false,
      },
      "SshKeyPair shop-primary-host": { comment: "shop-primary" },
      "Tag newyork-balancers": {},
      "Firewall newyork-balancers": {
        tags: ["tag-newyork-balancers"],
        inboundRules: [
          { protocol: "tcp", portRange: "80", sourceAddresses: ANYWHERE },
          { protocol: "tcp", portRange: "443", sourceAddresses: ANYWHERE },
          SSH,
        ],
        outboundRules: EGRESS,
      },
      "Firewall newyork-health": {
        tags: ["tag-newyork-balancers"],
        inboundRules: [{ protocol: "tcp", portRange: "8404", sourceAddresses: ["198.51.100.0/24", "2001:db8:1::/48"] }],
      },
      "Droplet shop-primary": {
        ...DROPLET,
        size: "s-2vcpu-4gb",
        // It holds the host's private key.
        userData: secret(balancerUserDataFor(4096)),
        tags: ["tag-newyork-balancers", ...LABELS],
        ipv6: true,
      },
      "ReservedIp shop-primary": { region: "nyc3" },
      // The ids of these droplets are no numbers.
      "ReservedIpAssignment shop-primary": { ipAddress: "reserved for shop-primary", dropletId: NaN },
      "Firewall newyork-from-primary-8443": {
        tags: ["tag-newyork-servers"],
        inboundRules: [{ protocol: "tcp", portRange: "8443", sourceAddresses: ["IPv4 of shop-primary"] }],
      },
      "Firewall newyork-from-secondary-8443": {
        tags: ["tag-newyork-servers"],
        inboundRules: [{ protocol: "tcp", portRange: "8443", sourceAddresses: ["203.0.113.9"] }],
      },
      "Firewall newyork-balancers-from-primary-8406": {
        tags: ["tag-newyork-balancers"],
        inboundRules: [{ protocol: "tcp", portRange: "8406", sourceAddresses: ["203.0.113.7"] }],
      },
    });
  });

  it("has nothing for balancers where none stands, and nothing for servers where none does", async () => {
    const { inputs: servers } = await inNewYork(({ server }) => server("web-newyork-1"));
    expect(Object.keys(servers)).to.have.members([
      ...["Network newyork", "Vpc newyork", "SshKeyPair newyork-root", "SshKey newyork"],
      ...["SshKeyPair newyork-servers", "SshKeyPair web-newyork-1-host"],
      ...["Tag newyork-servers", "Firewall newyork-servers", "Droplet web-newyork-1"],
    ]);
    const { inputs: balancers } = await inNewYork(({ balancer }) => balancer());
    expect(Object.keys(balancers).filter((name) => name.includes("server"))).to.deep.equal([]);
  });

  it("shares network, tags and firewalls among its machines", async () => {
    const { inputs } = await inNewYork(({ open, opts, server, balancer }) => {
      server("web-newyork-1");
      server("api-newyork-1");
      balancer();
      open.balancerNode("shop-secondary", { role: "secondary", size: "small", out: false, stopWithin: "30s" }, opts);
    });
    const count = (kind: string) => Object.keys(inputs).filter((name) => name.startsWith(`${kind} `)).length;
    expect({ vpcs: count("Vpc"), tags: count("Tag"), firewalls: count("Firewall"), keys: count("SshKey") }).to.deep.equal({
      vpcs: 1,
      tags: 2,
      firewalls: 3,
      keys: 1,
    });
    expect({ droplets: count("Droplet"), addresses: count("ReservedIp") }).to.deep.equal({ droplets: 4, addresses: 2 });
  });

  it("tells where a server and a balancer are reached, and where a balancer sends from", async () => {
    const { result } = await inNewYork(({ server, balancer }) => {
      const { key, ...primary } = balancer();
      return { web: server("web-newyork-1"), primary, key, secret: key === undefined ? undefined : pulumi.isSecret(key) };
    });
    expect(result).to.deep.equal({
      web: {
        address: "IPv4 of web-newyork-1",
        port: 8443,
        terminator: terminatorOf("web-newyork-1", "newyork", "IPv4 of web-newyork-1", privateKey),
      },
      primary: {
        machine: "shop-primary-id",
        node: {
          role: "primary",
          dataCenter: "newyork",
          directory: "/var/lib/evenkeel",
          site: { address: "0.0.0.0", port: 80 },
          ipv6: true,
          health: { address: "0.0.0.0", port: 8404 },
          maxConnections: connectionsOf(4096),
          remote: {
            // Not the reserved one: a rollout must reach the very machine that it is for.
            address: "IPv4 of shop-primary",
            port: 22,
            user: "evenkeel",
            hostKey: "ssh-ed25519 AAAAshop-primary-host shop-primary-host",
          },
        },
        address: "reserved for shop-primary",
        ipv6: "IPv6 of shop-primary",
        sendsFrom: "IPv4 of shop-primary",
      },
      key: "private key newyork",
      secret: true,
    });
  });

  it("lets health be checked from anywhere unless the failover says from where", async () => {
    const { inputs } = await inNewYork(({ balancer }) => balancer());
    expect(inputs["Firewall newyork-health"]?.inboundRules).to.deep.equal([
      { protocol: "tcp", portRange: "8404", sourceAddresses: ANYWHERE },
    ]);
  });

  it("has no rule for SSH when it is open to nobody", async () => {
    const { inputs } = await inNewYork(({ server }) => server("web-newyork-1"), { access: { ...ACCESS, ssh: [] } });
    expect(inputs["Firewall newyork-servers"]?.inboundRules).to.deep.equal([]);
  });

  it("takes network, sizes and image from the stack", async () => {
    const { inputs } = await inNewYork(
      ({ server, balancer }) => {
        server("web-newyork-1");
        server("api-newyork-1", { size: "wide", app: { port: 9000 } });
        balancer({ size: "large" });
      },
      { network: "10.20.0.0/20", sizes: { small: "s-1vcpu-1gb", wide: "c-8" }, image: "123456" },
    );
    expect(inputs["Vpc newyork"]).to.have.property("ipRange", "10.20.0.0/20");
    const droplets = ["web-newyork-1", "api-newyork-1", "shop-primary"].map((name) => inputs[`Droplet ${name}`]);
    expect(droplets.map((droplet) => droplet?.size)).to.deep.equal(["s-1vcpu-1gb", "c-8", "g-4vcpu-16gb"]);
    expect(droplets.map((droplet) => droplet?.image)).to.deep.equal(["123456", "123456", "123456"]);
  });

  it("gives a balancer as many connections as its memory holds", async () => {
    for (const [type, memory] of [
      ["s-1vcpu-1gb", 1024],
      ["16gb", undefined],
    ] as const) {
      const { inputs, result } = await inNewYork(({ balancer }) => balancer().node, { sizes: { medium: type } });
      expect(result).to.have.property("maxConnections", connectionsOf(memory));
      expect(inputs["Droplet shop-primary"]?.userData).to.deep.equal(secret(balancerUserDataFor(memory)));
    }
  });

  it("makes names that DigitalOcean takes of the longest that a stack has", async () => {
    const longest = { name: `n${"e-".repeat(14)}w`, site: `s${"h-".repeat(14)}p` };
    const { inputs } = await inNewYork(({ open, opts, server, balancer }) => {
      server(`web-${longest.name}-200`);
      balancer();
      open.admit?.({ role: "secondary", address: "203.0.113.9", port: 65_535 }, opts);
    }, longest);
    const tags = Object.values(inputs).flatMap((own) => (own.tags ?? []) as string[]);
    expect(tags).to.include.members([`evenkeel-site:${longest.site}`, `evenkeel-data-center:${longest.name}`]);
    for (const tag of tags) expect(tag).to.match(/^[a-zA-Z0-9:_-]{1,255}$/);
    // What Pulumi adds to a name is a hyphen and 7 hexadecimal digits.
    const named = Object.keys(inputs).map((label) => `${label.split(" ")[1] ?? ""}-1234567`);
    for (const name of named) expect(name).to.match(/^[a-z][a-z0-9-]{1,253}$/);
  });

  it("refuses a size that it does not have", async () => {
    const refused = inNewYork(({ server }) => server("web-newyork-1", { size: "tiny" }), { sizes: { wide: "c-8" } });
    expect(await messageOf(refused)).to.equal(
      "web-newyork-1: its size is tiny, but newyork has these: small, medium, large, wide",
    );
  });

  it("refuses user data that DigitalOcean would not take", async () => {
    const userData = `#!/bin/sh\n: ${"x".repeat(65_536)}\n`;
    const refused = inNewYork(({ server }) => server("web-newyork-1", { app: { image: undefined, userData } }));
    expect(await messageOf(refused)).to.match(/^web-newyork-1: its user data is up to \d+ bytes, but DigitalOcean takes 65536$/);
  });
});

async function messageOf(refused: Promise<unknown>): Promise<unknown> {
  return refused.then(
    () => "nothing was refused",
    (error: unknown) => (error instanceof pulumi.RunError ? error.message : error),
  );
}
