import { isIP } from "node:net";
import { isBlock, isIpv6Block, overlap, prefixLength } from "../../../components/model/network/cidr";
import type { DeclaredResource } from "../record";
import { type Check, type Finding, ofEach, shown, text } from "./check";
import { rulesOf } from "./rules";

/** Which input of a network is its block, and how long the cloud lets the prefix of it be. */
const NETWORKS: Readonly<Record<string, { readonly key: string; readonly shortest: number; readonly longest: number }>> = {
  "aws:ec2/vpc:Vpc": { key: "cidrBlock", shortest: 16, longest: 28 },
  "aws:ec2/subnet:Subnet": { key: "cidrBlock", shortest: 16, longest: 28 },
  "gcp:compute/subnetwork:Subnetwork": { key: "ipCidrRange", shortest: 4, longest: 29 },
  "digitalocean:index/vpc:Vpc": { key: "ipRange", shortest: 16, longest: 28 },
};

/** Every block of addresses that a rule names is one; DigitalOcean takes a single address, too. */
export const firewallBlocks: Check = (declared) =>
  rulesOf(declared).flatMap(({ about, peers }) =>
    peers
      .filter((peer) => !isBlock(peer) && !isIpv6Block(peer) && !(about.type.startsWith("digitalocean:") && isIP(peer) !== 0))
      .map((peer) => ({ about, message: `has the peer ${peer}, which is no block of addresses whose host bits are zero` })),
  );

/** Every network has a block that its cloud takes, and no two subnets of one network share an address. */
export const networkBlocks: Check = (declared) => [...ofEach(ownBlock)(declared), ...sharedBlocks(declared)];

function ownBlock({ type, inputs }: DeclaredResource): string[] {
  const network = NETWORKS[type];
  const block = network && text(inputs, network.key);
  if (network === undefined || block === undefined) return [];
  const { key, shortest, longest } = network;
  if (!isBlock(block)) return [`has the ${key} ${block}, which is no block of IPv4 addresses whose host bits are zero`];
  const length = prefixLength(block);
  return length >= shortest && length <= longest
    ? []
    : [`has the ${key} ${block}, but its prefix must be /${shortest} to /${longest}`];
}

function sharedBlocks(declared: readonly DeclaredResource[]): Finding[] {
  const subnets = declared.filter(({ type }) => type === "gcp:compute/subnetwork:Subnetwork");
  return subnets.flatMap((about, index) =>
    subnets
      .slice(0, index)
      .filter(({ inputs }) => inputs.network === about.inputs.network)
      .filter(({ inputs }) => overlap(shown(inputs.ipCidrRange), shown(about.inputs.ipCidrRange)))
      .map((other) => ({ about, message: `shares addresses of its network with ${other.name}` })),
  );
}
