/** What a pool's balancers speak: HTTP, or only connections that they pass on. */
export const PROTOCOLS = ["http", "tcp"] as const;
/** Versions of the PROXY protocol. */
export const PROXY_VERSIONS = ["v1", "v2"] as const;
