import * as digitalocean from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";
import type { BalancerNodeArgs } from "../../data-center";
import { SSH_PORT } from "../../model/clouds/data-center";
import { HEALTH_PORT, SITE_PORTS } from "../../model/network/balancer-ports";

/** Kinds of droplets. Each has a tag, by which firewalls know it. */
export type Kind = "servers" | "balancers";

type Inbound = digitalocean.types.input.FirewallInboundRule;
type Outbound = digitalocean.types.input.FirewallOutboundRule;

const ANYWHERE = ["0.0.0.0/0", "::/0"];
const EVERY_PORT = "1-65535";
/** TCP ports of each kind that are open to the world, whatever the stack says. */
const OPEN: Readonly<Record<Kind, readonly number[]>> = { servers: [], balancers: SITE_PORTS };

/** What an app asks of others can't be known, so nothing is held back. */
const OUTBOUND: Outbound[] = [
  { protocol: "tcp", portRange: EVERY_PORT, destinationAddresses: ANYWHERE },
  { protocol: "udp", portRange: EVERY_PORT, destinationAddresses: ANYWHERE },
  { protocol: "icmp", destinationAddresses: ANYWHERE },
];

/** What a firewall lets in. DigitalOcean has no rule that stands alone: whatever comes and goes by itself is a firewall. */
export interface Rules {
  readonly inboundRules: Inbound[];
  readonly outboundRules?: Outbound[];
}

/**
 * What droplets of a kind are let do from their first moment; other firewalls of theirs add to it.
 *
 * @param ssh Blocks of addresses that SSH is open to.
 */
export function baseRules(kind: Kind, ssh: readonly string[]): Rules {
  return {
    inboundRules: [
      ...OPEN[kind].map((port) => tcp(port, ANYWHERE)),
      // A rule must name somebody.
      ...(ssh.length === 0 ? [] : [tcp(SSH_PORT, [...ssh])]),
    ],
    outboundRules: OUTBOUND,
  };
}

/** Lets the failover see whether balancers can carry traffic. */
export function healthRules(from: pulumi.Input<readonly string[]> = ANYWHERE): Rules {
  return { inboundRules: [tcp(HEALTH_PORT, from as pulumi.Input<string[]>)] };
}

/** Lets everybody connect to what balancers pass on. */
export function passthroughRules(port: number): Rules {
  return { inboundRules: [tcp(port, ANYWHERE)] };
}

/** Lets those in who ask balancers for their metrics. */
export function metricsRules({ port, from }: NonNullable<BalancerNodeArgs["metrics"]>): Rules {
  return { inboundRules: [tcp(port, [...from])] };
}

/** Lets one balancer reach one port of the servers, or of the other balancer. */
export function peerRules(address: pulumi.Input<string>, port: number): Rules {
  return { inboundRules: [tcp(port, [address])] };
}

/** A firewall of all droplets that have a tag. */
export function firewall(
  name: string,
  tag: digitalocean.Tag,
  rules: Rules,
  opts: pulumi.CustomResourceOptions,
): digitalocean.Firewall {
  return new digitalocean.Firewall(
    name,
    { tags: [tag.name], ...rules },
    // Changed in place, it would at once shut out whom the run still needs, such as the balancer that is being replaced.
    // As a replacement it adds whom it lets in, and the old one goes when everything else is done.
    { ...opts, replaceOnChanges: ["inboundRules"] },
  );
}

function tcp(port: number, from: Inbound["sourceAddresses"]): Inbound {
  return { protocol: "tcp", portRange: String(port), sourceAddresses: from };
}
