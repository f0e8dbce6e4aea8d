import type { Properties } from "../../../provider/resource";
import { type CloudState, list, text, type Thing } from "../cloud";
import type { CloudMachine, Opening } from "../hardware";
import { valuesAt } from "../property-paths";
import { FIREWALL, INSTANCE, NETWORK } from "./compute";
import { FORWARDING_RULE, TARGET_INSTANCE } from "./machines";

/** The instances, as they run: the external address is translated, those of forwarding rules are not. */
export function running(world: CloudState): CloudMachine[] {
  return world.all(INSTANCE).map((thing) => {
    const { id, name, place, inputs, outputs } = thing;
    const [nic = {}] = list(outputs, "networkInterfaces");
    const inside = text(nic, "networkIp");
    return {
      ...{ id, name, cloud: "gcp", place, userData: text((inputs.metadata ?? {}) as Properties, "user-data") },
      own: [inside, ...(valuesAt(nic, "ipv6AccessConfigs[].externalIpv6") as string[])],
      translated: valuesAt(nic, "accessConfigs[].natIp").map((outside) => ({ outside: String(outside), inside })),
      forwarded: forwarded(thing, world),
      openings: openings(thing, world),
    };
  });
}

/** The addresses of the rules that lead to an instance. */
function forwarded(instance: Thing, world: CloudState): string[] {
  return world
    .all(FORWARDING_RULE)
    .filter(({ inputs, place }) => {
      const target = world.find(TARGET_INSTANCE, inputs.target, place);
      return target !== undefined && world.find(INSTANCE, target.inputs.instance, place) === instance;
    })
    .map(({ outputs }) => text(outputs, "ipAddress"));
}

function openings(instance: Thing, world: CloudState): Opening[] {
  const tags = new Set(valuesAt(instance.inputs, "tags[]"));
  const networks = valuesAt(instance.outputs, "networkInterfaces[].network").map((network) => world.find(NETWORK, network));
  return world
    .all(FIREWALL)
    .filter(({ outputs }) => outputs.direction === "INGRESS")
    .filter(({ inputs }) => networks.includes(world.find(NETWORK, inputs.network)))
    .filter(({ inputs }) => inputs.targetTags === undefined || valuesAt(inputs, "targetTags[]").some((tag) => tags.has(tag)))
    .flatMap(({ inputs }) =>
      valuesAt(inputs, "sourceRanges[]").flatMap((from) =>
        list(inputs, "allows").flatMap((allowed) => {
          const protocol = text(allowed, "protocol") as Opening["protocol"];
          const ports = valuesAt(allowed, "ports[]").map(String);
          if (ports.length === 0) return [{ from: String(from), protocol }];
          return ports.map((port) => ({ from: String(from), protocol, ports: range(port) }));
        }),
      ),
    );
}

/** `80`, or `8000-8080`. */
function range(ports: string): [number, number] {
  const [first = "", last = first] = ports.split("-");
  return [Number(first), Number(last)];
}
