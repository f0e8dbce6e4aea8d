import { isIP } from "node:net";
import { FILES } from "../../components/haproxy/configuration";
import { PATH_HEADER, POOL_HEADER, PROBE_HEADER } from "../../components/haproxy/render/routes";
import { LEADS_TO, PROBES } from "../../components/haproxy/render/tcp";
import { parseServerStates, type ServerState } from "../../components/haproxy/server-state";
import { parseServerStatus, type ServerStatus } from "../../components/haproxy/server-status";
import { Duration } from "../../components/model/duration";
import type { Handshake } from "../../components/model/tls/handshake";
import { questionIn } from "../../components/model/health-checks/health-check";
import type { Listener, NodePlan, ServerPlan } from "../../components/model/plan";
import { hostName, type RoutedRequest } from "../../components/model/routing/route-match";
import type { OpenTls } from "../transport/probe";
import type { Operation } from "../resource";
import { HaproxyHost } from "./haproxy-host";
import type { BalancerNode, ProbeAnswer, ProbeCredentials, Probed } from "./node";
import type { Transport } from "../transport/transport";

/** How long one health question of ours may take, in milliseconds. */
const PROBE_TIMEOUT = 2_000;
/** Addresses that are listened on but not connected to, and the one by which the machine itself reaches them. */
const FROM_ITSELF: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "*": "127.0.0.1", "": "127.0.0.1", "::": "::1" };

/** Without these HAProxy refuses a request for another protocol (RFC 6455, 4.1; the key is that of its 1.3). */
const UPGRADE = { connection: "upgrade", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };

/** A balancer that is HAProxy: which file, which socket, which command. Where it stands is its transport's business. */
export class HaproxyNode extends HaproxyHost implements BalancerNode {
  constructor(
    private readonly node: NodePlan,
    transport: Transport,
  ) {
    super(`the ${node.role} balancer`, node.directory, transport);
  }

  get httpsPort(): number | undefined {
    return this.node.https?.port;
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

  async oldServerStatus(): Promise<ServerStatus[]> {
    const all = await Promise.all((await this.oldWorkers()).map((worker) => this.toWorker(worker, "show stat")));
    return all.flatMap(parseServerStatus);
  }

  async setServer(backend: string, server: string, state: "drain" | "maint" | "ready"): Promise<void> {
    await this.admin(`set server ${backend}/${server} state ${state}`);
  }

  async moveServer(backend: string, server: string, address: string, port: number): Promise<void> {
    await this.admin(`set server ${backend}/${server} addr ${address} port ${port}`);
  }

  async route(request: RoutedRequest): Promise<ProbeAnswer> {
    const { scheme, method, host, path, query = "", headers: asked = {}, cookies, from = "1" } = request;
    const cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    const { status, headers, body } = await this.transport.answerTo({
      ...(scheme === "https" ? this.overTls({ name: hostName(host) }) : fromItself(this.node.site)),
      method,
      path: query === "" ? path : `${path}?${query}`,
      headers: {
        ...asked,
        ...("upgrade" in asked ? UPGRADE : {}),
        ...(cookie === "" ? {} : { cookie }),
        host,
        [PROBE_HEADER]: from,
      },
      timeout: PROBE_TIMEOUT,
    });
    const said = (name: string): string | undefined => (typeof headers[name] === "string" ? headers[name] : undefined);
    return { status, location: said("location"), pool: said(POOL_HEADER), path: said(PATH_HEADER), body };
  }

  shownCertificate(handshake: Handshake): Promise<string> {
    return this.transport.shownCertificate({ ...this.overTls(handshake), timeout: PROBE_TIMEOUT });
  }

  async passedTo(name = ""): Promise<string | undefined> {
    await this.transport.handshake(this.path(FILES.passthrough), name === "" ? undefined : name);
    const noted = [...(await this.admin(`show table ${PROBES}`)).matchAll(/ key=(\S*) /g)].map(([, key = ""]) => key);
    const found = noted.find((key) => key.startsWith(name + LEADS_TO));
    const pool = found?.slice(name.length + LEADS_TO.length);
    return pool === "" ? undefined : pool;
  }

  probe(server: ServerPlan, { healthCheck: check }: Probed, credentials?: ProbeCredentials): Promise<string | undefined> {
    const { address, port, certifiedName, sendProxy } = server;
    const tls =
      certifiedName === undefined || credentials === undefined
        ? undefined
        : { ca: credentials.trusted, cert: credentials.certificate, key: credentials.key, servername: certifiedName };
    // A check that may take longer is given as long here.
    const timeout = Math.max(PROBE_TIMEOUT, Duration.parse(check.timeout ?? check.interval ?? "0s").milliseconds);
    // Without TLS to end, a connection is all that is asked of who expects to be told of clients.
    const proxied = tls !== undefined && sendProxy !== undefined;
    return this.transport.reasonAgainst({ ...questionIn(check), address, port, timeout, tls, proxied });
  }

  /** Where and how a client begins TLS with the site. An address is no name that TLS could ask for. */
  private overTls({ name = "", signatures }: Partial<Handshake>): Listener & { readonly tls: OpenTls } {
    if (this.node.https === undefined) throw new Error(`${this.name} has no listener for HTTPS`);
    const servername = name === "" || isIP(name.replace(/^\[|\]$/g, "")) !== 0 ? {} : { servername: name };
    const taken = signatures === undefined ? {} : { sigalgs: signatures };
    return { ...fromItself(this.node.https), tls: { rejectUnauthorized: false, ...servername, ...taken } };
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

/** A listener as its machine itself reaches it. */
function fromItself({ address, port }: Listener): Listener {
  return { address: FROM_ITSELF[address] ?? address, port };
}
