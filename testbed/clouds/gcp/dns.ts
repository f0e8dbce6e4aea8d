import { type Properties, UNKNOWN } from "../../../provider/resource";
import { type ResourceType, text, type Thing } from "../cloud";
import { compute, project } from "./compute";

export const ZONE_TYPE = "gcp:dns/managedZone:ManagedZone";
const HEALTH_CHECK = "gcp:compute/healthCheck:HealthCheck";
const HEALTH_CHECK_INPUT = "routingPolicy.healthCheck";

/** The zone that the project has from the start. */
export const ZONE: Thing = {
  type: ZONE_TYPE,
  urn: "",
  name: "example-com",
  place: "",
  id: "projects/stand-in/managedZones/example-com",
  inputs: { name: "example-com", dnsName: "example.com." },
  outputs: { name: "example-com", dnsName: "example.com.", visibility: "public", ...zoneOutputs() },
};

/** Cloud DNS, which stands in no region. */
export const DNS: Readonly<Record<string, ResourceType>> = {
  [ZONE_TYPE]: {
    autoName: "name",
    replaces: ["name", "dnsName", "visibility", "project"],
    knownAs: ["name"],
    place: () => "",
    id: ({ inputs }, world) => `projects/${project(inputs, world)}/managedZones/${text(inputs, "name")}`,
    outputs: ({ inputs }, world) => ({
      project: project(inputs, world),
      visibility: inputs.visibility ?? "public",
      ...zoneOutputs(),
    }),
  },
  [HEALTH_CHECK]: compute("healthChecks", "global", {}),
  "gcp:dns/recordSet:RecordSet": {
    replaces: ["managedZone", "name", "project", HEALTH_CHECK_INPUT],
    refers: { managedZone: { to: ZONE_TYPE }, [HEALTH_CHECK_INPUT]: { to: HEALTH_CHECK } },
    // The provider removes what has the name before it adds its own.
    overwrites: true,
    place: () => "",
    id: ({ inputs }, world) => {
      const zone = text(inputs, "managedZone").split("/").pop() ?? "";
      return `projects/${project(inputs, world)}/managedZones/${zone}/rrsets/${text(inputs, "name")}/${text(inputs, "type")}`;
    },
    invalid: ({ name }) =>
      typeof name === "string" && !name.endsWith(".") && name !== UNKNOWN
        ? `"name" ("${name}") doesn't end with ".", name field must end with trailing dot`
        : undefined,
    refuses: ({ inputs }, world) => {
      const dnsName = text(world.find(ZONE_TYPE, inputs.managedZone)?.outputs ?? {}, "dnsName");
      const name = text(inputs, "name");
      return name === dnsName || name.endsWith(`.${dnsName}`)
        ? undefined
        : `Invalid value for 'entity.change.additions[0].name': '${name}' is not in the zone ${dnsName}`;
    },
  },
};

function zoneOutputs(): Properties {
  return { nameServers: [1, 2, 3, 4].map((number) => `ns-cloud-a${number}.invalid.`) };
}
