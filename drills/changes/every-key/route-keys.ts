import type { StackInput } from "../../../components/model/stack";
import { type KeyChange, ofKeys } from "./change";
import { type BaseSite, NOBODY, SNI } from "./site";

type Route = NonNullable<StackInput["routes"]>[number];

/** All that a route may ask of a request, so that one of the load matches where it says nothing else. */
const MATCH = {
  path: "/api/*",
  host: "127.0.0.1",
  method: "POST",
  header: { "x-a": "1" },
  query: { a: "1" },
  cookie: { a: "1" },
  from: NOBODY,
  scheme: "http",
} as const satisfies Route;

const WORDS = ["path[]", "host[]", "method[]", "header.*[]", "query.*[]", "cookie.*[]", "from[]", "scheme"] as const;

/** The changes of routes, of requests and of connections. */
export function routeKeys(base: BaseSite): KeyChange[] {
  const routed = (route: Route): StackInput => ({ ...base, routes: [route, ...base.routes] });
  const changed = { set: { "x-a": "1" }, add: { "x-b": "1" }, remove: ["x-c"] };
  const changes = (of: string): string[] => ["set.*", "add.*", "remove[]"].map((key) => `routes[].${of}.${key}`);
  return [
    ofKeys(["routes[].pool", ...WORDS.map((word) => `routes[].${word}`)], routed({ ...MATCH, pool: "web" })),
    ofKeys(
      [`routes[].not.${WORDS[0]}`, ...WORDS.slice(1).map((word) => `routes[].not.${word}`)],
      routed({ not: MATCH, pool: "api" }),
    ),
    ofKeys(
      ["routes[].pools.*", "routes[].stickyCookie"],
      routed({ path: "/api/x", pools: { api: 50, web: 50 }, stickyCookie: "canary" }),
    ),
    ofKeys(
      ["routes[].redirect.status", "routes[].redirect.path", "routes[].redirect.host", "routes[].redirect.scheme"],
      routed({ path: "/api/x", redirect: { status: 308, path: "/new", host: "shop.example.com", scheme: "https" } }),
    ),
    ofKeys(
      ["routes[].respond.status", "routes[].respond.body", "routes[].respond.contentType"],
      routed({ path: "/api/x", respond: { status: 200, body: "here", contentType: "text/html" } }),
    ),
    ofKeys(["routes[].rewrite.path"], routed({ path: "/api/x", rewrite: { path: "/whoami" }, pool: "api" })),
    ofKeys(
      ["routes[].requestHeaders.set.*", ...changes("requestHeaders").slice(1), ...changes("responseHeaders")],
      routed({ path: "/api/x", pool: "api", requestHeaders: changed, responseHeaders: changed }),
    ),
    ofKeys(["passthrough.routes[].pool", "passthrough.routes[].sni"], {
      ...base,
      passthrough: { ...base.passthrough, routes: [{ sni: SNI, pool: "mail" }, { pool: "mail" }] },
    }),
  ];
}
