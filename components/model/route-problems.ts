import { type Problem, suggestion } from "./problem";
import { exampleFor, matches, type Route, takesAll } from "./route";

/**
 * The problems of a site's routes.
 *
 * @param routes The routes as the stack states them, undefined when it states none.
 * @param pools Names of the pools.
 */
export function routeProblems(routes: readonly Route[] | undefined, pools: readonly string[]): Problem[] {
  if (routes === undefined) {
    if (pools.length < 2) return [];
    return [
      {
        path: "routes",
        message: `is missing; with the pools ${pools.join(", ")}, the last route must say which takes the rest: - { pool: ${pools[0] ?? ""} }`,
      },
    ];
  }
  const last = routes.at(-1);
  const problems = routes.flatMap(({ pool }, i) =>
    pools.includes(pool)
      ? []
      : [
          {
            path: `routes[${i}].pool`,
            message: `is ${pool}, which is not one of the pools: ${pools.join(", ")}${suggestion(pool, pools)}`,
          },
        ],
  );
  if (last === undefined || !takesAll(last)) {
    problems.push({
      path: "routes",
      message: `must end with a route that takes every other request, such as - { pool: ${pools[0] ?? "web"} }`,
    });
  }
  routes.forEach((route, i) => {
    const earlier = routes.findIndex((other, at) => at < i && covers(other, route));
    if (earlier !== -1)
      problems.push({ path: `routes[${i}]`, message: `can never match: routes[${earlier}] takes every request that it would` });
  });
  return problems;
}

/** Whether a route takes every request that another would. */
function covers(route: Route, other: Route): boolean {
  if (route.host !== undefined && other.host === undefined) return false;
  if (route.path !== undefined && other.path === undefined) return false;
  if (route.host?.startsWith("*.") === false && other.host?.startsWith("*.") === true) return false;
  if (route.path?.endsWith("/*") === false && other.path?.endsWith("/*") === true) return false;
  const sameCookies = Object.entries(route.cookie ?? {}).every(([name, value]) => other.cookie?.[name] === value);
  return sameCookies && matches(route, exampleFor(other));
}
