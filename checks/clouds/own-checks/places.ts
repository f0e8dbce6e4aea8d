import { Region as AwsRegion } from "@pulumi/aws/types/enums";
import { InstanceType } from "@pulumi/aws/types/enums/ec2";
import { DropletSlug, Region as DigitalOceanRegion } from "@pulumi/digitalocean/types/enums";
import { type Check, ofEach, shown, text } from "./check";

const AWS_REGIONS = new Set<string>(Object.values(AwsRegion));
const INSTANCE_TYPES = new Set<string>(Object.values(InstanceType));
const DIGITALOCEAN_REGIONS = new Set<string>(Object.values(DigitalOceanRegion));
const DROPLET_SIZES = new Set<string>(Object.values(DropletSlug));
/** The SDK lists no regions of Google Cloud; they all look like this, and a zone is a region and a letter. */
const GOOGLE_REGION = /^(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]+[1-9]\d?$/;

/** Regions and zones exist. */
export const places: Check = ofEach(({ type, inputs }) => {
  const region = text(inputs, "region");
  if (type.startsWith("aws:")) {
    const zone = text(inputs, "availabilityZone");
    return [
      ...(region === undefined || AWS_REGIONS.has(region) ? [] : [`is in ${region}, which is no region of AWS`]),
      ...(zone === undefined || zone.slice(0, -1) === region ? [] : [`is in the zone ${zone}, which is not in ${shown(region)}`]),
    ];
  }
  if (type.startsWith("digitalocean:"))
    return region === undefined || DIGITALOCEAN_REGIONS.has(region)
      ? []
      : [`is in ${region}, which is no region of DigitalOcean`];
  const zone = text(inputs, "zone");
  return [
    ...(region === undefined || GOOGLE_REGION.test(region) ? [] : [`is in ${region}, which is no region of Google Cloud`]),
    ...(zone === undefined || GOOGLE_REGION.test(zone.replace(/-[a-z]$/, ""))
      ? []
      : [`is in ${zone}, which is no zone of Google Cloud`]),
  ];
});

/** Sizes of machines exist. */
export const sizes: Check = ofEach(({ type, inputs }) => {
  switch (type) {
    case "aws:ec2/instance:Instance":
      return unknownSize("AWS", INSTANCE_TYPES, text(inputs, "instanceType"));
    case "digitalocean:index/droplet:Droplet":
      return unknownSize("DigitalOcean", DROPLET_SIZES, text(inputs, "size"));
    default:
      return [];
  }
});

function unknownSize(cloud: string, known: ReadonlySet<string>, size: string | undefined): string[] {
  return size === undefined || known.has(size) ? [] : [`is a ${size}, which ${cloud} does not have`];
}
