import type { Properties } from "../../../provider/resource";
import { type CloudState, list, text, type Thing } from "../cloud";
import { ANYBODY, type CloudMachine, type Opening } from "../hardware";
import { valuesAt } from "../property-paths";
import { DROPLET, FIREWALL, RESERVED_IP } from "./machines";

/** The droplets, as they run: each has its public address itself, and one with a reserved address an anchor that the packets to it are handed to. */
export function running(world: CloudState): CloudMachine[] {
  return world.all(DROPLET).map((thing) => {
    const { id, name, place, inputs, outputs } = thing;
    const reserved = world.all(RESERVED_IP).filter((address) => text(address.outputs, "dropletId") === id);
    const anchors = reserved.map(() => world.addresses.within(ANCHORS, { urn: thing.urn, id }));
    return {
      ...{ id, name, cloud: "digitalocean", place, userData: text(inputs, "userData") },
      own: [text(outputs, "ipv4Address"), ...anchors, text(outputs, "ipv6Address")].filter((address) => address !== ""),
      translated: anchors.flatMap((inside) => reserved.map((address) => ({ outside: address.id, inside }))),
      forwarded: [],
      openings: openings(thing, world),
    };
  });
}

/** Where droplets have their anchors. */
const ANCHORS = "10.10.0.0/16";

/** Without any firewall a droplet is open to the world. */
function openings({ id, inputs }: Thing, world: CloudState): readonly Opening[] {
  const tags = new Set(valuesAt(inputs, "tags[]"));
  const firewalls = world
    .all(FIREWALL)
    .filter(
      (firewall) =>
        valuesAt(firewall.inputs, "tags[]").some((tag) => tags.has(tag)) ||
        valuesAt(firewall.inputs, "dropletIds[]").map(String).includes(id),
    );
  if (firewalls.length === 0) return ANYBODY;
  return firewalls.flatMap((firewall) => list(firewall.inputs, "inboundRules").flatMap(openingsOf));
}

function openingsOf(rule: Properties): Opening[] {
  const protocol = text(rule, "protocol") as Opening["protocol"];
  const [first = "", last = first] = text(rule, "portRange").split("-");
  return valuesAt(rule, "sourceAddresses[]").map((address) => ({
    from: String(address),
    protocol,
    ...(first === "" || first === "all" ? {} : { ports: [Number(first), Number(last)] as const }),
  }));
}
