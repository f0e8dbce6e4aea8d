import { OWN_CHECKS } from "../../../../../checks/clouds/own-checks";
import type { DeclaredResource, Inputs } from "../../../../../checks/clouds/record";

export const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
export const GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
export const GOOGLE_FIREWALL = "gcp:compute/firewall:Firewall";
export const DROPLET_FIREWALL = "digitalocean:index/firewall:Firewall";
export const INSTANCE = "aws:ec2/instance:Instance";
export const GOOGLE_INSTANCE = "gcp:compute/instance:Instance";
export const DROPLET = "digitalocean:index/droplet:Droplet";
export const RECORD = "aws:route53/record:Record";
export const RECORD_SET = "gcp:dns/recordSet:RecordSet";

/** A resource as a program would declare it. */
export function resource(type: string, inputs: Inputs, name = "it", id = name): DeclaredResource {
  return { type, name, id, inputs };
}

/** What a check has against resources. */
export function against(check: keyof typeof OWN_CHECKS, ...declared: readonly DeclaredResource[]): string[] {
  return OWN_CHECKS[check](declared).map(({ message }) => message);
}
