import { FILES } from "../../components/haproxy/configuration";
import { PROBE_HEADER } from "../../components/haproxy/render-site";
import { parseServerStates, type ServerState } from "../../components/haproxy/server-state";
import { parseServerStatus, type ServerStatus } from "../../components/haproxy/server-status";
import { Duration } from "../../components/model/duration";
import { type HealthCheck, questionIn } from "../../components/model/health-check";
import type { NodePlan, ServerPlan } from "../../components/model/plan";
import type { RoutedRequest } from "../../components/model/route";
import type { Operation } from "../resource";
import { HaproxyHost } from "./haproxy-host";
import type { BalancerNode, ProbeCredentials } from "./node";
import type { Transport } from "./transport";

/** How long one health question of ours may take, in milliseconds. */
const PROBE_TIMEOUT = 2_000;
/** Addresses that are listened on but not connected to, and the one by which the machine itself reaches them. */
const FROM_ITSELF: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "*": "127.0.0.1", "": "127.0.0.1", "::": "::1" };

/** A balancer that is HAProxy: which file, which socket, which command. Where it stands is its transport's business. */
export class HaproxyNode extends HaproxyHost implements BalancerNode {
  constructor(
    private readonly node: NodePlan,
    transport: Transport,
  ) {
    super(`the ${node.role} balancer`, node.directory, transport);
  }

  override take(operation: Operation, young: boolean): Promise<void> {
    // On this machine it is started before its first rollout.
    return super.take(operation, young && this.node.remote !== undefined);
  }

  writeServerState(text: string): Promise<void> {
    return this.transport.write(this.path(FILES.state), text);
  }

  async serverStates(): Promise<{ text: string; servers: ServerState[] }> {
    const text = `${await this.admin("show servers state")}\n`;
    return { text, servers: parseServerStates(text) };
  }

  async serverStatus(): Promise<ServerStatus[]> {
    return parseServerStatus(await this.admin("show stat"));
  }

  async oldServerStatus(): Promise<ServerStatus[]> {
    const all = await Promise.all((await this.oldWorkers()).map((worker) => this.toWorker(worker, "show stat")));
    return all.flatMap(parseServerStatus);
  }

  async setServer(backend: string, server: string, state: "drain" | "ready"): Promise<void> {
    await this.admin(`set server ${backend}/${server} state ${state}`);
  }

  async moveServer(backend: string, server: string, address: string, port: number): Promise<void> {
    await this.admin(`set server ${backend}/${server} addr ${address} port ${port}`);
  }

  async route({ host, path: asked, cookies }: RoutedRequest): Promise<string> {
    const cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    const { address, port } = this.node.site;
    const headers = { host, [PROBE_HEADER]: "1", ...(cookie === "" ? {} : { cookie }) };
    return this.transport.bodyOf({
      address: FROM_ITSELF[address] ?? address,
      port,
      path: asked,
      headers,
      timeout: PROBE_TIMEOUT,
    });
  }

  probe(server: ServerPlan, check: HealthCheck, credentials?: ProbeCredentials): Promise<string | undefined> {
    const { address, port, certifiedName } = server;
    const tls =
      certifiedName === undefined || credentials === undefined
        ? undefined
        : { ca: credentials.trusted, cert: credentials.certificate, key: credentials.key, servername: certifiedName };
    // A check that may take longer is given as long here.
    const timeout = Math.max(PROBE_TIMEOUT, Duration.parse(check.timeout ?? check.interval ?? "0s").milliseconds);
    return this.transport.reasonAgainst({ ...questionIn(check), address, port, timeout, tls });
  }

  /** Old workers end on their own, so one may be gone before it can be asked. */
  private async toWorker(worker: number, command: string): Promise<string> {
    return this.transport.ask(this.path(FILES.master), `@!${worker} ${command}`).catch(() => "");
  }

  private async oldWorkers(): Promise<number[]> {
    const [, old = ""] = (await this.transport.ask(this.path(FILES.master), "show proc")).split("# old workers");
    return [...old.matchAll(/^(\d+)\s+worker/gm)].map(([, pid]) => Number(pid));
  }
}
