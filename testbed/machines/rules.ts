import type { CloudMachine, Opening } from "../clouds/hardware";

/** A machine at its end of a cable. */
export interface Wired {
  readonly machine: CloudMachine;
  /** The router's end of the cable. */
  readonly cable: string;
  /** Whether nothing comes through, in either way. */
  readonly cut: boolean;
}

/** Addresses that are nobody's in public. */
const PRIVATE = "{ 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16 }";

/**
 * The rules of the router between all machines and the world, as one text for nft: what clouds' firewalls let in, and the addresses
 * that clouds translate. Without state where they are translated, so that firewalls see the addresses that are known in public.
 */
export function routerRules(wired: readonly Wired[]): string {
  return [
    "table inet lab",
    "delete table inet lab",
    "table inet lab {",
    ...wired.flatMap(({ machine, cable }) => [`  chain ${cable} {`, ...machine.openings.map(accepting), "    drop", "  }"]),
    "  chain translate_out {",
    // Before connections are tracked.
    "    type filter hook prerouting priority -310; policy accept;",
    ...wired.filter(({ cut }) => cut).map(({ cable }) => `    iifname ${cable} drop`),
    ...wired.flatMap(({ machine, cable }) => [
      ...machine.translated.map(
        ({ outside, inside }) => `    iifname ${cable} ip saddr ${inside} ip saddr set ${outside} accept`,
      ),
      // Of addresses that are not its own a machine can send nothing.
      ...(["ip", "ip6"] as const).flatMap((family) => {
        const own = publicOf(machine).filter((address) => (family === "ip6") === address.includes(":"));
        return own.length === 0
          ? [`    iifname ${cable} meta protocol ${family} drop`]
          : [`    iifname ${cable} ${family} saddr != { ${own.join(", ")}${family === "ip6" ? ", fe80::/10" : ""} } drop`];
      }),
    ]),
    "  }",
    "  chain firewall {",
    "    type filter hook postrouting priority 0; policy accept;",
    ...wired.filter(({ cut }) => cut).map(({ cable }) => `    oifname ${cable} drop`),
    '    oifname != "m*" accept',
    "    ip6 nexthdr icmpv6 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept",
    "    ct state established,related accept",
    `    ip daddr ${PRIVATE} drop`,
    ...(wired.length === 0 ? [] : [`    oifname vmap { ${wired.map(({ cable }) => `${cable} : jump ${cable}`).join(", ")} }`]),
    "    drop",
    "  }",
    "  chain translate_in {",
    // After connections are tracked.
    "    type filter hook postrouting priority 2147483647; policy accept;",
    ...wired.flatMap(({ machine, cable }) =>
      machine.translated.map(({ outside, inside }) => `    oifname ${cable} ip daddr ${outside} ip daddr set ${inside}`),
    ),
    "  }",
    "}",
    "",
  ].join("\n");
}

/** The addresses by which a machine is known in public. */
export function publicOf({ own, translated, forwarded }: CloudMachine): string[] {
  const hidden = new Set(translated.map(({ inside }) => inside));
  return [...own.filter((address) => !hidden.has(address)), ...translated.map(({ outside }) => outside), ...forwarded];
}

function accepting({ from, protocol, ports }: Opening): string {
  const family = from.includes(":") ? "ip6" : "ip";
  const everybody = from === "0.0.0.0/0" || from === "::/0";
  const source = everybody ? `meta nfproto ${family === "ip" ? "ipv4" : "ipv6"}` : `${family} saddr ${from}`;
  const what =
    protocol === "any"
      ? ""
      : ports === undefined
        ? ` meta l4proto ${protocol === "icmp" && family === "ip6" ? "ipv6-icmp" : protocol}`
        : ` ${protocol} dport ${ports[0]}-${ports[1]}`;
  return `    ${source}${what} accept`;
}
