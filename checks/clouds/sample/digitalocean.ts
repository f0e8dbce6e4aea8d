import type { DeclaredResource, Inputs } from "../record";

const [VPC, BALANCER, SERVER, ADDRESS] = ["d9b5b0e2-5a3c-4f0a-9d0e-000000000001", "512001", "512002", "203.0.113.3"];
const TAG = "shop-balancer";

/** Every DigitalOcean resource type that Evenkeel declares, as small as it can be and sound. */
export function digitalOceanSample(): DeclaredResource[] {
  const everywhere = ["0.0.0.0/0", "::/0"];
  return [
    resource("vpc:Vpc", "newyork", VPC, { region: "nyc3", ipRange: "10.3.0.0/20", description: "shop" }),
    resource("tag:Tag", "newyork-balancer", TAG, { name: TAG }),
    resource("sshKey:SshKey", "newyork-key", "512189", {
      publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEexampleexampleexampleexampleexampleexampleexa shop",
    }),
    droplet("newyork-primary", BALANCER, { tags: [TAG], ipv6: true }),
    droplet("web-newyork-1", SERVER, { tags: ["shop-web"] }),
    resource("reservedIp:ReservedIp", "newyork-address", ADDRESS, { region: "nyc3" }),
    resource("reservedIpAssignment:ReservedIpAssignment", "newyork-address", "assignment-1", {
      ipAddress: ADDRESS,
      dropletId: Number(BALANCER),
    }),
    resource("firewall:Firewall", "newyork-balancer", "firewall-1", {
      tags: [TAG],
      inboundRules: ["80", "443"].map((portRange) => ({ protocol: "tcp", portRange, sourceAddresses: everywhere })),
      outboundRules: [
        { protocol: "tcp", portRange: "1-65535", destinationAddresses: everywhere },
        { protocol: "udp", portRange: "1-65535", destinationAddresses: everywhere },
        { protocol: "icmp", destinationAddresses: everywhere },
      ],
    }),
    resource("firewall:Firewall", "newyork-web-primary", "firewall-2", {
      tags: ["shop-web"],
      inboundRules: [{ protocol: "tcp", portRange: "8080", sourceAddresses: [ADDRESS] }],
    }),
  ];
}

function resource(type: string, name: string, id: string, inputs: Inputs): DeclaredResource {
  return { type: `digitalocean:index/${type}`, name, id, inputs };
}

function droplet(name: string, id: string, inputs: Inputs): DeclaredResource {
  return resource("droplet:Droplet", name, id, {
    region: "nyc3",
    size: "s-1vcpu-2gb",
    image: "ubuntu-24-04-x64",
    vpcUuid: VPC,
    sshKeys: ["512189"],
    userData: "#cloud-config\npackages: [haproxy]\n",
    monitoring: true,
    ...inputs,
  });
}
