import { but, having, inType, type Place, planted, type PlantedError } from "./error";

/** Ids as AWS has them, of nothing. */
const [NO_NETWORK, NO_SUBNET, NO_MACHINE] = ["vpc-0123456789abcdef0", "subnet-0123456789abcdef0", "i-0123456789abcdef0"];

/** User data one byte longer than AWS takes. */
const LONG_USER_DATA = Buffer.alloc(16_385, "#").toString("base64");

const NETWORK: readonly PlantedError[] = [
  ...inType("aws:ec2/vpc:Vpc", [
    planted("range 10.0.0.0/33", but({ cidrBlock: "10.0.0.0/33" }), ["moto", "cfn-lint", "own: network blocks"]),
    planted("range 10.0.0.0/8", but({ cidrBlock: "10.0.0.0/8" }), ["moto", "own: network blocks"]),
    planted("region us-east-9", but({ region: "us-east-9" }), ["moto", "cfn-lint", "own: places", "own: references"]),
    planted("tag aws:site", but({ tags: { "aws:site": "shop" } }), ["cfn-lint", "own: labels"]),
  ]),
  ...inType("aws:ec2/internetGateway:InternetGateway", [
    planted("network that does not exist", but({ vpcId: NO_NETWORK }), ["moto", "own: references"]),
  ]),
  ...inType("aws:ec2/subnet:Subnet", [
    planted("range outside its network", but({ cidrBlock: "192.168.0.0/20" }), ["moto"]),
    planted(
      "range of another subnet",
      (inputs, others) => ({
        ...inputs,
        cidrBlock: others.find((other) => other.inputs.vpcId === inputs.vpcId)?.inputs.cidrBlock,
      }),
      ["moto", "cfn-lint"],
      { besideOthers: true },
    ),
    planted("zone z", (inputs) => ({ ...inputs, availabilityZone: `${String(inputs.region)}z` }), ["moto"]),
    planted("zone of another region", but({ availabilityZone: "sa-east-1a" }), ["own: places"]),
  ]),
  ...inType("aws:ec2/routeTable:RouteTable", [
    planted("network that does not exist", but({ vpcId: NO_NETWORK }), ["moto", "own: references"]),
  ]),
  ...inType("aws:ec2/route:Route", [
    planted(
      "destination 0.0.0.0/33",
      but({ destinationCidrBlock: "0.0.0.0/33" }),
      ["moto", "cfn-lint"],
      having("destinationCidrBlock"),
    ),
    planted("in another region than its table", but({ region: "sa-east-1" }), ["moto", "own: references"]),
  ]),
  ...inType("aws:ec2/routeTableAssociation:RouteTableAssociation", [
    planted("subnet that does not exist", but({ subnetId: NO_SUBNET }), ["moto", "own: references"]),
  ]),
];

const WORLD = { cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp" };

const FIREWALLS: readonly PlantedError[] = [
  ...inType("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", [
    planted("network that does not exist", but({ vpcId: NO_NETWORK }), ["moto", "own: references"]),
  ]),
  ...inType("aws:ec2/securityGroup:SecurityGroup", [
    planted("description café", but({ description: "café" }), ["cfn-lint"]),
    planted("name sg-shop", but({ name: "sg-shop" }), ["own: physical names", "own: group names"]),
    planted("name by hand", but({ name: "shop" }), ["own: physical names"]),
  ]),
  ...inType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", [
    planted("peer 1.2.3.4/8", but({ cidrIpv4: "1.2.3.4/8" }), ["cfn-lint", "own: firewall blocks"], having("cidrIpv4")),
    planted("protocol tpc", but({ ipProtocol: "tpc" }), ["cfn-lint"]),
    planted("port 99999", but({ ipProtocol: "tcp", fromPort: 80, toPort: 99_999 }), ["own: ports"]),
    planted("ports 443 to 80", but({ ipProtocol: "tcp", fromPort: 443, toPort: 80 }), ["own: ports"]),
    planted("SSH from everywhere", but({ ...WORLD, fromPort: 22, toPort: 22 }), ["own: ssh"], having("cidrIpv4")),
  ]),
  ...inType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", [
    planted("peer 0.0.0.0/99", but({ cidrIpv4: "0.0.0.0/99" }), ["moto", "cfn-lint", "own: firewall blocks"], having("cidrIpv4")),
    planted("port 0", but({ ...WORLD, fromPort: 0, toPort: 443 }), ["own: ports"], having("cidrIpv4")),
  ]),
  ...inType("aws:ec2/securityGroupRule:SecurityGroupRule", [
    planted("peer 300.0.0.0/8", but({ cidrBlocks: ["300.0.0.0/8"] }), ["moto", "cfn-lint", "own: firewall blocks"]),
    planted("ports 8404 to 80", but({ protocol: "tcp", fromPort: 8404, toPort: 80 }), ["own: ports"]),
  ]),
];

const MACHINES: readonly PlantedError[] = [
  ...inType("aws:ec2/instance:Instance", [
    planted("type t9.huge", but({ instanceType: "t9.huge" }), ["moto", "cfn-lint", "own: sizes"]),
    planted("image ubuntu", but({ ami: "ubuntu" }), ["moto", "cfn-lint"]),
    planted("metadata without a token", but({ "metadataOptions.httpTokens": "optional" }), ["own: metadata service"]),
    planted("metadata two hops away", but({ "metadataOptions.httpPutResponseHopLimit": 2 }), ["own: metadata service"]),
    planted("disk in the clear", but({ "rootBlockDevice.encrypted": false }), ["own: disks"]),
    planted("disk of type gp9", but({ "rootBlockDevice.volumeType": "gp9" }), ["cfn-lint"]),
    planted("user data of 16,385 bytes", but({ userData: undefined, userDataBase64: LONG_USER_DATA }), ["own: user data"]),
    planted("user data that is not base64", but({ userData: undefined, userDataBase64: "#cloud-config" }), ["own: user data"]),
  ]),
  ...inType("aws:ec2/eip:Eip", [planted("domain vpn", but({ domain: "vpn" }), ["cfn-lint"])]),
  ...inType("aws:ec2/eipAssociation:EipAssociation", [
    planted("machine that does not exist", but({ instanceId: NO_MACHINE }), ["moto", "own: references"]),
  ]),
];

const MULTIVALUE = having("multivalueAnswerRoutingPolicy");
const FAILOVER = having("failoverRoutingPolicies");
const SECONDARY: Place = {
  into: ({ failoverRoutingPolicies: policies }) => JSON.stringify(policies) === '[{"type":"SECONDARY"}]',
};

/** A zone that was looked up is known to nobody here. */
const IN_DECLARED_ZONE: Place = { into: ({ zoneId }, declared) => declared.some(({ id }) => id === zoneId) };

const NAMES: readonly PlantedError[] = [
  ...inType("aws:route53/zone:Zone", [
    planted("domain shop..example", but({ name: "shop..example" }), ["own: zones"]),
    planted("tag aws:site", but({ tags: { "aws:site": "shop" } }), ["own: labels"]),
  ]),
  ...inType("aws:route53/healthCheck:HealthCheck", [
    planted("type HTPP", but({ type: "HTPP" }), ["cfn-lint"]),
    planted("port 70000", but({ port: 70_000 }), ["cfn-lint", "own: ports"]),
    planted("address 1.2.3", but({ ipAddress: "1.2.3" }), ["cfn-lint"]),
    planted("every 15 s", but({ requestInterval: 15 }), ["own: health checks"]),
    planted("down after 11 failures", but({ failureThreshold: 11 }), ["cfn-lint", "own: health checks"]),
  ]),
  ...inType("aws:route53/record:Record", [
    planted("type AAAAA", but({ type: "AAAAA" }), ["own: DNS records"], MULTIVALUE),
    planted("value shop", but({ records: ["shop"] }), ["cfn-lint", "own: DNS records"], MULTIVALUE),
    planted("name outside its zone", but({ name: "shop.example.net" }), ["moto"], IN_DECLARED_ZONE),
    planted("health check that does not exist", but({ healthCheckId: "none" }), ["own: references"], MULTIVALUE),
    planted("no identifier beside others", but({ setIdentifier: undefined }), ["own: failover"], MULTIVALUE),
    planted("failover and multivalue", but({ failoverRoutingPolicies: [{ type: "PRIMARY" }] }), ["own: failover"], MULTIVALUE),
    planted("failover FIRST", but({ failoverRoutingPolicies: [{ type: "FIRST" }] }), ["cfn-lint", "own: failover"], FAILOVER),
    planted("two that are PRIMARY", but({ failoverRoutingPolicies: [{ type: "PRIMARY" }] }), ["own: failover"], SECONDARY),
    planted("PRIMARY without SECONDARY", but({ name: "other.example.com" }), ["own: failover"], FAILOVER),
  ]),
];

/** Every error that is planted for AWS. */
export const AWS_ERRORS: readonly PlantedError[] = [...NETWORK, ...FIREWALLS, ...MACHINES, ...NAMES];
