import { writeFileSync } from "node:fs";
import { shell } from "./command";

/** The router's address on every cable. */
const ROUTER = { ipv4: "169.254.1.1", ipv6: "fe80::1" };
/** The address that whoever runs `pulumi up` comes from: inside of what the sample stacks open SSH to. */
export const OPERATOR = "198.51.100.200";

const ROUTER_SET_UP = `
sysctl --quiet -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip addr replace $1/32 dev lo`;

const LAY = `
ip netns add $2
ip link add $1 type veth peer name eth0 netns $2
ip addr add $3/32 dev $1
ip -6 addr add $4/128 dev $1 nodad
ip link set $1 up
ip -n $2 link set lo up
ip -n $2 link set eth0 up`;

const CUT_OFF = `
ip link del $1 2>/dev/null || true
ip netns del $2`;

/** Makes this network namespace the router between all cables. */
export async function makeRouter(): Promise<void> {
  await shell(ROUTER_SET_UP, OPERATOR);
}

/** What stands at the far end of a cable: a machine, or somebody in the world. */
export class Cable {
  /**
   * @param name The router's end, 15 characters at most.
   * @param netns The network namespace at the far end.
   */
  private constructor(
    readonly name: string,
    readonly netns: string,
  ) {}

  static async lay(name: string, netns: string): Promise<Cable> {
    await shell(LAY, name, netns, ROUTER.ipv4, ROUTER.ipv6);
    return new Cable(name, netns);
  }

  /**
   * Has the far end have addresses, and no others.
   *
   * @param own Those that it has itself, IPv4 first; from the first of each kind it sends.
   * @param led What else is led to it.
   * @param taken Those of them that it takes for its own.
   */
  async address(own: readonly string[], led: readonly string[], taken: readonly string[]): Promise<void> {
    const [ipv4 = "", ipv6] = [own.find((address) => !isIpv6(address)), own.find(isIpv6)];
    const far = (line: string): string => `ip -n ${this.netns} ${line}`;
    const inRouter = [...led].map((address) =>
      isIpv6(address)
        ? `ip -6 route replace ${address}/128 ${ipv6 === address || ipv6 === undefined ? "" : `via ${ipv6} `}dev ${this.name} onlink`
        : `ip route replace ${address}/32 ${ipv4 === address ? "scope link" : `via ${ipv4} onlink`} dev ${this.name} src ${OPERATOR}`,
    );
    await shell(
      [
        ...own.map((address) =>
          far(isIpv6(address) ? `-6 addr replace ${address}/128 dev eth0 nodad` : `addr replace ${address}/32 dev eth0`),
        ),
        far(`route replace default via ${ROUTER.ipv4} dev eth0 onlink src ${ipv4}`),
        ...(ipv6 === undefined ? [] : [far(`-6 route replace default via ${ROUTER.ipv6} dev eth0 src ${ipv6}`)]),
        far("route flush table local proto 66"),
        far("-6 route flush table local proto 66"),
        ...taken.map((address) => far(`${isIpv6(address) ? "-6 " : ""}route replace local ${address} dev eth0 proto 66`)),
        `ip route flush dev ${this.name} proto 67`,
        `ip -6 route flush dev ${this.name} proto 67`,
        ...inRouter.map((line) => `${line} proto 67`),
      ].join("\n"),
    );
  }

  async remove(): Promise<void> {
    await shell(CUT_OFF, this.name, this.netns);
  }
}

/** Has the router go by other rules, all at once. */
export async function useRules(rules: string): Promise<void> {
  const file = "/run/router.nft";
  writeFileSync(file, rules);
  await shell("nft -f $1", file);
}

function isIpv6(address: string): boolean {
  return address.includes(":");
}
