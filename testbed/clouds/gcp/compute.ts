import { type Properties, UNKNOWN } from "../../../provider/resource";
import { type CloudState, type Draft, type ResourceType, text } from "../cloud";

export const NETWORK = "gcp:compute/network:Network";
export const SUBNETWORK = "gcp:compute/subnetwork:Subnetwork";
export const ADDRESS = "gcp:compute/address:Address";
export const INSTANCE = "gcp:compute/instance:Instance";
export const FIREWALL = "gcp:compute/firewall:Firewall";

/** What every name in Compute Engine looks like (RFC 1035). */
const NAME = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Where a type of Compute Engine stands. */
type Scope = "global" | "region" | "zone";

/** A type of Compute Engine: named, in a project, and known by its path and link. */
export function compute(collection: string, scope: Scope, type: Omit<ResourceType, "id" | "autoName">): ResourceType {
  const { replaces, outputs, invalid, ...rest } = type;
  return {
    ...rest,
    autoName: "name",
    knownAs: ["name", "selfLink", ...(rest.knownAs ?? [])],
    place: (inputs, world) =>
      scope === "global" ? "" : scope === "zone" ? regionOf(zoneOf(inputs, world)) : region(inputs, world),
    id: (draft, world) =>
      `projects/${project(draft.inputs, world)}/${placeOf(draft, scope, world)}/${collection}/${text(draft.inputs, "name")}`,
    replaces: (inputs, before) => [
      ...["name", "project", "zone", "region"],
      ...(typeof replaces === "function" ? replaces(inputs, before) : (replaces ?? [])),
    ],
    invalid: (inputs) => {
      const { name } = inputs;
      if (typeof name === "string" && name !== UNKNOWN && !NAME.test(name))
        return `"name" ("${name}") doesn't match regexp "^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$"`;
      return invalid?.(inputs);
    },
    outputs: (thing, world) => ({
      project: project(thing.inputs, world),
      selfLink: `https://www.googleapis.com/compute/v1/${thing.id}`,
      ...(scope === "zone" ? { zone: zoneOf(thing.inputs, world) } : {}),
      ...(scope === "region" ? { region: thing.place } : {}),
      ...labelled(thing.inputs),
      ...outputs?.(thing, world),
    }),
  };
}

/** The project of a resource or question. @throws Error when there is none. */
export function project(inputs: Properties, { settings }: CloudState): string {
  const found = text(inputs, "project") || (settings.project ?? "");
  if (found === "") throw new Error("project: required field is not set");
  return found;
}

/** The region of a resource or question; empty when it says none. */
export function region(inputs: Properties, { settings }: CloudState): string {
  return (text(inputs, "region") || (settings.region ?? "")).split("/").pop() ?? "";
}

/** `europe-west1` of `europe-west1-b`. */
export function regionOf(zone: string): string {
  return zone.replace(/-[a-z]$/, "");
}

function zoneOf(inputs: Properties, { settings }: CloudState): string {
  const zone = (text(inputs, "zone") || (settings.zone ?? "")).split("/").pop() ?? "";
  if (!/^[a-z]+-[a-z]+\d+-[a-z]$/.test(zone)) throw new Error(`Invalid value for field 'zone': '${zone}'. Unknown zone.`);
  return zone;
}

function placeOf({ place, inputs }: Draft, scope: Scope, world: CloudState): string {
  if (scope === "global") return "global";
  if (scope === "zone") return `zones/${zoneOf(inputs, world)}`;
  if (!/^[a-z]+-[a-z]+\d+$/.test(place)) throw new Error(`Invalid value for field 'region': '${place}'. Unknown region.`);
  return `regions/${place}`;
}

/** The provider adds a label of its own. */
function labelled({ labels }: Properties): Properties {
  if (labels === undefined) return {};
  return { pulumiLabels: labels, effectiveLabels: { ...(labels as Properties), "goog-pulumi-provisioned": "true" } };
}
