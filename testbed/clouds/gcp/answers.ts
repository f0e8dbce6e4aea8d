import { type Answer, text } from "../cloud";
import { project, region, regionOf } from "./compute";
import { ZONE_TYPE } from "./dns";

/** Where Google's health checks come from. */
const CHECKERS = ["35.191.0.0/16", "130.211.0.0/22"];
/** The regions whose zones are not a, b and c. */
const ZONE_LETTERS: Readonly<Record<string, readonly string[]>> = {
  "us-east1": ["b", "c", "d"],
  "europe-west1": ["b", "c", "d"],
  "us-central1": ["a", "b", "c", "f"],
};

/** The answers to what programs ask of Google Cloud. */
export const ANSWERS: Readonly<Record<string, Answer>> = {
  "gcp:compute/getImage:getImage": (args, { imageRelease }) => {
    const family = text(args, "family");
    const owner = text(args, "project");
    const name = text(args, "name") || `${family.replace("-lts", "-noble")}-v${20261101 + imageRelease}`;
    const id = `projects/${owner}/global/images/${name}`;
    return { id, name, project: owner, selfLink: `https://www.googleapis.com/compute/v1/${id}`, status: "READY", diskSizeGb: 10 };
  },
  "gcp:compute/getZones:getZones": (args, world) => {
    const place = region(args, world);
    if (place === "") throw new Error("region: required field is not set");
    const names = (ZONE_LETTERS[place] ?? ["a", "b", "c"]).map((letter) => `${place}-${letter}`);
    return { id: `projects/${project(args, world)}/regions/${place}`, project: project(args, world), region: place, names };
  },
  "gcp:compute/getNetblockIPRanges:getNetblockIPRanges": ({ rangeType }) => ({
    ...{ id: `netblock-ip-ranges-${String(rangeType)}` },
    ...{ cidrBlocks: CHECKERS, cidrBlocksIpv4s: CHECKERS, cidrBlocksIpv6s: [] },
  }),
  "gcp:dns/getManagedZone:getManagedZone": (args, world) => {
    const zone = world.find(ZONE_TYPE, args.name);
    if (zone === undefined) throw new Error(`dnsManagedZone "${text(args, "name")}" not found`);
    return { ...zone.outputs, id: zone.id, managedZoneId: "1" };
  },
  "gcp:dns/getManagedZones:getManagedZones": (args, world) => ({
    id: `projects/${project(args, world)}/managedZones`,
    managedZones: world
      .all(ZONE_TYPE)
      .map(({ id, outputs }) => ({ ...outputs, id, managedZoneId: "1", description: text(outputs, "description") })),
  }),
  "gcp:organizations/getClientConfig:getClientConfig": (_, { settings }) => ({
    ...{ id: "stand-in", accessToken: "stand-in", project: settings.project ?? "", defaultLabels: {} },
    ...{ region: settings.region ?? regionOf(settings.zone ?? ""), zone: settings.zone ?? "" },
  }),
  "gcp:organizations/getProject:getProject": (args, world) => {
    const projectId = text(args, "projectId") || project(args, world);
    return { id: `projects/${projectId}`, projectId, name: projectId, number: "1" };
  },
};
