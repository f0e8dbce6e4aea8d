import type { DeclaredResource, Inputs } from "../record";
import { list, objects, shown, text, texts } from "./check";

/** Ports from one to another; what is no number is not one. */
export interface Ports {
  readonly from: number;
  readonly to: number;
}

/** One rule of a firewall, whatever the cloud. */
export interface Rule {
  readonly about: DeclaredResource;
  readonly direction: "in" | "out";
  /** Lower-case, by name. */
  readonly protocol: string;
  /** Ports that it opens; empty when it opens all. */
  readonly ports: readonly Ports[];
  /** Addresses, or blocks of them, that it opens them to. */
  readonly peers: readonly string[];
}

/** How clouds write a protocol by its number, and all of them. */
const PROTOCOLS: Readonly<Record<string, string>> = { "-1": "all", "6": "tcp", "17": "udp", "1": "icmp" };
/** How DigitalOcean writes every port. */
const EVERY_PORT = ["all", "0"];

/** Every rule of every firewall, whatever the cloud, that lets something through. */
export function rulesOf(declared: readonly DeclaredResource[]): Rule[] {
  return declared.flatMap((about) => READERS[about.type]?.(about) ?? []);
}

/** Ports as `80` or `80-443`. */
export function portsIn(range: string): Ports {
  const [from = "", to = from] = range.split("-");
  return { from: numberIn(from), to: numberIn(to) };
}

const READERS: Readonly<Record<string, (resource: DeclaredResource) => Rule[]>> = {
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (about) => [groupRule(about, "in")],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": (about) => [groupRule(about, "out")],
  "aws:ec2/securityGroupRule:SecurityGroupRule": (about) => [
    {
      about,
      direction: about.inputs.type === "egress" ? "out" : "in",
      ...awsPorts(about.inputs, "protocol"),
      peers: [...texts(about.inputs, "cidrBlocks"), ...texts(about.inputs, "ipv6CidrBlocks")],
    },
  ],
  "gcp:compute/firewall:Firewall": googleRules,
  "digitalocean:index/firewall:Firewall": (about) => [
    ...objects(about.inputs, "inboundRules").map((rule) => dropletRule(about, "in", rule, "sourceAddresses")),
    ...objects(about.inputs, "outboundRules").map((rule) => dropletRule(about, "out", rule, "destinationAddresses")),
  ],
};

function groupRule(about: DeclaredResource, direction: Rule["direction"]): Rule {
  const peers = [text(about.inputs, "cidrIpv4"), text(about.inputs, "cidrIpv6")].filter((peer) => peer !== undefined);
  return { about, direction, ...awsPorts(about.inputs, "ipProtocol"), peers };
}

function awsPorts(inputs: Inputs, key: string): Pick<Rule, "protocol" | "ports"> {
  const protocol = protocolIn(inputs, key);
  // For ICMP they are its type and code, and for all protocols they are ignored.
  const hasPorts = protocol === "tcp" || protocol === "udp";
  return { protocol, ports: hasPorts ? [{ from: Number(inputs.fromPort), to: Number(inputs.toPort) }] : [] };
}

function googleRules(about: DeclaredResource): Rule[] {
  const { inputs } = about;
  const direction = inputs.direction === "EGRESS" ? "out" : "in";
  const named = texts(inputs, direction === "in" ? "sourceRanges" : "destinationRanges");
  const isOpen = named.length === 0 && list(inputs, "sourceTags").length === 0;
  return objects(inputs, "allows").map((allowed) => ({
    about,
    direction,
    protocol: protocolIn(allowed, "protocol"),
    ports: texts(allowed, "ports").map(portsIn),
    // Google opens a rule that names nobody to everybody.
    peers: isOpen ? ["0.0.0.0/0"] : named,
  }));
}

function dropletRule(about: DeclaredResource, direction: Rule["direction"], rule: Inputs, peers: string): Rule {
  const range = text(rule, "portRange");
  return {
    about,
    direction,
    protocol: protocolIn(rule, "protocol"),
    ports: range === undefined || EVERY_PORT.includes(range) ? [] : [portsIn(range)],
    peers: texts(rule, peers),
  };
}

function protocolIn(inputs: Inputs, key: string): string {
  const given = shown(inputs[key]).toLowerCase();
  return PROTOCOLS[given] ?? given;
}

function numberIn(digits: string): number {
  return /^\d+$/.test(digits) ? Number(digits) : NaN;
}
