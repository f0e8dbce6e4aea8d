import type { Message, Target, TlsTarget } from "./channel";

/** How long a request may take before it fails as `timeout`, from the moment it was due. */
export const DEFAULT_TIMEOUT_MS = 10_000;
/** Connections that a load may hold open at a time: half of what one client address has ports for. */
export const DEFAULT_MAX_CONNECTIONS = 14_000;
/** Above it, a generator that shares its machine with what it measures measures itself. */
export const MAX_REQUESTS_PER_SECOND = 4000;

/** One load: what is asked, how often, and what counts as a failure. */
export interface LoadOptions {
  /** Where the requests go, `http://127.0.0.1:8080/path` or `https://…`. Either this or `urls`. */
  readonly url?: string;
  /** Several places that take turns, request by request, as clients do that hold several addresses. */
  readonly urls?: readonly string[];
  /** What is spoken. `h2` without TLS is spoken at once, as servers allow that know their clients. @default "http/1.1" */
  readonly protocol?: "http/1.1" | "h2";
  /** How servers of `https://` are held to be who they are. @default by the system's authorities and the URL's name */
  readonly tls?: LoadTls;
  /** Constant rate of arrivals, whether or not the earlier ones are answered. More than 0, at most 4000. */
  readonly requestsPerSecond: number;
  /** Whether connections are used again. If not, each request has its own and says `connection: close`. @default true */
  readonly keepAlive?: boolean;
  /**
   * Milliseconds for which a connection may lie unused and still be used again, as clients limit it: a server ends one some time,
   * and a request that is on its way just then is lost (RFC 9112, 9.3.1). 1 to 600,000. @default however long the server keeps it
   */
  readonly maxUnusedMs?: number;
  /** @default "GET" */
  readonly method?: string;
  /** Path and query in place of the URL's own. */
  readonly path?: string;
  /** Body of each request, sent with its `content-length`. @default none */
  readonly body?: string;
  /** More headers; `host` may be set, `x-request-id`, `connection` and the body's length may not. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds from when a request was due until it fails, 1 to 600,000. @default 10,000 */
  readonly timeoutMs?: number;
  /** Milliseconds that connecting may take of it. @default timeoutMs */
  readonly connectTimeoutMs?: number;
  /** The one status that is a success. @default any from 200 to 399 */
  readonly expectStatus?: number;
  /** The length that each answer's body must have, in bytes. @default any that its headers say */
  readonly expectBytes?: number;
  /** Connections open at a time, 1 to 28,000. A request that finds all busy waits for one. @default 14,000 */
  readonly maxConnections?: number;
}

/** How a client of TLS tells a server. */
export interface LoadTls {
  /** The name that is asked for by SNI and that the certificate must be for. @default the header `host`, else the URL's */
  readonly serverName?: string;
  /** The authorities that are trusted, in PEM. @default the system's */
  readonly ca?: string;
  /** False takes any certificate. @default true */
  readonly verify?: boolean;
}

/** A checked load, as plain data that can be handed to a thread. */
export interface LoadPlan {
  readonly targets: readonly PlannedTarget[];
  readonly requestsPerSecond: number;
  readonly protocol: "http/1.1" | "h2";
  readonly keepAlive: boolean;
  readonly maxUnusedMs: number;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly expectStatus: number | undefined;
  readonly expectBytes: number | undefined;
  readonly maxConnections: number;
}

/** A target, and what is said there. */
export interface PlannedTarget extends Target {
  readonly message: Message;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const PATH = /^\/[\x21-\x7e]*$/;
const RESERVED = new Set(["x-request-id", "connection", "content-length", "transfer-encoding"]);

/** Checks `options` and fills in what is left out. @throws Error that names every problem. */
export function planOf(options: LoadOptions): LoadPlan {
  const problems = problemsOf(options);
  if (problems.length > 0) throw new Error(["The load cannot start:", ...problems].join("\n  "));
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  return {
    targets: urlsOf(options).map((url) => target(new URL(url), options)),
    requestsPerSecond: options.requestsPerSecond,
    protocol: options.protocol ?? "http/1.1",
    keepAlive: options.keepAlive ?? true,
    maxUnusedMs: options.maxUnusedMs ?? Infinity,
    timeoutMs,
    connectTimeoutMs: Math.min(options.connectTimeoutMs ?? timeoutMs, timeoutMs),
    expectStatus: options.expectStatus,
    expectBytes: options.expectBytes,
    maxConnections: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
  };
}

function problemsOf(options: LoadOptions): string[] {
  const { method, path, headers = {} } = options;
  const urls = urlsOf(options);
  return [
    ...(urls.length === 0 || (options.url !== undefined && options.urls !== undefined)
      ? ["url is to be given, or urls with at least one, not both"]
      : []),
    ...urls.filter((url) => !isHttp(url)).map((url) => `url is ${url}, but must begin with http:// or https://`),
    ...outside("requestsPerSecond", options.requestsPerSecond, Number.MIN_VALUE, MAX_REQUESTS_PER_SECOND),
    ...outside("maxUnusedMs", options.maxUnusedMs, 1, 600_000),
    ...outside("timeoutMs", options.timeoutMs, 1, 600_000),
    ...outside("connectTimeoutMs", options.connectTimeoutMs, 1, 600_000),
    ...outside("expectStatus", options.expectStatus, 200, 599),
    ...outside("expectBytes", options.expectBytes, 0, Number.MAX_SAFE_INTEGER),
    ...outside("maxConnections", options.maxConnections, 1, 28_000),
    ...(method === undefined || TOKEN.test(method) ? [] : [`method is ${method}, but must be a name such as GET`]),
    ...(path === undefined || PATH.test(path) ? [] : [`path is ${path}, but must begin with / and have no space`]),
    ...Object.entries(headers).flatMap(([name, value]) => headerProblems(name, value)),
  ];
}

function outside(name: string, value: number | undefined, from: number, to: number): string[] {
  if (value === undefined || (value >= from && value <= to)) return [];
  return [`${name} is ${value}, but must be ${from === Number.MIN_VALUE ? "more than 0" : `from ${from}`} and at most ${to}`];
}

function headerProblems(name: string, value: string): string[] {
  if (RESERVED.has(name.toLowerCase())) return [`headers.${name} is set by the load itself`];
  if (!TOKEN.test(name) || !HEADER_VALUE.test(value)) return [`headers.${name} has a character that no header may have`];
  return [];
}

function urlsOf(options: LoadOptions): readonly string[] {
  return options.urls ?? (options.url === undefined ? [] : [options.url]);
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);
}

function target(url: URL, options: LoadOptions): PlannedTarget {
  const { headers = {}, body, method = "GET", path = url.pathname + url.search } = options;
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const authority = entries.find(([name]) => name === "host")?.[1] ?? url.host;
  const encrypted = url.protocol === "https:";
  return {
    host: nameIn(url.host),
    port: Number(url.port === "" ? (encrypted ? 443 : 80) : url.port),
    ...(encrypted ? { tls: tlsTarget(nameIn(authority), options.tls) } : {}),
    message: { method, path, authority, headers: Object.fromEntries(entries.filter(([name]) => name !== "host")), body },
  };
}

/** An authority's host, without port and without the brackets of an IPv6 address. */
function nameIn(authority: string): string {
  return authority.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}

function tlsTarget(name: string, { serverName = name, ca, verify = true }: LoadTls = {}): TlsTarget {
  return { serverName, verify, ...(ca === undefined ? {} : { ca }) };
}
