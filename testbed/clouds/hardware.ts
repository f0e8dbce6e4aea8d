/** What lets packets in to a machine. */
export interface Opening {
  /** Block of addresses that they come from, IPv4 or IPv6. */
  readonly from: string;
  readonly protocol: "tcp" | "udp" | "icmp" | "any";
  /** First and last port; absent: every one. */
  readonly ports?: readonly [first: number, last: number];
}

/** One machine as a cloud has it, with what its firewalls and addresses come to. */
export interface CloudMachine {
  /** Its id in its cloud. */
  readonly id: string;
  /** Its name in the program. */
  readonly name: string;
  /** Name of the cloud. */
  readonly cloud: string;
  /** Region that it is in. */
  readonly place: string;
  readonly userData: string;
  /** Addresses that it has itself, IPv4 first. From the first of each kind it sends. */
  readonly own: readonly string[];
  /** Addresses that its cloud puts in the place of own ones, in packets out; and takes back, in packets in. */
  readonly translated: readonly { readonly outside: string; readonly inside: string }[];
  /** Addresses whose packets it is handed as they are. It answers from them, and sends nothing else from them. */
  readonly forwarded: readonly string[];
  /** What is open; all else is closed. */
  readonly openings: readonly Opening[];
}

/** What stand-in clouds have real machines run on. */
export interface Hardware {
  /**
   * Has exactly these machines run, with these addresses and firewalls: boots those that are new, and ends those that are not among
   * them. Resolves when machines are started, not when they are ready: so does the API of a cloud.
   */
  run(machines: readonly CloudMachine[]): Promise<void>;
}

/** Everybody, by IPv4 and IPv6. */
export const ANYBODY: readonly Opening[] = ["0.0.0.0/0", "::/0"].map((from) => ({ from, protocol: "any" }));
