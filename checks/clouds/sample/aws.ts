import type { DeclaredResource, Inputs } from "../record";

/** Machine image, health-checked addresses, and user data of the sample. */
const AMI = "ami-0a1b2c3d4e5f60718";
const USER_DATA = Buffer.from("#cloud-config\npackages: [haproxy]\n").toString("base64");

/** Every AWS resource type that Evenkeel declares, as small as it can be and sound: two regions, one balancer, one server. */
export function awsSample(): DeclaredResource[] {
  return [...region("virginia", "us-east-1", "10.0"), ...region("frankfurt", "eu-central-1", "10.1"), ...names()];
}

function region(dataCenter: string, name: string, network: string): DeclaredResource[] {
  const id = (what: string): string => `aws-${dataCenter}-${what}`;
  const resource = (type: string, what: string, inputs: Inputs): DeclaredResource => ({
    type: `aws:${type}`,
    name: `${dataCenter}-${what}`,
    id: id(what),
    inputs: { region: name, tags: { Name: `${dataCenter}-${what}`, "evenkeel:site": "shop" }, ...inputs },
  });
  const untagged = (type: string, what: string, inputs: Inputs): DeclaredResource => {
    return { ...resource(type, what, {}), inputs: { region: name, ...inputs } };
  };
  const subnet = (number: number): DeclaredResource =>
    resource("ec2/subnet:Subnet", `${number}`, {
      vpcId: id("vpc"),
      cidrBlock: `${network}.${16 * number}.0/20`,
      availabilityZone: `${name}${number === 1 ? "a" : "b"}`,
      mapPublicIpOnLaunch: true,
      ipv6CidrBlock: `2001:db8:0:4${number}::/64`,
      assignIpv6AddressOnCreation: true,
    });
  const machine = (what: string, subnet: string, group: string, userData: Inputs): DeclaredResource =>
    resource("ec2/instance:Instance", what, {
      ami: AMI,
      instanceType: "t3.small",
      subnetId: id(subnet),
      vpcSecurityGroupIds: [id(group)],
      userDataReplaceOnChange: true,
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1, httpEndpoint: "enabled" },
      rootBlockDevice: { encrypted: true, volumeType: "gp3", volumeSize: 20 },
      ebsOptimized: true,
      ipv6AddressCount: 1,
      ...userData,
    });
  const rule = (direction: "Ingress" | "Egress", what: string, group: string, inputs: Inputs): DeclaredResource =>
    resource(`vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`, what, {
      securityGroupId: id(group),
      ...inputs,
    });
  return [
    resource("ec2/vpc:Vpc", "vpc", {
      cidrBlock: `${network}.0.0/16`,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      assignGeneratedIpv6CidrBlock: true,
    }),
    resource("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", { vpcId: id("vpc") }),
    resource("ec2/internetGateway:InternetGateway", "gateway", { vpcId: id("vpc") }),
    subnet(1),
    subnet(2),
    resource("ec2/routeTable:RouteTable", "routes", { vpcId: id("vpc") }),
    untagged("ec2/route:Route", "out", {
      routeTableId: id("routes"),
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: id("gateway"),
    }),
    untagged("ec2/route:Route", "out-6", {
      routeTableId: id("routes"),
      destinationIpv6CidrBlock: "::/0",
      gatewayId: id("gateway"),
    }),
    untagged("ec2/routeTableAssociation:RouteTableAssociation", "routes-1", {
      routeTableId: id("routes"),
      subnetId: id("1"),
    }),
    resource("ec2/securityGroup:SecurityGroup", "balancer", { vpcId: id("vpc"), description: "Balancers of shop" }),
    resource("ec2/securityGroup:SecurityGroup", "web", { vpcId: id("vpc"), description: "Web servers of shop" }),
    rule("Ingress", "http", "balancer", { cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 80, toPort: 80 }),
    rule("Ingress", "http-6", "balancer", { cidrIpv6: "::/0", ipProtocol: "tcp", fromPort: 80, toPort: 80 }),
    rule("Egress", "out-6", "balancer", { cidrIpv6: "::/0", ipProtocol: "-1" }),
    rule("Egress", "out-4", "balancer", { cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" }),
    untagged("ec2/securityGroupRule:SecurityGroupRule", "health", {
      securityGroupId: id("balancer"),
      type: "ingress",
      protocol: "tcp",
      fromPort: 8404,
      toPort: 8404,
      cidrBlocks: ["15.177.0.0/18", "54.183.255.128/26"],
      description: "Health checks of Route 53",
    }),
    machine("primary", "1", "balancer", { userDataBase64: USER_DATA }),
    machine("web-1", "2", "web", { userData: "#cloud-config\npackages: [docker.io]\n" }),
    resource("ec2/eip:Eip", "address", { domain: "vpc" }),
    untagged("ec2/eipAssociation:EipAssociation", "address-of-primary", {
      allocationId: id("address"),
      instanceId: id("primary"),
    }),
  ];
}

/** The names of a site: all balancers in one answer, and one after the other. */
function names(): DeclaredResource[] {
  const zone: DeclaredResource = {
    type: "aws:route53/zone:Zone",
    name: "zone",
    id: "aws-zone",
    inputs: { name: "example.com", tags: { "evenkeel:site": "shop" } },
  };
  return [zone, ...["primary", "secondary"].flatMap((role, index) => namesOf(role, `203.0.113.${index + 1}`))];
}

function namesOf(role: string, address: string): DeclaredResource[] {
  const record = (what: string, inputs: Inputs): DeclaredResource => ({
    type: "aws:route53/record:Record",
    name: `${what}-${role}`,
    id: `aws-${what}-${role}`,
    inputs: {
      zoneId: "aws-zone",
      type: "A",
      ttl: 30,
      records: [address],
      setIdentifier: role,
      healthCheckId: `aws-health-${role}`,
      ...inputs,
    },
  });
  const health: DeclaredResource = {
    type: "aws:route53/healthCheck:HealthCheck",
    name: `health-${role}`,
    id: `aws-health-${role}`,
    inputs: {
      type: "HTTP",
      ipAddress: address,
      port: 8404,
      resourcePath: "/health",
      requestInterval: 10,
      failureThreshold: 3,
      tags: { Name: `health-${role}` },
    },
  };
  return [
    health,
    record("all", { name: "shop.example.com", multivalueAnswerRoutingPolicy: true }),
    record("one", { name: "one.example.com", failoverRoutingPolicies: [{ type: role.toUpperCase() }] }),
  ];
}
