import type { Credentials } from "../../components/haproxy/credentials";
import type { ServerState } from "../../components/haproxy/server-state";
import type { ServerStatus } from "../../components/haproxy/server-status";
import type { Handshake } from "../../components/model/tls/handshake";
import type { PoolPlan, ServerPlan } from "../../components/model/plan";
import type { RoutedRequest } from "../../components/model/routing/route-match";
import type { Operation } from "../resource";

/** What the pair shows to servers that end TLS, and whom it trusts, all in PEM. */
export interface ProbeCredentials extends Credentials {
  /** The private key of the certificate. */
  readonly key: string;
}

/** What is known of a pool when one of its servers is asked. */
export type Probed = Pick<PoolPlan, "healthCheck">;

/** What a node goes back to by itself. */
export interface Fallback {
  /** The text of its configuration file. */
  readonly configuration: string;
  /** The server-state file that goes with it, where there is one. */
  readonly state?: string;
}

/**
 * A configuration is taken on trial: unless it is confirmed in time the node puts the one before back by itself, for whoever
 * rolls out, or the way there, may be gone then. Where a node stands on this machine, none of this does anything.
 */
export interface Rollback {
  /**
   * From now on the node goes back to this after the time, until {@link BalancerNode.confirm}. One that an unconfirmed
   * rollout has left stays what it goes back to; only its time begins anew.
   * @param within Milliseconds that the rollout itself may take.
   */
  arm(to: Fallback, within: number): Promise<void>;
  /** Has the time of what an unconfirmed rollout has left begin anew; the configuration that it goes back to, if there is any. */
  rearm(within: number): Promise<string | undefined>;
  /**
   * It stays as it is, for its configuration was verified.
   * @throws NodeTrouble when it went back meanwhile.
   */
  confirm(): Promise<void>;
  /** The node has been put back: it is no more to do it by itself. */
  disarm(): Promise<void>;
  /** Seconds after which it goes back, as long as it is armed by this run. */
  readonly armedFor: number | undefined;
}

/** What the listener of a site answers to a rollout. */
export interface ProbeAnswer {
  readonly status: number;
  /** Where it sends the client, if it does. */
  readonly location?: string;
  /** The pool that it would have asked; absent where it answers by itself, and where the text says it. */
  readonly pool?: string;
  /** The path that it would have asked for. */
  readonly path?: string;
  readonly body: string;
}

/** A balancer node as a rollout handles it, wherever it stands. Each method throws an error that names the node when it can't be reached. */
export interface BalancerNode {
  /** How messages call it: `the secondary balancer`. */
  readonly name: string;
  /** Port on which its site is asked over HTTPS; undefined where it is not. */
  readonly httpsPort: number | undefined;
  /**
   * Waits until the node can be worked on, and takes it for this run alone, until {@link close}. Without it a node can be read.
   * @param young Whether its machine may still be booting for the first time, for which it is waited longer.
   */
  take(operation: Operation, young: boolean): Promise<void>;
  /** Ends the work on the node. It does not throw. */
  close(): Promise<void>;
  /** The text of its configuration file, undefined when there is none. */
  configuration(): Promise<string | undefined>;
  /**
   * Puts files that a configuration reads into its directory, those that are not there as they shall be.
   * @throws NodeTrouble when the machine's clock is so far off that certificates among them would not be taken.
   */
  provide(files: Readonly<Record<string, string>>): Promise<void>;
  /** Removes the credentials that neither the configuration nor the one before it reads. */
  dropOldCredentials(): Promise<void>;
  /** Puts a configuration beside the one in use and has HAProxy look it over: its complaint, or undefined when it is sound. */
  propose(text: string): Promise<string | undefined>;
  /** Makes a text the configuration file, and the one before the previous. */
  adopt(text: string): Promise<void>;
  /** What it goes back to by itself. */
  readonly rollback: Rollback;
  /** The configuration before the last {@link adopt}. */
  previous(): Promise<string | undefined>;
  /**
   * Notes that the configuration with this description was verified; {@link adopt} takes the note away.
   * @throws NodeTrouble when the node went back by itself meanwhile.
   */
  confirm(description: string): Promise<void>;
  /** The description that was confirmed last, while nothing was adopted since. */
  confirmed(): Promise<string | undefined>;
  /** Writes the file that servers start from at the next reload, or cold start. */
  writeServerState(text: string): Promise<void>;
  /** Reloads without losing a request; returns HAProxy's complaint when it went on with the old configuration. */
  reload(): Promise<string | undefined>;
  /** The description in the configuration that the newest worker runs. */
  description(): Promise<string>;
  /** The newest worker's servers, in the form of a server-state file, and read. */
  serverStates(): Promise<{ text: string; servers: ServerState[] }>;
  /** What the newest worker says of its servers. */
  serverStatus(): Promise<ServerStatus[]>;
  /** What the workers of earlier configurations, which finish their connections, say of their servers. */
  oldServerStatus(): Promise<ServerStatus[]>;
  /**
   * Takes a server out of the newest worker's choice, or lets it back; what it does already it finishes. With `drain` it goes on
   * getting the requests of clients that are kept at it by a cookie; with `maint` these move on as well.
   */
  setServer(backend: string, server: string, state: "drain" | "maint" | "ready"): Promise<void>;
  /** Tells the newest worker that a server stands elsewhere now. */
  moveServer(backend: string, server: string, address: string, port: number): Promise<void>;
  /** What the site's own listener gives a request, that of HTTPS one that asks for it. */
  route(request: RoutedRequest): Promise<ProbeAnswer>;
  /**
   * The SHA-256 of the certificate that the site's own listener shows to a client, in the form `AB:CD:…`.
   * @throws NoAnswer when it shows none.
   */
  shownCertificate(handshake: Handshake): Promise<string>;
  /** The pool that a connection would be passed on to whose TLS asks for a name, or for none; undefined when it would be closed. */
  passedTo(name: string | undefined): Promise<string | undefined>;
  /**
   * Asks the health check of a server's pool from the node, once: why it is not fit, or undefined.
   * @param credentials What is shown to a server that ends TLS.
   */
  probe(server: ServerPlan, pool: Probed, credentials?: ProbeCredentials): Promise<string | undefined>;
}
