/** What a pool's balancers speak: HTTP, or only connections that they pass on. */
export const PROTOCOLS = ["http", "tcp"] as const;
/** Versions of the PROXY protocol. */
export const PROXY_VERSIONS = ["v1", "v2"] as const;
/** One of them. */
export type ProxyVersion = (typeof PROXY_VERSIONS)[number];

/** The variable by which an app learns how it is told its clients. */
const SEND_PROXY = "EVENKEEL_SEND_PROXY";

/**
 * The variables by which an app learns what it gets beside requests. They are part of what a server runs: one that is spoken to otherwise is
 * another version of it, which stands beside the old one until no balancer speaks to that.
 */
export function spokenVariables({
  protocol,
  sendProxy,
}: {
  readonly protocol?: (typeof PROTOCOLS)[number] | undefined;
  readonly sendProxy?: ProxyVersion | undefined;
}): Readonly<Record<string, string>> {
  if (protocol !== "tcp") return {};
  return { EVENKEEL_PROTOCOL: protocol, ...(sendProxy === undefined ? {} : { [SEND_PROXY]: sendProxy }) };
}

/** How a server that has these variables is told its clients. */
export function sendProxyOf(variables: Readonly<Record<string, string>>): ProxyVersion | undefined {
  return PROXY_VERSIONS.find((version) => version === variables[SEND_PROXY]);
}
