import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { balancerUserData } from "../../../../../components/clouds/cloud-init/balancer";
import { serverUserData } from "../../../../../components/clouds/cloud-init/server";
import { GUEST_AGENT } from "../../../../../components/clouds/gcp/guest-agent";
import { connectionsOf } from "../../../../../components/clouds/shared/machine";
import { networkOf } from "../../../../../components/model/network/network";
import { httpCheck } from "../../../../../components/health-check";
import { rolledOut, terminatorOf } from "../../../../support/sites/terminated";
import { ACCESS, APP, inIowa, secret } from "./iowa";

const UBUNTU = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64";
const labels = (name: string) => ({ "evenkeel-site": "shop", "evenkeel-data-center": "iowa", name });
const rule = (port: number, sourceRanges: unknown, ...targetTags: string[]) => ({
  network: "iowa-id",
  direction: "INGRESS",
  allows: [{ protocol: "tcp", ports: [String(port)] }],
  sourceRanges,
  targetTags,
});
const [BALANCER, SERVER] = ["shop-iowa-balancer", "shop-iowa-server"] as const;

const MACHINE = {
  networkInterfaces: [
    {
      subnetwork: "iowa-id",
      stackType: "IPV4_IPV6",
      accessConfigs: [{ networkTier: "PREMIUM" }],
      ipv6AccessConfigs: [{ networkTier: "PREMIUM" }],
    },
  ],
  shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
};
const disk = (name: string) => ({
  initializeParams: { image: UBUNTU, type: "pd-balanced", labels: labels(name), size: 20 },
});
const metadata = (userData: string) => ({
  "user-data": userData,
  "block-project-ssh-keys": "true",
  "serial-port-enable": "false",
});
const forwarding = {
  region: "us-central1",
  loadBalancingScheme: "EXTERNAL",
  networkTier: "PREMIUM",
  ipProtocol: "TCP",
  portRange: "1-65535",
  target: "link of shop-primary",
};

function privateKey(pair: string): string {
  return `PRIVATE KEY of ${pair}`;
}

describe("A data center of Google Cloud", () => {
  it("makes exactly this for a server, a balancer, and what lets balancers in", async () => {
    const { inputs } = await inIowa(({ open, server, balancer }) => {
      server(1);
      const { sendsFrom } = balancer({ checkedFrom: ["198.51.100.0/24", "2001:db8:2::/48"] });
      open.admit?.({ role: "primary", address: sendsFrom, port: 8443 }, {});
      open.admit?.({ role: "secondary", address: "203.0.113.9", port: 8443 }, {});
      open.admit?.({ role: "primary", address: "203.0.113.7", port: 8406, to: "balancers" }, {});
    });
    expect(inputs).to.deep.equal({
      "component iowa": {},
      "Network iowa": { autoCreateSubnetworks: false },
      "Subnetwork iowa": {
        network: "iowa-id",
        region: "us-central1",
        ipCidrRange: networkOf("test", "iowa"),
        stackType: "IPV4_IPV6",
        ipv6AccessType: "EXTERNAL",
      },
      "Firewall iowa-ssh-198-51-100-0-24": rule(22, ["198.51.100.0/24"], BALANCER, SERVER),
      "Firewall iowa-ssh-2001-db8-1---48": rule(22, ["2001:db8:1::/48"], BALANCER, SERVER),
      "SshKeyPair iowa": { comment: "shop-iowa" },
      "SshKeyPair iowa-servers": { comment: "shop-iowa-servers" },
      "SshKeyPair web-iowa-1-host": { comment: "web-iowa-1" },
      "Instance web-iowa-1": {
        ...MACHINE,
        zone: "us-central1-a",
        machineType: "e2-small",
        labels: labels("web-iowa-1"),
        tags: [SERVER],
        bootDisk: disk("web-iowa-1"),
        metadata: secret(
          metadata(
            serverUserData({
              site: "shop",
              pool: "web",
              server: "web-iowa-1",
              dataCenter: "iowa",
              app: APP,
              operators: ACCESS.keys,
              files: [GUEST_AGENT],
              terminator: rolledOut("web-iowa-1", "iowa", privateKey),
            }),
          ),
        ),
      },
      "SshKeyPair shop-primary-host": { comment: "shop-primary" },
      "Instance shop-primary": {
        ...MACHINE,
        zone: "us-central1-a",
        machineType: "e2-medium",
        labels: labels("shop-primary"),
        tags: [BALANCER],
        bootDisk: disk("shop-primary"),
        metadata: secret(metadata(balancerUserDataFor(4096))),
      },
      "TargetInstance shop-primary": { zone: "us-central1-a", instance: "link of shop-primary" },
      "Address shop-primary": {
        region: "us-central1",
        addressType: "EXTERNAL",
        networkTier: "PREMIUM",
        labels: labels("shop-primary"),
      },
      "ForwardingRule shop-primary": { ...forwarding, ipAddress: "203.0.113.1", labels: labels("shop-primary") },
      "Address shop-primary-ipv6": {
        region: "us-central1",
        addressType: "EXTERNAL",
        networkTier: "PREMIUM",
        ipVersion: "IPV6",
        ipv6EndpointType: "NETLB",
        subnetwork: "iowa-id",
        labels: labels("shop-primary-ipv6"),
      },
      "ForwardingRule shop-primary-ipv6": {
        ...forwarding,
        ipVersion: "IPV6",
        subnetwork: "iowa-id",
        ipAddress: "shop-primary-ipv6-id",
        labels: labels("shop-primary-ipv6"),
      },
      "Firewall iowa-http-80": rule(80, ["0.0.0.0/0"], BALANCER),
      "Firewall iowa-http-80-ipv6": rule(80, ["::/0"], BALANCER),
      "Firewall iowa-http-443": rule(443, ["0.0.0.0/0"], BALANCER),
      "Firewall iowa-http-443-ipv6": rule(443, ["::/0"], BALANCER),
      "Firewall iowa-health": rule(8404, ["198.51.100.0/24"], BALANCER),
      "Firewall iowa-health-ipv6": rule(8404, ["2001:db8:2::/48"], BALANCER),
      "Firewall iowa-from-primary-8443": rule(8443, ["192.0.2.1/32"], SERVER),
      "Firewall iowa-from-secondary-8443": rule(8443, ["203.0.113.9/32"], SERVER),
      "Firewall iowa-balancers-from-primary-8406": rule(8406, ["203.0.113.7/32"], BALANCER),
    });
  });

  it("gives clients the static addresses, and rollouts and servers the machine's own", async () => {
    const { result } = await inIowa(({ balancer }) => balancer());
    const { node, ...rest } = result;
    expect(rest).to.deep.equal({
      machine: "shop-primary-id",
      key: "PRIVATE KEY of iowa",
      address: "203.0.113.1",
      ipv6: "2001:db8::1",
      sendsFrom: "192.0.2.1",
    });
    expect(node).to.deep.include({
      role: "primary",
      dataCenter: "iowa",
      directory: "/var/lib/evenkeel",
      maxConnections: connectionsOf(4096),
      remote: {
        address: "192.0.2.1",
        port: 22,
        user: "evenkeel",
        hostKey: "ssh-ed25519 AAAAshop-primary-host shop-primary-host",
      },
    });
  });

  it("keeps the key of rollouts a secret", async () => {
    const { result } = await inIowa(({ balancer }) => {
      const { key } = balancer();
      return [pulumi.isSecret(key ?? pulumi.output(""))];
    });
    expect(result).to.deep.equal([true]);
  });

  it("says where a server is reached", async () => {
    const { result } = await inIowa(({ server }) => server(2));
    expect(result).to.deep.equal({
      address: "192.0.2.12",
      port: 8443,
      terminator: terminatorOf("web-iowa-2", "iowa", "192.0.2.12", privateKey),
    });
  });

  it("spreads servers over two zones of the region, or over those that are named", async () => {
    const zonesOf = async (settings: { region?: string; zones?: string[] }) => {
      const { inputs } = await inIowa(({ server }) => [1, 2, 3].map((ordinal) => server(ordinal)), settings);
      return [1, 2, 3].map((ordinal) => inputs[`Instance web-iowa-${ordinal}`]?.zone);
    };
    expect(await zonesOf({})).to.deep.equal(["us-central1-a", "us-central1-b", "us-central1-a"]);
    expect(await zonesOf({ region: "europe-west1" })).to.deep.equal(["europe-west1-b", "europe-west1-c", "europe-west1-b"]);
    expect(await zonesOf({ zones: ["us-central1-f"] })).to.deep.equal(["us-central1-f", "us-central1-f", "us-central1-f"]);
  });

  it("takes network, machine types and image in the stack's own words", async () => {
    const { inputs } = await inIowa(({ server }) => [server(1), server(2, { size: "huge" })], {
      network: "10.20.0.0/20",
      sizes: { small: "n4-standard-2", huge: "c3-standard-22" },
      image: "projects/mine/global/images/golden",
    });
    expect(inputs["Subnetwork iowa"]?.ipCidrRange).to.equal("10.20.0.0/20");
    const [first, second] = [inputs["Instance web-iowa-1"], inputs["Instance web-iowa-2"]];
    expect([first?.machineType, second?.machineType]).to.deep.equal(["n4-standard-2", "c3-standard-22"]);
    const image = "projects/mine/global/images/golden";
    expect(first?.bootDisk).to.deep.equal({
      initializeParams: { image, type: "hyperdisk-balanced", labels: labels("web-iowa-1") },
    });
    expect(second?.bootDisk).to.deep.equal({ initializeParams: { image, type: "pd-balanced", labels: labels("web-iowa-2") } });
  });

  it("tells of a size that it does not map, and of a region that there is none", async () => {
    const message = (make: Parameters<typeof inIowa>[0], settings = {}) =>
      inIowa((place) => {
        try {
          make(place);
          return "nothing";
        } catch (error) {
          return (error as Error).message;
        }
      }, settings).then(({ result }) => result);
    expect(await message(({ server }) => server(1, { size: "tiny" }))).to.equal(
      "web-iowa-1: its size is tiny, but iowa has these: small, medium, large",
    );
    expect(await message(({ server }) => server(1), { region: "us-nowhere9" })).to.equal(
      "iowa: Google Cloud has no region us-nowhere9",
    );
  });

  it("leaves nobody in where a failover checks from one kind of addresses only, instead of everybody", async () => {
    const sources = async (checkedFrom: string[] | undefined) => {
      const { inputs } = await inIowa(({ balancer }) => balancer(checkedFrom === undefined ? {} : { checkedFrom }));
      return [inputs["Firewall iowa-health"]?.sourceRanges, inputs["Firewall iowa-health-ipv6"]?.sourceRanges];
    };
    expect(await sources(["198.51.100.0/24"])).to.deep.equal([["198.51.100.0/24"], ["2001:db8::/32"]]);
    expect(await sources(["2001:db8:2::/48"])).to.deep.equal([["192.0.2.0/24"], ["2001:db8:2::/48"]]);
    expect(await sources(undefined)).to.deep.equal([["0.0.0.0/0"], ["::/0"]]);
  });

  it("cuts names that Google Cloud would refuse, and keeps them apart", async () => {
    const name = "a-data-center-of-thirty-letters".slice(0, 30);
    const site = "a-website-with-thirty-letters-".slice(0, 29);
    const { inputs } = await inIowa(
      ({ server, balancer, open }) => {
        balancer();
        server(1);
        open.webServer(
          `${"p".repeat(30)}-${name}-199`,
          { pool: "p".repeat(30), site, ordinal: 199, size: "small", app: APP, healthCheck: httpCheck() },
          {},
        );
      },
      { name, site, access: { ...ACCESS, ssh: ["2001:db8:1111:2222:3333:4444:5555:6666/128", "198.51.100.0/24"] } },
    );
    const names = Object.keys(inputs).map((key) => key.split(" "));
    const autoNamed = names.filter(([kind]) => kind !== "SshKeyPair").map(([, given = ""]) => `${given}-0123abc`);
    const tags = Object.values(inputs).flatMap(({ tags: some, targetTags = some }) => (targetTags ?? []) as string[]);
    for (const text of [...autoNamed, ...tags]) expect(text).to.match(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
    expect(new Set(tags).size).to.equal(2);
    for (const { labels: some } of Object.values(inputs))
      for (const value of Object.values(some ?? {})) expect(value).to.match(/^[a-z0-9_-]{1,63}$/);
  });
});

function balancerUserDataFor(memory: number): string {
  return balancerUserData({
    hostKey: {
      privateKey: "PRIVATE KEY of shop-primary-host",
      publicKey: "ssh-ed25519 AAAAshop-primary-host shop-primary-host",
    },
    authorizedKeys: ["ssh-ed25519 AAAAiowa iowa"],
    directory: "/var/lib/evenkeel",
    maxConnections: connectionsOf(memory),
    operators: ACCESS.keys,
    files: [GUEST_AGENT],
  });
}
