import type { Properties } from "../../../provider/resource";
import { isInside, overlap, prefixLength } from "../addresses";
import { type ResourceType, text } from "../cloud";
import { valuesAt } from "../property-paths";
import { ACCOUNT, ec2, GROUP, INGRESS_RULE, INSTANCE, KEY_PAIR, RULE_OF_BLOCKS, SUBNET, VPC, ZONE_LETTERS } from "./ec2";

const GATEWAY = "aws:ec2/internetGateway:InternetGateway";
const ROUTE_TABLE = "aws:ec2/routeTable:RouteTable";
/** Where the packets go that a route is for. */
const DESTINATIONS = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"];
/** Where the packets come from, or go to, that a rule of a security group is for. */
const PEERS = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];
/** The same of a rule for several. */
const BLOCKS = ["cidrBlocks", "ipv6CidrBlocks", "prefixListIds"];

/** One rule of a security group, in or out. */
const RULE = ec2("sgr", {
  // Another peer is changed in place; a peer of another kind is not.
  replaces: (inputs, before) => [
    "securityGroupId",
    ...PEERS.filter((key) => (inputs[key] === undefined) !== (before[key] === undefined)),
  ],
  refers: { securityGroupId: { to: GROUP, holds: false }, referencedSecurityGroupId: { to: GROUP } },
  refuses: (draft, world) =>
    world
      .others(draft, "securityGroupId")
      .some(({ inputs }) => [...PEERS, "ipProtocol", "fromPort", "toPort"].every((key) => inputs[key] === draft.inputs[key]))
      ? "InvalidPermission.Duplicate: the specified rule already exists"
      : undefined,
  outputs: ({ id }) => ({ securityGroupRuleId: id }),
});

/** Networks, and who may reach whom in them. */
export const NETWORK: Readonly<Record<string, ResourceType>> = {
  [VPC]: ec2("vpc", {
    replaces: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
    refuses: ({ inputs }) => {
      const bits = prefixLength(text(inputs, "cidrBlock"));
      return bits >= 16 && bits <= 28 ? undefined : `InvalidVpc.Range: The CIDR '${text(inputs, "cidrBlock")}' is invalid.`;
    },
    outputs: (thing, { addresses }) => ({
      ownerId: ACCOUNT,
      enableDnsSupport: thing.inputs.enableDnsSupport ?? true,
      enableDnsHostnames: thing.inputs.enableDnsHostnames ?? false,
      defaultSecurityGroupId: thing.id.replace("vpc-", "sg-"),
      mainRouteTableId: thing.id.replace("vpc-", "rtb-"),
      defaultRouteTableId: thing.id.replace("vpc-", "rtb-"),
      ...(thing.inputs.assignGeneratedIpv6CidrBlock === true ? { ipv6CidrBlock: addresses.ipv6Block(thing) } : {}),
    }),
  }),
  [SUBNET]: ec2("subnet", {
    replaces: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native", "outpostArn"],
    refers: { vpcId: { to: VPC } },
    refuses: (draft, world) => {
      const [block, zone] = [text(draft.inputs, "cidrBlock"), text(draft.inputs, "availabilityZone")];
      const vpc = world.find(VPC, draft.inputs.vpcId, draft.place);
      if (vpc !== undefined && !isInside(block, text(vpc.inputs, "cidrBlock")))
        return `InvalidSubnet.Range: The CIDR '${block}' is invalid.`;
      if (world.others(draft, "vpcId").some(({ inputs }) => overlap(text(inputs, "cidrBlock"), block)))
        return `InvalidSubnet.Conflict: The CIDR '${block}' conflicts with another subnet`;
      if (zone !== "" && !ZONE_LETTERS.some((letter) => zone === `${draft.place}${letter}`))
        return `InvalidParameterValue: Value (${zone}) for parameter availabilityZone is invalid.`;
      return undefined;
    },
    outputs: ({ place, inputs }) => ({
      ownerId: ACCOUNT,
      availabilityZone: inputs.availabilityZone ?? `${place}a`,
      mapPublicIpOnLaunch: inputs.mapPublicIpOnLaunch ?? false,
    }),
  }),
  [GATEWAY]: ec2("igw", {
    refers: { vpcId: { to: VPC } },
    refuses: (draft, world) =>
      world.others(draft, "vpcId").length > 0
        ? `Resource.AlreadyAssociated: network ${text(draft.inputs, "vpcId")} already has an internet gateway`
        : undefined,
    refusesDelete: ({ inputs }, world) =>
      world
        .all(INSTANCE)
        .filter(({ outputs }) => text(outputs, "publicIp") !== "")
        .some(({ outputs }) => world.find(SUBNET, outputs.subnetId)?.inputs.vpcId === inputs.vpcId)
        ? `DependencyViolation: Network ${text(inputs, "vpcId")} has some mapped public address(es).`
        : undefined,
    outputs: () => ({ ownerId: ACCOUNT }),
  }),
  [ROUTE_TABLE]: ec2("rtb", {
    replaces: ["vpcId"],
    refers: { vpcId: { to: VPC }, "routes[].gatewayId": { to: GATEWAY, holds: false } },
    outputs: () => ({ ownerId: ACCOUNT }),
  }),
  "aws:ec2/route:Route": ec2("r", {
    replaces: ["routeTableId", ...DESTINATIONS],
    refers: { routeTableId: { to: ROUTE_TABLE, holds: false }, gatewayId: { to: GATEWAY, holds: false } },
    refuses: (draft, world) =>
      DESTINATIONS.some((key) => world.others(draft, "routeTableId", key).length > 0)
        ? "RouteAlreadyExists: a route to that destination already exists"
        : undefined,
    outputs: () => ({ state: "active", origin: "CreateRoute" }),
  }),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2("rtbassoc", {
    replaces: ["subnetId", "gatewayId"],
    refers: { routeTableId: { to: ROUTE_TABLE }, subnetId: { to: SUBNET, holds: false } },
    refuses: (draft, world) =>
      world.others(draft, "subnetId").length > 0
        ? `Resource.AlreadyAssociated: the subnet ${text(draft.inputs, "subnetId")} already has a route table`
        : undefined,
  }),
  [GROUP]: ec2("sg", {
    autoName: "name",
    replaces: ["name", "namePrefix", "description", "vpcId"],
    refers: { vpcId: { to: VPC } },
    invalid: ({ name, namePrefix }) =>
      [name, namePrefix].some((given) => typeof given === "string" && given.startsWith("sg-"))
        ? "invalid value for name (cannot begin with sg-)"
        : undefined,
    refuses: (draft, world) =>
      world.others(draft, "vpcId", "name").length > 0
        ? `InvalidGroup.Duplicate: The security group '${text(draft.inputs, "name")}' already exists`
        : undefined,
    outputs: ({ id, inputs }) => ({
      ownerId: ACCOUNT,
      name: inputs.name ?? `${text(inputs, "namePrefix")}${id.replace("sg-", "")}`,
      description: inputs.description ?? "Managed by Pulumi",
    }),
  }),
  // It comes with the VPC, and goes with it: this takes it over, and leaves it.
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    ...ec2("sg", {
      replaces: ["vpcId"],
      refers: { vpcId: { to: VPC, holds: false } },
      overwrites: true,
      outputs: () => ({ ownerId: ACCOUNT, name: "default", description: "default VPC security group" }),
    }),
    id: ({ inputs }) => text(inputs, "vpcId").replace("vpc-", "sg-"),
  },
  [RULE_OF_BLOCKS]: ec2("sgrule", {
    replaces: ["securityGroupId", "type", "protocol", "fromPort", "toPort", "self", "sourceSecurityGroupId", ...BLOCKS],
    refers: { securityGroupId: { to: GROUP, holds: false }, sourceSecurityGroupId: { to: GROUP } },
    refuses: (draft, world) => {
      const blocks = (inputs: Properties): unknown[] => BLOCKS.flatMap((key) => valuesAt(inputs, `${key}[]`));
      const taken = world.others(draft, "securityGroupId", "type", "protocol", "fromPort", "toPort");
      const mine = new Set(blocks(draft.inputs));
      return taken.some(({ inputs }) => blocks(inputs).some((block) => mine.has(block)))
        ? "InvalidPermission.Duplicate: a specified rule already exists"
        : undefined;
    },
    outputs: ({ id }) => ({ securityGroupRuleId: id }),
  }),
  [INGRESS_RULE]: RULE,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": RULE,
  [KEY_PAIR]: {
    ...ec2("key", {
      autoName: "keyName",
      replaces: ["keyName", "keyNamePrefix", "publicKey"],
      outputs: ({ id }) => ({ keyName: id, keyPairId: `key-${id}` }),
    }),
    id: ({ urn, inputs }, world) => text(inputs, "keyName") || `${text(inputs, "keyNamePrefix")}${world.newDigits(urn)}`,
  },
};
