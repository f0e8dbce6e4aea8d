import type { Properties } from "../../../provider/resource";
import { type ResourceType, text, type Thing } from "../cloud";
import { valuesAt } from "../property-paths";
import { ACCOUNT } from "./ec2";

export const ZONE_TYPE = "aws:route53/zone:Zone";
const HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck";

/** The zone that the account has from the start. */
export const ZONE: Thing = {
  type: ZONE_TYPE,
  urn: "",
  name: "example.com",
  place: "",
  id: "Z0STANDIN00EXAMPLE",
  inputs: { name: "example.com" },
  outputs: { name: "example.com", ...zoneOutputs("Z0STANDIN00EXAMPLE") },
};

/** Route 53, which stands in no region. */
export const DNS: Readonly<Record<string, ResourceType>> = {
  [ZONE_TYPE]: {
    autoName: "name",
    replaces: ["name", "delegationSetId"],
    place: () => "",
    id: ({ urn }, world) => `Z${world.newDigits(urn).toUpperCase()}`,
    outputs: ({ id }) => zoneOutputs(id),
  },
  [HEALTH_CHECK]: {
    replaces: ["type", "requestInterval", "referenceName", "measureLatency", "routingControlArn"],
    place: () => "",
    id: ({ urn }, world) => world.newDigits(urn).replace(/^(.{8})(.{4})(.{4}).*/, "$1-$2-4$2-8$3-$1$3"),
    outputs: ({ id, inputs }) => ({
      arn: `arn:aws:route53:::healthcheck/${id}`,
      ...(inputs.tags === undefined ? {} : { tagsAll: inputs.tags }),
    }),
  },
  "aws:route53/record:Record": {
    replaces: ["name", "zoneId"],
    refers: { zoneId: { to: ZONE_TYPE }, healthCheckId: { to: HEALTH_CHECK, holds: false } },
    place: () => "",
    id: ({ inputs }) => [recordName(inputs), text(inputs, "type"), text(inputs, "setIdentifier")].filter(Boolean).join("_"),
    refuses: (draft, world) => {
      const zone = text(world.find(ZONE_TYPE, draft.inputs.zoneId)?.outputs ?? {}, "name");
      const name = text(draft.inputs, "name").replace(/\.$/, "");
      if (name !== zone && !name.endsWith(`.${zone}`))
        return `InvalidChangeBatch: RRSet with DNS name ${name}. is not permitted in zone ${zone}.`;
      const siblings = world.others(draft, "zoneId", "name", "type");
      const isSimple = draft.inputs.setIdentifier === undefined;
      if (siblings.some(({ inputs }) => (inputs.setIdentifier === undefined) !== isSimple))
        return `InvalidChangeBatch: RRSet of type ${text(draft.inputs, "type")} with DNS name ${name}. already exists and is not of the same routing policy`;
      const primaries = [draft, ...siblings].filter(({ inputs }) =>
        valuesAt(inputs, "failoverRoutingPolicies[].type").includes("PRIMARY"),
      );
      return primaries.length > 1 ? `InvalidChangeBatch: there is more than one PRIMARY record of ${name}.` : undefined;
    },
    outputs: ({ inputs }) => ({ fqdn: text(inputs, "name").replace(/\.$/, "") }),
  },
};

function recordName(inputs: Properties): string {
  return `${text(inputs, "zoneId")}_${text(inputs, "name")}`;
}

function zoneOutputs(id: string): Properties {
  const nameServers = [1, 2, 3, 4].map((number) => `ns-${number}.awsdns.invalid`);
  return {
    zoneId: id,
    arn: `arn:aws:route53:::hostedzone/${id}`,
    nameServers,
    primaryNameServer: nameServers[0],
    account: ACCOUNT,
  };
}
