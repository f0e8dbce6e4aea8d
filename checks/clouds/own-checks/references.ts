import type { DeclaredResource, Inputs } from "../record";
import { type Check, type Finding, shown, text } from "./check";

/** Inputs that name another resource of the same program, and its type. A zone of names may be looked up, and is not here. */
const REFERENCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws: {
    vpcId: "aws:ec2/vpc:Vpc",
    subnetId: "aws:ec2/subnet:Subnet",
    routeTableId: "aws:ec2/routeTable:RouteTable",
    gatewayId: "aws:ec2/internetGateway:InternetGateway",
    securityGroupId: "aws:ec2/securityGroup:SecurityGroup",
    referencedSecurityGroupId: "aws:ec2/securityGroup:SecurityGroup",
    vpcSecurityGroupIds: "aws:ec2/securityGroup:SecurityGroup",
    allocationId: "aws:ec2/eip:Eip",
    instanceId: "aws:ec2/instance:Instance",
    healthCheckId: "aws:route53/healthCheck:HealthCheck",
  },
  gcp: {
    network: "gcp:compute/network:Network",
    subnetwork: "gcp:compute/subnetwork:Subnetwork",
    instance: "gcp:compute/instance:Instance",
    target: "gcp:compute/targetInstance:TargetInstance",
    healthCheck: "gcp:compute/healthCheck:HealthCheck",
  },
  digitalocean: {
    vpcUuid: "digitalocean:index/vpc:Vpc",
    dropletId: "digitalocean:index/droplet:Droplet",
    sshKeys: "digitalocean:index/sshKey:SshKey",
    ipAddress: "digitalocean:index/reservedIp:ReservedIp",
  },
};

/** What a resource refers to was declared before it, and stands in its region. */
export const references: Check = (declared) => {
  const before = new Map<string, DeclaredResource>();
  return declared.flatMap((about) => {
    const [cloud = ""] = about.type.split(":");
    const found = referencesIn(about.inputs, REFERENCES[cloud] ?? {});
    const findings = found.flatMap(({ key, type, id }) => problem(about, key, id, before.get(`${type} ${id}`)));
    before.set(`${about.type} ${local(about.id)}`, about);
    return findings;
  });
};

function problem(about: DeclaredResource, key: string, id: string, other: DeclaredResource | undefined): Finding[] {
  if (other === undefined) return [{ about, message: `has the ${key} ${id}, but nothing of that id was declared before it` }];
  const [mine, theirs] = [regionOf(about), regionOf(other)];
  if (mine === undefined || theirs === undefined || mine === theirs) return [];
  return [{ about, message: `is in ${mine}, but its ${key} is ${other.name} in ${theirs}` }];
}

/** The region that a resource stands in; a zone of Google Cloud is a letter after it. */
function regionOf({ inputs }: DeclaredResource): string | undefined {
  return text(inputs, "region") ?? text(inputs, "zone")?.replace(/-[a-z]$/, "");
}

/** Every reference in inputs, however deep. */
function referencesIn(inputs: Inputs, known: Readonly<Record<string, string>>): { key: string; type: string; id: string }[] {
  return Object.entries(inputs).flatMap(([key, value]) => {
    const type = known[key];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((one) => {
      if (typeof one === "object" && one !== null) return referencesIn(one as Inputs, known);
      return type === undefined || one === undefined ? [] : [{ key, type, id: local(shown(one)) }];
    });
  });
}

/** An id of Google Cloud without what stands before the project in a link. */
function local(id: string): string {
  return id.replace(/^https:\/\/(?:www|compute)\.googleapis\.com\/compute\/(?:v1|beta)\//, "");
}
