import { readStack } from "../../../components/model/read-stack";

/** The sections of a stack file without a problem. */
export const SOUND = {
  site: { name: "shop" },
  dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
  loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
  pools: { web: { servers: { a: 2, b: 2 } } },
};

/** What is wrong with the sound stack once these sections took the place of its own: `path: message` each. */
export function problemsWith(sections: Record<string, unknown>): string[] {
  return readStack({ ...SOUND, ...sections }).problems.map(({ path, message }) => `${path}: ${message}`);
}

/** The same with one pool, `web`, with these keys. */
export function problemsWithPool(pool: Record<string, unknown>): string[] {
  return problemsWith({ pools: { web: { servers: { a: 2, b: 2 }, ...pool } } });
}
