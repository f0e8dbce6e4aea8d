import type { Plan, ServerPlan } from "../model/plan";
import { sortedEntries } from "../model/plan";
import { backendsOf } from "./backend-names";

/** One server in one backend, as `show servers state` tells it and a server-state file keeps it. */
export interface ServerState {
  readonly backend: string;
  readonly server: string;
  readonly address: string;
  readonly port: number;
  /** Whether it gets requests: anything but stopped. */
  readonly running: boolean;
  /** Whether it was taken out by hand (drain, maintenance) through the Runtime API. */
  readonly forced: boolean;
  /** The whole line, as HAProxy reads it back. */
  readonly line: string;
}

/** Columns of format 1, which HAProxy 1.7 to 3.x write (management guide, "show servers state"). */
const COLUMN = { backend: 1, server: 3, address: 4, operational: 5, administrative: 6, port: 18, encrypted: 20 } as const;
const HEADER =
  "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change " +
  "srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port " +
  "srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port";

/** Reads the answer to `show servers state`, or a server-state file. */
export function parseServerStates(text: string): ServerState[] {
  return text
    .split("\n")
    .filter((line) => /^\d+ \S+ \d+ \S/.test(line))
    .map((line) => {
      const field = line.split(" ");
      return {
        backend: field[COLUMN.backend] ?? "",
        server: field[COLUMN.server] ?? "",
        address: field[COLUMN.address] ?? "",
        port: Number(field[COLUMN.port]),
        running: field[COLUMN.operational] !== "0",
        forced: field[COLUMN.administrative] !== "0",
        line,
      };
    });
}

/**
 * The server-state file for one reload. A server whose address is unchanged starts as it is; any other starts as stopped, so
 * that it gets no request before its first good check and then comes in by slow start. (Without a line HAProxy would start it
 * as running, and a line of an old address would win over the configuration's.)
 *
 * @param plan The site after the reload.
 * @param now What the running balancer says of its servers.
 * @param proven Names of new servers that have just answered and start as running: a pool with no server up would answer 503.
 */
export function seedServerState(plan: Plan, now: readonly ServerState[], proven: ReadonlySet<string> = new Set()): string {
  const known = new Map(now.map((state) => [`${state.backend}/${state.server}`, state]));
  const lines = sortedEntries(plan.pools).flatMap(([pool, { servers }]) =>
    Object.values(backendsOf(pool)).flatMap((backend) =>
      sortedEntries(servers).map(([name, server]) => {
        const before = known.get(`${backend}/${name}`);
        if (before !== undefined && isSameAddress(before, server)) return readmitted(before.line, server);
        return freshLine(backend, name, server, proven.has(name));
      }),
    ),
  );
  return `${[HEADER, ...lines].join("\n")}\n`;
}

/** Whether a server still stands where the balancer knows it. */
export function isSameAddress(
  state: Pick<ServerState, "address" | "port">,
  server: Pick<ServerPlan, "address" | "port">,
): boolean {
  return state.address === server.address && state.port === server.port;
}

/** A line without the drain or maintenance that an interrupted rollout may have left on it. */
function readmitted(line: string, server: ServerPlan): string {
  const field = line.split(" ");
  field[COLUMN.administrative] = "0";
  field[COLUMN.encrypted] = encrypted(server);
  return field.join(" ");
}

/** Whether a server is asked by TLS. The file wins over the configuration: an HAProxy that reads 0 here asks in clear, certificates or not. */
function encrypted({ certifiedName }: ServerPlan): "0" | "1" {
  return certifiedName === undefined ? "0" : "1";
}

/** Operational 2 is running; check result 3 with the health of one success is passed, 2 with 0 is failed; check state 6 is configured and enabled. */
function freshLine(backend: string, name: string, server: ServerPlan, running: boolean): string {
  const { address, port } = server;
  const [operational, result, health] = running ? [2, 3, 3] : [0, 2, 0];
  return `0 ${backend} 0 ${name} ${address} ${operational} 0 1 1 0 1 ${result} ${health} 6 0 0 0 - ${port} - ${encrypted(server)} 0 - - 0`;
}
