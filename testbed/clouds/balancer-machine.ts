import { seedServerState, type ServerState, parseServerStates } from "../../components/haproxy/server-state";
import type { ServerStatus } from "../../components/haproxy/server-status";
import type { Configuration } from "../../components/haproxy/configuration";
import { backendsOf } from "../../components/haproxy/backend-names";
import { renderBalancer } from "../../components/haproxy/render/balancer";
import { type Handshake, handshakesFor } from "../../components/model/tls/handshake";
import { passthroughRouteFor } from "../../components/model/routing/passthrough";
import { type NodePlan, type Plan, sortedEntries } from "../../components/model/plan";
import type { RoutedRequest } from "../../components/model/routing/route-match";
import { siteOutcome } from "../../components/model/routing/site-outcome";
import { type BalancerNode, type ProbeAnswer, type Rollback } from "../../provider/haproxy/node";
import { NodeTrouble } from "../../provider/transport/node-trouble";
import type { Recorder } from "./recorder";

/** What the stand-in clouds know of the machines in them. */
export interface Machines {
  /** Id of the machine that packets to an address reach; undefined when there is none. */
  machineAt(address: string): string | undefined;
  /** Of some addresses those at which nothing stands any more. */
  gone(addresses: readonly string[]): Set<string>;
}

/** What one balancer's machine holds. */
interface Held {
  file: string | undefined;
  previous: string | undefined;
  confirmed: string | undefined;
  /** The configuration that HAProxy runs. */
  running: string;
  /** The last one that was recorded as rolled out. */
  recorded: string | undefined;
}

/** The balancers of the stand-in clouds, without machine or HAProxy: each holds the configurations that it is given, by the machine that it stands on. */
export class BalancerMachines {
  private readonly plans = new Map<string, Plan>();
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly machines: Machines,
    private readonly recorder: Recorder,
  ) {}

  /** Renders as the real plugin does, and remembers what a text says. */
  readonly render = (plan: Plan, node: NodePlan): Configuration => {
    const configuration = renderBalancer(plan, node);
    this.plans.set(configuration.text, plan);
    return configuration;
  };

  /** The node that stands at its address now. */
  readonly reach = (node: NodePlan, key?: string): BalancerNode =>
    new BalancerMachine(
      node,
      () => this.holdingOf(node, key),
      (text) => this.plans.get(text),
      this.machines,
      this.recorder,
    );

  /** @throws NodeTrouble when no machine has the node's address, or it is asked without a key. */
  private holdingOf({ role, remote }: NodePlan, key: string | undefined): Held {
    const machine = remote === undefined ? role : this.machines.machineAt(remote.address);
    if (machine === undefined)
      throw new NodeTrouble(`no machine has the address ${remote?.address ?? ""} of the ${role} balancer`, "it does not answer");
    if (remote !== undefined && (key === undefined || key === ""))
      throw new NodeTrouble(`the ${role} balancer at ${remote.address} is asked without a key`, "it has no key");
    const known = this.held.get(machine);
    if (known !== undefined) return known;
    const young = { file: undefined, previous: undefined, confirmed: undefined, running: "", recorded: undefined };
    this.held.set(machine, young);
    return young;
  }
}

/** Nothing comes between a rollout and these machines. */
export const NO_ROLLBACK: Rollback = {
  arm: () => Promise.resolve(),
  rearm: () => Promise.resolve(undefined),
  confirm: () => Promise.resolve(),
  disarm: () => Promise.resolve(),
  armedFor: undefined,
};

/** One balancer, which takes every configuration, and whose servers are up as long as they stand. */
class BalancerMachine implements BalancerNode {
  readonly name: string;
  readonly rollback = NO_ROLLBACK;

  constructor(
    private readonly node: NodePlan,
    private readonly holding: () => Held,
    private readonly planOf: (text: string) => Plan | undefined,
    private readonly machines: Machines,
    private readonly recorder: Recorder,
  ) {
    this.name = `the ${node.role} balancer`;
  }

  get httpsPort(): number | undefined {
    return this.node.https?.port;
  }

  async take(): Promise<void> {
    await this.held();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async configuration(): Promise<string | undefined> {
    return (await this.held()).file;
  }

  async previous(): Promise<string | undefined> {
    return (await this.held()).previous;
  }

  async provide(): Promise<void> {
    await this.held();
  }

  async dropOldCredentials(): Promise<void> {
    await this.held();
  }

  async propose(text: string): Promise<string | undefined> {
    await this.held();
    return this.planOf(text) === undefined ? "it was not rendered here" : undefined;
  }

  async adopt(text: string): Promise<void> {
    const held = await this.held();
    held.confirmed = undefined;
    if (held.file !== undefined && held.file !== text) held.previous = held.file;
    held.file = text;
  }

  async confirm(description: string): Promise<void> {
    const held = await this.held();
    held.confirmed = description;
    if (held.recorded === held.running) return;
    held.recorded = held.running;
    this.record("rollout");
  }

  async confirmed(): Promise<string | undefined> {
    return (await this.held()).confirmed;
  }

  async writeServerState(): Promise<void> {
    await this.held();
  }

  async reload(): Promise<string | undefined> {
    const held = await this.held();
    held.running = held.file ?? "";
    this.record("reload");
    return undefined;
  }

  async description(): Promise<string> {
    return /^ {2}description (.*)$/m.exec((await this.held()).running)?.[1] ?? "";
  }

  async serverStates(): Promise<{ text: string; servers: ServerState[] }> {
    const up = (await this.serverStatus()).filter(({ status }) => status === "UP").map(({ server }) => server);
    const plan = this.planOf((await this.held()).running);
    const text = plan === undefined ? "1\n" : seedServerState(plan, [], new Set(up));
    return { text, servers: parseServerStates(text) };
  }

  async serverStatus(): Promise<ServerStatus[]> {
    const pools = sortedEntries(this.planOf((await this.held()).running)?.pools ?? {});
    const servers = pools.flatMap(([pool, { servers }]) =>
      sortedEntries(servers).map(([server, { address }]) => ({ pool, server, address })),
    );
    const gone = this.machines.gone(servers.map(({ address }) => address));
    return servers.flatMap(({ pool, server, address }) =>
      Object.values(backendsOf(pool)).map((backend) => ({
        ...{ backend, server, sessions: 0, requests: 0 },
        ...(gone.has(address)
          ? { status: "DOWN", lastCheck: "L4CON No route to host" }
          : { status: "UP", lastCheck: "L7OK 200" }),
      })),
    );
  }

  async oldServerStatus(): Promise<ServerStatus[]> {
    await this.held();
    return [];
  }

  async setServer(): Promise<void> {
    await this.held();
  }

  async moveServer(): Promise<void> {
    await this.held();
  }

  async passedTo(name: string | undefined): Promise<string | undefined> {
    const { passthrough = [] } = this.planOf((await this.held()).running) ?? {};
    return passthroughRouteFor(passthrough, name)?.pool;
  }

  async route(request: RoutedRequest): Promise<ProbeAnswer> {
    const plan = this.planOf((await this.held()).running) ?? { routes: [] };
    const outcome = siteOutcome(plan, this.httpsPort, request);
    if (outcome?.kind === "redirect") return { ...outcome, body: "" };
    if (outcome?.kind === "response") return outcome;
    return { status: 200, path: outcome?.path, body: outcome?.pools[0] ?? "" };
  }

  async shownCertificate({ name, signatures }: Handshake): Promise<string> {
    const shown = handshakesFor(this.planOf((await this.held()).running)?.https?.certificates);
    return shown.find((each) => each.name === name && each.signatures === signatures)?.fingerprint ?? "";
  }

  async probe({ address }: { address: string }): Promise<string | undefined> {
    await this.held();
    return this.machines.gone([address]).has(address) ? "No route to host" : undefined;
  }

  /** What its machine holds; a promise, since a real one is not at hand either. */
  private async held(): Promise<Held> {
    await Promise.resolve();
    return this.holding();
  }

  private record(kind: "reload" | "rollout"): void {
    const { running } = this.holding();
    const servers = sortedEntries(this.planOf(running)?.pools ?? {}).flatMap(([, pool]) =>
      sortedEntries(pool.servers).map(([name]) => name),
    );
    this.recorder.record({ kind, type: "haproxy", name: this.node.role, id: "", inputs: { servers } });
  }
}
