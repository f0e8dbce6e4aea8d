import { type ResourceType } from "../cloud";

/** The account that everything is in. */
export const ACCOUNT = "123456789012";
/** The zones of every region, by the letter after its name. */
export const ZONE_LETTERS = ["a", "b", "c"];

export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const KEY_PAIR = "aws:ec2/keyPair:KeyPair";
export const INSTANCE = "aws:ec2/instance:Instance";
export const INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
export const RULE_OF_BLOCKS = "aws:ec2/securityGroupRule:SecurityGroupRule";

/** A type of EC2: its ids are a prefix and digits, and whatever else replaces it, another region does. */
export function ec2(prefix: string, { replaces, outputs, ...rest }: Omit<ResourceType, "id">): ResourceType {
  return {
    ...rest,
    id: ({ urn }, world) => `${prefix}-${world.newDigits(urn)}`,
    replaces: (inputs, before) => ["region", ...(typeof replaces === "function" ? replaces(inputs, before) : (replaces ?? []))],
    outputs: (thing, world) => ({
      region: thing.place,
      arn: `arn:aws:ec2:${thing.place}:${ACCOUNT}:${thing.id}`,
      ...(thing.inputs.tags === undefined ? {} : { tagsAll: thing.inputs.tags }),
      ...outputs?.(thing, world),
    }),
  };
}
