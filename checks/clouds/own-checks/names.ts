import type { DeclaredResource } from "../record";
import { type Check, ofEach, text } from "./check";

/**
 * Types that are made anew for other reasons than their name, and that the provider names when nobody else does. A name by
 * hand makes it delete the old one first. A tag of DigitalOcean is not among them: only a new name makes it anew.
 */
const NAMED_BY_THE_PROVIDER = new Set([
  "aws:ec2/securityGroup:SecurityGroup",
  "gcp:compute/address:Address",
  "gcp:compute/firewall:Firewall",
  "gcp:compute/forwardingRule:ForwardingRule",
  "gcp:compute/healthCheck:HealthCheck",
  "gcp:compute/instance:Instance",
  "gcp:compute/network:Network",
  "gcp:compute/subnetwork:Subnetwork",
  "gcp:compute/targetInstance:TargetInstance",
  "gcp:dns/managedZone:ManagedZone",
  "digitalocean:index/droplet:Droplet",
  "digitalocean:index/firewall:Firewall",
  "digitalocean:index/sshKey:SshKey",
  "digitalocean:index/vpc:Vpc",
]);

/** No name is set by hand where a replacement would then delete first. */
export const physicalNames: Check = ofEach((resource) => {
  const name = text(resource.inputs, "name");
  if (name === undefined || !NAMED_BY_THE_PROVIDER.has(resource.type) || isAutoName(name, resource)) return [];
  return [`is named ${name} by hand, so that replacing it deletes it first`];
});

/** No security group has a name that AWS keeps for its own ids. */
export const groupNames: Check = ofEach(({ type, name, inputs }) => {
  const physical = text(inputs, "name") ?? name;
  const isKept = type === "aws:ec2/securityGroup:SecurityGroup" && /^sg-/i.test(physical);
  return isKept ? [`is named ${physical}, but AWS keeps names with sg- for its ids`] : [];
});

/** Whether a name is what the provider makes of the resource's own. */
function isAutoName(physical: string, { name }: DeclaredResource): boolean {
  return physical.startsWith(`${name.toLowerCase()}-`) && /^[0-9a-f]{7}$/.test(physical.slice(name.length + 1));
}
