import type { Configuration } from "../../components/haproxy/configuration";
import { backendsOf, isBackendOf } from "../../components/haproxy/backend-names";
import { certificateTexts } from "../../components/haproxy/certificate-files";
import { credentialTexts } from "../../components/haproxy/credentials";
import { isSameAddress, seedServerState, type ServerState } from "../../components/haproxy/server-state";
import { Duration } from "../../components/model/duration";
import { type Plan, sortedEntries } from "../../components/model/plan";
import type { Operation } from "../resource";
import { until } from "../wait";
import { certificatesHold, handshakeCount } from "./certificates-hold";
import { described, type Gate, gateFor, gateState, type PoolServer } from "./gate";
import type { BalancerNode, ProbeCredentials } from "../haproxy/node";
import { orPutBack } from "./put-back";
import { probeCount, routesHold } from "./routes-hold";

/** How often a server that the stack knew before is asked whether it still answers. */
const TRIES_OF_KNOWN = 3;
/** What is reckoned for what is asked or told of one server or route, in milliseconds; far more than that takes. */
const TIME_TO_ASK = 1_000;

/** One configuration on its way to one balancer. */
export interface RollOut {
  readonly node: BalancerNode;
  readonly configuration: Configuration;
  /** What the plan's credentials say, with their private key, where servers end TLS. */
  readonly credentials?: ProbeCredentials;
  /** Private keys of the certificates in the plan that clients are shown, by the certificate's name. */
  readonly certificateKeys?: Readonly<Record<string, string>>;
  readonly plan: Plan;
  /** The plan that the node was rolled out with before, if any. */
  readonly before: Plan | undefined;
  readonly healthyWithin: string;
  readonly drainWithin: string;
}

/**
 * Brings a configuration to a balancer without losing a request: looks it over, reloads, waits until every server that
 * must be up is up and every removed one has answered its last request. Whatever goes wrong on the way, an interruption
 * too, ends with the old configuration serving.
 *
 * @throws Error saying what went wrong and which servers are concerned.
 */
export async function rollOut(rollout: RollOut, operation: Operation): Promise<void> {
  const { node, configuration, plan } = rollout;
  // What a run that is gone has not confirmed: its timer must not end amid this one.
  const verified = await node.rollback.rearm(ownTime(rollout) + Duration.parse(rollout.healthyWithin).milliseconds);
  const servers = await node.serverStates();
  if ((await node.configuration()) === configuration.text && (await node.description()) === configuration.description) {
    const verify = (): Promise<void> => verifyRunning(rollout, servers.servers, operation);
    await (verified === undefined ? verify() : orPutBack(node, verified, servers, operation, verify));
    return;
  }
  const old = verified ?? (await runningText(node));
  operation.status("checking the configuration");
  await node.provide(filesOf(rollout));
  const complaint = await node.propose(configuration.text);
  if (complaint !== undefined)
    throw new Error(`HAProxy refuses the new configuration of ${node.name}, which serves on with the old one: ${complaint}`);

  const gate = await provenGate(rollout, gateFor(plan, servers.servers), operation);
  operation.signal.throwIfAborted();
  if (old !== undefined) await node.rollback.arm({ configuration: old, state: servers.text }, ownTime(rollout));
  await orPutBack(node, old, servers, operation, async () => {
    await prepareOldWorker(rollout, gate, servers.servers, operation);
    const proven = gate.fresh.filter(({ pool }) => gate.bare.has(pool)).map(({ name }) => name);
    await node.writeServerState(seedServerState(plan, servers.servers, new Set(proven)));
    await node.adopt(configuration.text);
    operation.status("reloading");
    const refused = await node.reload();
    if (refused !== undefined) throw new Error(`HAProxy did not take the new configuration: ${refused}`);
    await pass(rollout, gate, operation);
    await certificatesHold(node, plan, operation);
    await routesHold(node, plan, operation);
    await removedAreIdle(rollout, gate, operation);
  });
  await settle(rollout, gate, operation);
}

/** The files with keys that the configuration reads, by name. */
function filesOf({ credentials, certificateKeys = {}, plan: { https } }: RollOut): Record<string, string> {
  return {
    ...(credentials === undefined ? {} : credentialTexts(credentials, credentials.key)),
    ...(https === undefined ? {} : certificateTexts(https.certificates, certificateKeys)),
  };
}

/** How long a rollout may take from where it touches the node to where it confirms, in milliseconds. */
function ownTime({ node, plan, before, healthyWithin, drainWithin }: RollOut): number {
  const servers = [plan, before].flatMap((each) => Object.values(each?.pools ?? {})).map((pool) => Object.keys(pool.servers));
  const asked = servers.flat().length + probeCount(node, plan) + handshakeCount(node, plan);
  return Duration.parse(healthyWithin).milliseconds + Duration.parse(drainWithin).milliseconds + asked * TIME_TO_ASK;
}

/** The configuration that is running, to which a failing rollout goes back: a run that was cut off may have left another file. */
async function runningText(node: BalancerNode): Promise<string | undefined> {
  const running = await node.description();
  const [current, previous] = [await node.configuration(), await node.previous()];
  return [current, previous].find((text) => text?.includes(`\n  description ${running}\n`)) ?? current;
}

/** A configuration that runs already, from a run that was cut off: what it left undone is done. */
async function verifyRunning(rollout: RollOut, servers: readonly ServerState[], operation: Operation): Promise<void> {
  const { node, configuration, plan } = rollout;
  for (const { backend, server, forced } of servers) {
    if (forced) await node.setServer(backend, server, "ready");
  }
  const gate = gateFor(plan, servers);
  // Unconfirmed, those that are down are those that the cut-off run was waiting for.
  const cutOff = (await node.confirmed()) !== configuration.description;
  const awaited = cutOff ? gate.down.filter((server) => !isKnown(rollout, server) && server.server.frozen !== true) : [];
  const undone = { ...gate, fresh: [...gate.fresh, ...awaited], down: gate.down.filter((server) => !awaited.includes(server)) };
  if (cutOff) await pass(rollout, undone, operation);
  await settle(rollout, undone, operation);
}

/**
 * Asks, before anything is touched, the servers that no health check of this balancer vouches for: those of a pool that
 * would start with none up, those that have moved or are awaited, and all of a pool whose health check changes.
 */
async function provenGate(rollout: RollOut, gate: Gate, operation: Operation): Promise<Gate> {
  const { node, plan, before } = rollout;
  const changed = sortedEntries(plan.pools)
    .filter(
      ([pool, { healthCheck }]) =>
        before?.pools[pool] !== undefined && JSON.stringify(before.pools[pool].healthCheck) !== JSON.stringify(healthCheck),
    )
    .map(([pool]) => pool);

  const toAsk = [
    ...gate.fresh.filter((server) => gate.bare.has(server.pool) || isMoved(rollout, server) || isAwaited(server)),
    ...gate.kept.filter(({ pool }) => changed.includes(pool)),
  ];
  const gone = new Set<string>();
  const within = Duration.parse(rollout.healthyWithin).milliseconds;
  await Promise.all(
    toAsk.map(async (server) => {
      const knownDown = gate.fresh.includes(server) && isKnown(rollout, server) && !isAwaited(server);
      const reason = await reasonNotFit(rollout, server, knownDown ? TRIES_OF_KNOWN : Infinity, within, operation);
      if (reason === undefined) return;
      if (!knownDown)
        throw new Error(
          `${node.name} serves on unchanged: ${server.name} does not pass its health check within ${rollout.healthyWithin}: ${reason}`,
        );
      gone.add(server.name);
    }),
  );
  // A server that the stack knew before and that does not answer was down already, though this node can't know it.
  const isGone = ({ name }: PoolServer): boolean => gone.has(name);
  return { ...gate, fresh: gate.fresh.filter((server) => !isGone(server)), down: [...gate.down, ...gate.fresh.filter(isGone)] };
}

/** Whether this server must be up, whatever it was before. */
function isAwaited({ server }: PoolServer): boolean {
  return server.awaited === true;
}

/** Whether the stack had this server before, at this address. */
function isKnown({ before }: RollOut, { pool, name, server }: PoolServer): boolean {
  const known = before?.pools[pool]?.servers[name];
  return known !== undefined && isSameAddress(known, server);
}

/** Whether the stack had this server before, at another address. */
function isMoved({ before }: RollOut, { pool, name, server }: PoolServer): boolean {
  const known = before?.pools[pool]?.servers[name];
  return known !== undefined && !isSameAddress(known, server);
}

/** Whether what is said to this server now, in the words of the configuration before, is understood where it stands from now on. */
function isSpokenToAlike({ before, plan }: RollOut, { pool, name, server }: PoolServer): boolean {
  const [then, now] = [before?.pools[pool], plan.pools[pool]];
  const known = then?.servers[name];
  if (known === undefined) return true;
  const words = (of: typeof now, { sendProxy, certifiedName }: typeof server): string =>
    JSON.stringify([of?.protocol ?? "http", sendProxy, certifiedName]);
  return words(then, known) === words(now, server);
}

/** Asks a server's health check again and again, until it passes; otherwise the last reason against it. */
async function reasonNotFit(
  { node, plan, credentials }: RollOut,
  { pool, name, server }: PoolServer,
  tries: number,
  within: number,
  operation: Operation,
): Promise<string | undefined> {
  const probed = plan.pools[pool];
  if (probed === undefined) return undefined;
  let last = "no answer";
  let asked = 0;
  const outcome = await until(
    async () => {
      const reason = await node.probe(server, probed, credentials);
      if (reason === undefined) return "fit";
      last = reason;
      operation.status(`waiting for ${name}: ${reason}`);
      return ++asked >= tries ? "given up" : undefined;
    },
    within,
    operation.signal,
  );
  return outcome === "fit" ? undefined : last;
}

/**
 * Readies the worker that is about to be old for the last request of each of its idle connections: it sends nothing more to
 * servers that will be gone, and asks a server that has moved at its new place. (Once it is old, it takes no such command.)
 * What it would not be understood by it leaves alone: the old server stands until no balancer asks it.
 */
async function prepareOldWorker(
  rollout: RollOut,
  gate: Gate,
  before: readonly ServerState[],
  operation: Operation,
): Promise<void> {
  const { node, plan, before: planBefore } = rollout;
  const known = new Set(before.map(({ backend, server }) => `${backend}/${server}`));
  for (const { pool, name, server } of gate.fresh.filter((each) => isSpokenToAlike(rollout, each))) {
    for (const backend of Object.values(backendsOf(pool))) {
      if (known.has(`${backend}/${name}`)) await node.moveServer(backend, name, server.address, server.port);
    }
  }
  // The last ones of a pool stay, for somebody must answer.
  const moved = new Set(
    gate.fresh.filter(({ pool, name }) => known.has(`${backendsOf(pool).main}/${name}`)).map(({ pool }) => pool),
  );
  const leaving = gate.removed.filter(({ pool }) => moved.has(pool) || (Object.hasOwn(plan.pools, pool) && !gate.bare.has(pool)));
  if (leaving.length > 0) operation.status(`draining ${leaving.map(({ name }) => name).join(", ")}`);
  for (const { pool, name } of leaving) {
    // Clients that a cookie keeps at a server would be sent to it for as long as they ask.
    const isKept = [planBefore, plan].some((each) => each?.pools[pool]?.affinity !== undefined);
    const state = isKept ? "maint" : "drain";
    for (const backend of Object.values(backendsOf(pool))) await node.setServer(backend, name, state);
  }
}

async function pass({ node, healthyWithin }: RollOut, gate: Gate, operation: Operation): Promise<void> {
  let waitsFor = "an answer of the balancer";
  const passed = await until(
    async () => {
      const state = gateState(gate, await node.serverStatus());
      if (state.passed) return true;
      if ("broken" in state) throw new Error(state.broken);
      waitsFor = state.waitsFor;
      operation.status(`waiting for ${waitsFor}`);
      return undefined;
    },
    Duration.parse(healthyWithin).milliseconds,
    operation.signal,
  );
  if (passed === undefined) throw new Error(`not up within ${healthyWithin}: ${waitsFor}`);
}

async function removedAreIdle({ node, plan, drainWithin }: RollOut, gate: Gate, operation: Operation): Promise<void> {
  // The servers of a pool that is out stay, and what they have is waited for all the same.
  const resting = [...gate.kept, ...gate.fresh, ...gate.down].filter(({ pool }) => plan.pools[pool]?.page !== undefined);
  const out = [...gate.removed, ...resting];
  if (out.length === 0) return;
  let busy = 0;
  await until(
    async () => {
      const old = await node.oldServerStatus();
      busy = old
        .filter(({ backend, server }) => out.some(({ pool, name }) => name === server && isBackendOf(pool, backend)))
        .reduce((sum, { sessions }) => sum + sessions, 0);
      if (busy > 0) operation.status(`waiting for ${busy} requests on removed servers`);
      return busy === 0 ? true : undefined;
    },
    Duration.parse(drainWithin).milliseconds,
    operation.signal,
  );
  if (busy > 0) operation.warn(`${busy} requests on removed servers did not end within ${drainWithin}`);
}

/** What is so now is what a cold start begins from; the seeded state has served its one reload. */
async function settle({ node, configuration }: RollOut, gate: Gate, operation: Operation): Promise<void> {
  await node.writeServerState((await node.serverStates()).text);
  await node.confirm(configuration.description);
  await node.dropOldCredentials();
  if (gate.down.length > 0) {
    const status = new Map((await node.serverStatus()).map((server) => [`${server.backend}/${server.server}`, server]));
    const names = gate.down.map((server) =>
      described(server, status.get(`${backendsOf(server.pool).checkedOnly}/${server.name}`)),
    );
    operation.warn(`down before, and not waited for: ${names.join(", ")}`);
  }
}
