import net, { type Socket } from "node:net";
import tls from "node:tls";
import type { FailureKind } from "./measurement";

/** Header by which a server says who it is. */
export const SERVER_HEADER = "x-evenkeel-server";

/** Where a connection goes. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** How it is encrypted; absent where it is in clear. */
  readonly tls?: TlsTarget;
}

/** What a client of TLS asks for, and whom it trusts. */
export interface TlsTarget {
  /** The name that is asked for by SNI and that the certificate must be for; none for an address. */
  readonly serverName: string;
  /** The authorities that are trusted, in PEM. Absent: those of the system. */
  readonly ca?: string;
  /** False takes any certificate. */
  readonly verify: boolean;
}

/** What a request says. */
export interface Message {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Host, with the port where it is not the usual one. */
  readonly authority: string;
  /** Headers beside those that the connection sets: the id, the host, and the body's length. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** One request that is due. */
export interface Request {
  /** Its `x-request-id`. */
  readonly id: string;
  readonly message: Message;
  /** Whether it tells the server that no other will follow on the connection. @default false */
  readonly last?: boolean;
  /** When it fails if no whole answer is there, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** When it fails if there is no connection yet, in the same clock; not later than the deadline. */
  readonly connectDeadline: number;
}

/** What became of a request: a whole answer of any status, or none. */
export type Outcome =
  | { readonly answered: true; readonly status: number; readonly bytes: number; readonly server: string | undefined }
  | { readonly answered: false; readonly kind: FailureKind; readonly detail: string };

/** A connection as a load uses it, whatever it speaks. It makes each request once, on the wire as it is told. */
export interface Channel {
  /** Whether it can take a request now. */
  readonly idle: boolean;
  /** When it last carried a request, in milliseconds of `performance.now()`: now, while it does. */
  readonly lastUsed: number;
  /** Makes a request; `done` is called exactly once. */
  send(request: Request, done: (outcome: Outcome) => void): void;
  /** Ends it, with whatever it carries. */
  close(): void;
}

/** Begins to connect, in TLS where the target says so, offering one protocol. */
export function dial({ host, port, tls: encrypted }: Target, protocol: "http/1.1" | "h2"): Socket {
  if (encrypted === undefined) return net.connect({ host, port, noDelay: true });
  const { serverName, ca, verify } = encrypted;
  const socket = tls.connect({
    host,
    port,
    ALPNProtocols: [protocol],
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca }),
    // No name goes into SNI for an address (RFC 6066, 3), against which the certificate is held all the same.
    ...(net.isIP(serverName) === 0 ? { servername: serverName } : {}),
  });
  return socket.setNoDelay(true);
}

/** The event that says that a target's connection can be used. */
export function openedBy({ tls: encrypted }: Target): "connect" | "secureConnect" {
  return encrypted === undefined ? "connect" : "secureConnect";
}
