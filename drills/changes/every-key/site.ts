import * as path from "node:path";
import type { StackInput } from "../../../components/model/stack";

/** One pool of a stack file. */
export type Pool = NonNullable<StackInput["pools"]>[string];
/** TLS of clients, as a stack file says it. */
export type Tls = NonNullable<StackInput["tls"]>;

/** The ports that a site of this part has for itself. */
export interface Ports {
  readonly page: number;
  readonly passed: number;
  readonly https: number;
  /** A free one, that a change may ask for. */
  readonly other: number;
}

/** A site that has something of each kind. */
export type BaseSite = StackInput & {
  readonly site: { readonly name: string };
  readonly pools: Readonly<Record<"api" | "mail" | "web", Pool>>;
  readonly routes: NonNullable<StackInput["routes"]>;
  readonly passthrough: NonNullable<StackInput["passthrough"]>;
  readonly failover: { readonly port: number };
};

/** A name that passed-on TLS may ask for; the load asks for none. */
export const SNI = "mail.example.com";
/** A secret that apps may refer to. */
export const TOKEN = "token";
/** Addresses that all of the load comes from. */
export const EVERYBODY = ["127.0.0.0/8"];
/** Addresses that none of it comes from. */
export const NOBODY = ["192.0.2.0/24"];
/** A page, of which every key is another one than by default. */
export const PAGE = { body: "soon", contentType: "text/plain", retryAfter: "1m" };

/** A site with a pool of each kind and a route of each kind, so that each key has something to change. */
export function siteOfEveryKey({ page, passed }: Pick<Ports, "page" | "passed">): BaseSite {
  return {
    site: { name: "shop" },
    dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
    loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
    failover: { port: page },
    pools: { api: quick({ a: 1, b: 1 }), mail: told("any"), web: quick({ a: 1, b: 1 }) },
    routes: [{ path: "/api/*", pool: "api" }, { pool: "web" }],
    passthrough: { port: passed, routes: [{ pool: "mail" }] },
    rollout: { drainWithin: "2s" },
  };
}

/** A pool that is quick to be checked. */
export function quick(servers: Record<string, number>): Pool {
  return { healthCheck: { interval: "200ms" }, slowStart: "1s", servers };
}

/** A tcp pool whose app takes one form of the PROXY protocol, or none, or any. */
export function told(form: "any" | "none" | "v1" | "v2", sendProxy?: Pool["sendProxy"]): Pool {
  const app = { command: `exec {node} '${path.join(__dirname, "told.mjs")}'`, environment: { PROXY: form } };
  return { ...quick({ a: 1, b: 1 }), protocol: "tcp", app, ...(sendProxy === undefined ? {} : { sendProxy }) };
}
