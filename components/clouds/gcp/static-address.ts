import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { optionsOf, type Place } from "../shared/place";
import { NETWORK_TIER } from "./machine";
import { labelsOf, resourceName } from "./naming";

/** Every port, so that the rule never has to be replaced for another one, which would need the address to be free; the firewall says which are open. */
const ALL_PORTS = "1-65535";

/** Addresses that outlive the machine that they lead to. */
export interface StaticAddresses {
  readonly ipv4: pulumi.Output<string>;
  readonly ipv6: pulumi.Output<string>;
}

/**
 * Static addresses that lead to a machine by protocol forwarding. When the machine is replaced, the new one exists before the rules
 * lead to it, and the old one is deleted last; docs/decisions says why the addresses are not the machine's own.
 *
 * @param subnetwork Identity of the machine's subnetwork, from which its IPv6 address comes.
 */
export function staticAddresses(
  place: Place,
  name: string,
  { subnetwork, machine }: { subnetwork: pulumi.Input<string>; machine: gcp.compute.Instance },
  opts: pulumi.CustomResourceOptions,
): StaticAddresses {
  const options = optionsOf(place, opts);
  const { region } = place.settings;
  const target = new gcp.compute.TargetInstance(resourceName(name), { zone: machine.zone, instance: machine.selfLink }, options);
  const rule = {
    region,
    loadBalancingScheme: "EXTERNAL",
    networkTier: NETWORK_TIER,
    ipProtocol: "TCP",
    portRange: ALL_PORTS,
    target: target.selfLink,
  };
  const address = { region, addressType: "EXTERNAL", networkTier: NETWORK_TIER };

  const labels = labelsOf(place, name);
  const ipv4 = new gcp.compute.Address(resourceName(name), { ...address, labels }, options);
  const rule4 = new gcp.compute.ForwardingRule(resourceName(name), { ...rule, ipAddress: ipv4.address, labels }, options);

  const name6 = `${name}-ipv6`;
  const labels6 = labelsOf(place, name6);
  const ipv6 = new gcp.compute.Address(
    resourceName(name6),
    { ...address, ipVersion: "IPV6", ipv6EndpointType: "NETLB", subnetwork, labels: labels6 },
    options,
  );
  const rule6 = new gcp.compute.ForwardingRule(
    resourceName(name6),
    // By number the rule would want the range that the address is the first of.
    { ...rule, ipVersion: "IPV6", subnetwork, ipAddress: ipv6.id, labels: labels6 },
    options,
  );
  return { ipv4: associated(ipv4.address, rule4), ipv6: associated(ipv6.address, rule6) };
}

/** An address, known when its rule leads to the machine. */
function associated(address: pulumi.Output<string>, rule: gcp.compute.ForwardingRule): pulumi.Output<string> {
  return pulumi.all([address, rule.id]).apply(([known]) => known);
}
