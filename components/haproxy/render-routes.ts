import { sortedEntries } from "../model/plan";
import { isPrefix, isWildcard, type Route } from "../model/route";

/** The rules of a frontend by which each request is given its pool. */
export function routeRules(routes: readonly Route[]): string[] {
  return routes.map(
    (route) => `  http-request set-var(txn.pool) str(${route.pool}) if !{ var(txn.pool) -m found }${conditions(route)}`,
  );
}

/** The conditions of a route, all of which must hold. */
function conditions({ host, path, cookie }: Route): string {
  const name =
    host === undefined
      ? []
      : [`req.hdr(host),field(1,:),lower ${isWildcard(host) ? "-m end" : "-m str"} ${host.replace(/^\*/, "").toLowerCase()}`];
  const where = path === undefined ? [] : [isPrefix(path) ? `path,concat(/) -m beg ${path.slice(0, -1)}` : `path -m str ${path}`];
  const cookies = sortedEntries(cookie ?? {}).map(([key, value]) => `req.cook(${key}) -m str ${value}`);
  return [...name, ...where, ...cookies].map((condition) => ` { ${condition} }`).join("");
}
