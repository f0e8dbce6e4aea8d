import type { Properties } from "../../../provider/resource";
import { type CloudState, text, type Thing } from "../cloud";
import type { CloudMachine, Opening } from "../hardware";
import { valuesAt } from "../property-paths";
import { GROUP, INSTANCE, INGRESS_RULE, RULE_OF_BLOCKS } from "./ec2";

/** Every protocol, in the words of EC2. */
const ALL = "-1";

/** The instances, as they run: an instance has its private address only, and knows of no other IPv4 address. */
export function running(world: CloudState): CloudMachine[] {
  return world.all(INSTANCE).map((thing) => {
    const { id, name, place, inputs, outputs } = thing;
    const [inside, outside] = [text(outputs, "privateIp"), text(outputs, "publicIp")];
    return {
      ...{ id, name, cloud: "aws", place, userData: text(inputs, "userData") },
      own: [inside, ...(valuesAt(outputs, "ipv6Addresses[]") as string[])],
      translated: outside === "" ? [] : [{ outside, inside }],
      forwarded: [],
      openings: groupsOf(thing, world).flatMap((group) => openings(group, world)),
    };
  });
}

function groupsOf({ inputs, place }: Thing, world: CloudState): Thing[] {
  const ids = new Set(valuesAt(inputs, "vpcSecurityGroupIds[]"));
  return world.all(GROUP).filter((group) => group.place === place && ids.has(group.id));
}

function openings(group: Thing, world: CloudState): Opening[] {
  const ofGroup = ({ inputs, place }: Thing): boolean => place === group.place && inputs.securityGroupId === group.id;
  const single = world
    .all(INGRESS_RULE)
    .filter(ofGroup)
    .flatMap(({ inputs }) =>
      ["cidrIpv4", "cidrIpv6"].flatMap((key) => valuesAt(inputs, key)).map((from) => opening(String(from), "ipProtocol", inputs)),
    );
  const ofBlocks = world
    .all(RULE_OF_BLOCKS)
    .filter((rule) => ofGroup(rule) && rule.inputs.type === "ingress")
    .flatMap(({ inputs }) =>
      ["cidrBlocks[]", "ipv6CidrBlocks[]"]
        .flatMap((key) => valuesAt(inputs, key))
        .map((from) => opening(String(from), "protocol", inputs)),
    );
  return [...single, ...ofBlocks];
}

function opening(from: string, key: "ipProtocol" | "protocol", inputs: Properties): Opening {
  const protocol = text(inputs, key);
  if (protocol === ALL) return { from, protocol: "any" };
  return { from, protocol: protocol as "tcp" | "udp", ports: [Number(inputs.fromPort), Number(inputs.toPort)] };
}
