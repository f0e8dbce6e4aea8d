import { type Cloud, text } from "./cloud";
import { ANSWERS } from "./gcp/answers";
import { region, regionOf } from "./gcp/compute";
import { DNS, ZONE } from "./gcp/dns";
import { machineAt, MACHINES } from "./gcp/machines";
import { NETWORKS } from "./gcp/network";
import { running } from "./gcp/running";

/** Google Cloud, as its real provider handles what a site needs (the schemas of terraform-provider-google 7). */
export const GCP: Cloud = {
  name: "gcp",
  types: { ...NETWORKS, ...MACHINES, ...DNS },
  answers: ANSWERS,
  place: (inputs, world) => {
    const zone = text(inputs, "zone").split("/").pop() ?? "";
    return zone === "" ? region(inputs, world) : regionOf(zone);
  },
  notFound: (type, reference) =>
    `googleapi: Error 404: The ${type.split(":").pop() ?? ""} '${reference}' was not found, notFound`,
  inUse: (thing, holder) =>
    `googleapi: Error 400: The resource '${thing.id}' is already being used by '${holder.id}', resourceInUseByAnotherResource`,
  machineAt,
  running,
  standing: () => [ZONE],
};
