import { holdsUnknown } from "../../../provider/resource";
import { isInside, overlap } from "../addresses";
import { type ResourceType, text } from "../cloud";
import { compute, FIREWALL, NETWORK, SUBNETWORK } from "./compute";

/** Networks, and who may reach whom in them. */
export const NETWORKS: Readonly<Record<string, ResourceType>> = {
  [NETWORK]: compute("networks", "global", {
    replaces: ["autoCreateSubnetworks", "description", "mtu", "enableUlaInternalIpv6", "internalIpv6Range", "networkProfile"],
    outputs: ({ inputs }) => ({ routingMode: inputs.routingMode ?? "REGIONAL", gatewayIpv4: "" }),
  }),
  [SUBNETWORK]: compute("subnetworks", "region", {
    // A range can grow in place, and only grow.
    replaces: (inputs, before) => [
      ...["network", "description", "purpose", "externalIpv6Prefix", "internalIpv6Prefix"],
      ...(holdsUnknown(inputs.ipCidrRange) || !isInside(text(before, "ipCidrRange"), text(inputs, "ipCidrRange"))
        ? ["ipCidrRange"]
        : []),
    ],
    refers: { network: { to: NETWORK } },
    refuses: (draft, world) => {
      const range = text(draft.inputs, "ipCidrRange");
      const network = world.find(NETWORK, draft.inputs.network);
      return world
        .all(SUBNETWORK)
        .filter((other) => other !== draft.before && world.find(NETWORK, other.inputs.network) === network)
        .some(({ inputs }) => overlap(text(inputs, "ipCidrRange"), range))
        ? `Invalid IPCidrRange: ${range} conflicts with an existing subnetwork`
        : undefined;
    },
    outputs: (thing, { addresses }) => ({
      gatewayAddress: text(thing.inputs, "ipCidrRange").replace(/\d+\/\d+$/, "1"),
      stackType: thing.inputs.stackType ?? "IPV4_ONLY",
      ...(thing.inputs.stackType === "IPV4_IPV6" ? { externalIpv6Prefix: addresses.ipv6Block(thing).replace("/56", "/64") } : {}),
    }),
  }),
  [FIREWALL]: compute("firewalls", "global", {
    replaces: ["network", "direction"],
    refers: { network: { to: NETWORK } },
    invalid: ({ allows, denies }) =>
      allows === undefined && denies === undefined ? "one of `allow,deny` must be specified" : undefined,
    outputs: ({ inputs }) => ({ direction: inputs.direction ?? "INGRESS", priority: inputs.priority ?? 1000 }),
  }),
};
