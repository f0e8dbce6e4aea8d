import { backendsOf } from "../../components/haproxy/backend-names";
import { isSameAddress, type ServerState } from "../../components/haproxy/server-state";
import { isUp, type ServerStatus, wasChecked } from "../../components/haproxy/server-status";
import { type Plan, type ServerPlan, sortedEntries } from "../../components/model/plan";

/** A server of one pool. */
export interface PoolServer {
  readonly pool: string;
  readonly name: string;
  readonly server: ServerPlan;
}

/** What a rollout waits for, decided before the reload. */
export interface Gate {
  /** New ones, those at another address, and those that are awaited: they must come up. */
  readonly fresh: readonly PoolServer[];
  /** Those that were up: none of them may go down. */
  readonly kept: readonly PoolServer[];
  /** Those that were down already: told, never waited for, so that a change is possible in an outage. */
  readonly down: readonly PoolServer[];
  /** Those that the new configuration has no more: their sessions are waited for. */
  readonly removed: readonly { readonly pool: string; readonly name: string }[];
  /** Pools that would start with no server up, since all of theirs are fresh. */
  readonly bare: ReadonlySet<string>;
}

/** How a gate stands: what it still waits for, or why it can't be passed. */
export type GateState =
  | { readonly passed: true }
  | { readonly passed: false; readonly waitsFor: string }
  | { readonly passed: false; readonly broken: string };

/** Decides what to wait for, from the servers as the balancer has them before the reload. */
export function gateFor(plan: Plan, before: readonly ServerState[]): Gate {
  const known = new Map(before.map((state) => [`${state.backend}/${state.server}`, state]));
  const gate = { fresh: [] as PoolServer[], kept: [] as PoolServer[], down: [] as PoolServer[] };
  const bare = new Set<string>();
  for (const [pool, { servers }] of sortedEntries(plan.pools)) {
    let kept = 0;
    for (const [name, server] of sortedEntries(servers)) {
      // The backend without passive ejection says what the health checks say.
      const state = known.get(`${backendsOf(pool).checkedOnly}/${name}`);
      const isNew = state === undefined || !isSameAddress(state, server);
      const place = isNew || (!state.running && server.awaited === true) ? "fresh" : state.running ? "kept" : "down";
      if (place === "kept") kept++;
      // In a data center whose provider is in trouble anything may happen, and none of it shall stop a change elsewhere.
      if (server.frozen !== true) gate[place].push({ pool, name, server });
      else if (place !== "kept") gate.down.push({ pool, name, server });
    }
    if (kept === 0) bare.add(pool);
  }
  const removed = before
    .filter(({ backend, server }) => {
      const pool = poolOfChecked(backend);
      if (pool === undefined) return false;
      const servers = Object.hasOwn(plan.pools, pool) ? plan.pools[pool]?.servers : undefined;
      return servers === undefined || !Object.hasOwn(servers, server);
    })
    .map(({ backend, server }) => ({ pool: poolOfChecked(backend) ?? "", name: server }));
  return { ...gate, removed, bare };
}

/** Holds a gate against what the balancer says now. */
export function gateState(gate: Gate, now: readonly ServerStatus[]): GateState {
  const status = new Map(now.map((server) => [`${server.backend}/${server.server}`, server]));
  const of = ({ pool, name }: PoolServer, backend: "main" | "checkedOnly"): ServerStatus | undefined =>
    status.get(`${backendsOf(pool)[backend]}/${name}`);

  const fallen = gate.kept.filter((server) => !isUp(of(server, "checkedOnly") ?? { status: "absent" }));
  if (fallen.length > 0) {
    return { passed: false, broken: `${list(fallen.map((server) => described(server, of(server, "checkedOnly"))))} went down` };
  }
  const waiting = gate.fresh.filter(
    (server) => !(["main", "checkedOnly"] as const).every((backend) => isUp(of(server, backend) ?? { status: "absent" })),
  );
  if (waiting.length === 0) return { passed: true };
  return { passed: false, waitsFor: list(waiting.map((server) => described(server, of(server, "checkedOnly")))) };
}

/** `web-a-3 (127.0.0.1:23411, L4CON Connection refused)`. */
export function described({ name, server }: PoolServer, status?: ServerStatus): string {
  const check = status === undefined || !wasChecked(status) ? "" : `, ${status.lastCheck}`;
  return `${name} (${server.address}:${server.port}${check})`;
}

/** The pool of a backend that only has health checks; undefined for any other backend. */
function poolOfChecked(backend: string): string | undefined {
  const suffix = backendsOf("").checkedOnly;
  return backend.endsWith(suffix) ? backend.slice(0, -suffix.length) : undefined;
}

function list(parts: readonly string[]): string {
  return parts.length <= 4 ? parts.join(", ") : `${parts.slice(0, 3).join(", ")} and ${parts.length - 3} more`;
}
