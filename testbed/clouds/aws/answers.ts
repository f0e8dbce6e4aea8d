import { fingerprint } from "../../../components/model/name";
import type { Properties } from "../../../provider/resource";
import { type CloudState, type Answer, list, text } from "../cloud";
import { ZONE_TYPE } from "./dns";
import { ACCOUNT, ZONE_LETTERS } from "./ec2";

/** Where the health checks of Route 53 come from: blocks that are for documentation (RFC 5737, RFC 3849). */
const CHECKERS = {
  cidrBlocks: ["192.0.2.0/26", "192.0.2.64/26", "198.51.100.0/26", "203.0.113.0/26"],
  ipv6CidrBlocks: ["2001:db8:ffff::/56"],
};

/** The answers to what programs ask of AWS. */
export const ANSWERS: Readonly<Record<string, Answer>> = {
  "aws:ec2/getAmi:getAmi": (args, world) => {
    const name = nameFilter(args);
    const id = image(name, world.regionOf(args), world);
    return {
      ...{ id, imageId: id, name: name.replaceAll("*", String(20260000 + world.imageRelease)), state: "available" },
      ...{ architecture: JSON.stringify(args).includes("arm64") ? "arm64" : "x86_64", virtualizationType: "hvm" },
      ...{ rootDeviceType: "ebs", rootDeviceName: "/dev/sda1", ownerId: ownersOf(args)[0] ?? ACCOUNT },
    };
  },
  "aws:ssm/getParameter:getParameter": (args, world) => {
    if (!text(args, "name").startsWith("/aws/service/")) throw new Error(`ParameterNotFound: ${text(args, "name")}`);
    const value = image(text(args, "name"), world.regionOf(args), world);
    return { id: args.name, type: "String", version: world.imageRelease + 1, value, insecureValue: value };
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": (args, world) => {
    const region = world.regionOf(args);
    return {
      id: region,
      region,
      names: ZONE_LETTERS.map((letter) => `${region}${letter}`),
      zoneIds: ZONE_LETTERS.map((_, i) => `${region}-az${i + 1}`),
      groupNames: [region],
    };
  },
  "aws:index/getIpRanges:getIpRanges": () => ({ id: "1", createDate: "2026-11-01-00-00-00", syncToken: 1, ...CHECKERS }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    id: ACCOUNT,
    accountId: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/stand-in`,
    userId: "STANDIN",
  }),
  "aws:index/getRegion:getRegion": (args, world) => {
    const region = world.regionOf(args);
    return { id: region, name: region, region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
  },
  "aws:index/getPartition:getPartition": () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" }),
  "aws:route53/getZone:getZone": (args, world) => {
    const name = text(args, "name").replace(/\.$/, "");
    const zone = world.all(ZONE_TYPE).find(({ id, outputs }) => id === args.zoneId || outputs.name === name);
    if (zone === undefined) throw new Error("no matching Route 53 Hosted Zone found");
    return { ...zone.outputs, id: zone.id };
  },
};

/** The newest image of a name in a region. */
function image(name: string, region: string, world: CloudState): string {
  const id = `ami-${fingerprint(`${name} ${region} ${world.imageRelease}`)}${fingerprint(region)}0`;
  world.images.set(id, region);
  return id;
}

function nameFilter(args: Properties): string {
  const filter = list(args, "filters").find(({ name }) => name === "name" || name === "image-id");
  const [value] = Array.isArray(filter?.values) ? (filter.values as unknown[]) : [];
  return typeof value === "string" ? value : text(args, "nameRegex");
}

function ownersOf(args: Properties): unknown[] {
  return Array.isArray(args.owners) ? (args.owners as unknown[]) : [];
}
