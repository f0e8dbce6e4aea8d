import { z } from "zod";
import { page, type Page } from "./page";
import type { Problem } from "../problem";
import { suggestion } from "../problem";
import { mustBe, name } from "../schema";

/** What a pool's requests get while none of its servers passes its check: one of these. */
export interface AllDown {
  /** A page that the balancer answers with. */
  readonly page?: Page | undefined;
  /** Name of the pool that answers instead. */
  readonly pool?: string | undefined;
  /** All of the pool's own servers, whatever their checks say (fail open). */
  readonly servers?: "all" | undefined;
}

/** What happens when all servers of a pool are down, in a stack file. */
export const whenAllDown = z
  .strictObject(
    {
      page: page.optional().describe("A page that the balancers answer with."),
      pool: name.optional().describe("Or: the pool that answers instead."),
      servers: z.enum(["all"], mustBe("all")).optional().describe("Or: all of its own servers, whatever their checks say."),
    },
    mustBe("a map such as { pool: spare }, { servers: all } or { page: { body: We are back soon. } }"),
  )
  .describe("What requests get while no server of the pool passes its check. Default: an error with status 503.");

/** Pools, as far as they say what they do when all of their servers are down. */
type Pools = Readonly<Record<string, { readonly whenAllDown?: AllDown | undefined }>>;

/**
 * The problems of what pools do when all of their servers are down.
 *
 * @param isFaulty Whether a problem of a part is told already.
 */
export function allDownProblems(pools: Pools, isFaulty: (path: string) => boolean): Problem[] {
  const names = Object.keys(pools);
  return Object.entries(pools).flatMap(([pool, { whenAllDown: instead }]): Problem[] => {
    const at = `pools.${pool}.whenAllDown`;
    if (instead === undefined || isFaulty(at)) return [];
    const to = instead.pool;
    const isKnown = to === undefined || names.includes(to);
    const unknown = isKnown
      ? []
      : [{ path: `${at}.pool`, message: `is ${to}, which is not one of the pools: ${names.join(", ")}${suggestion(to, names)}` }];
    const said = Object.entries(instead).flatMap(([key, value]) => (value === undefined ? [] : [key]));
    if (said.length !== 1) {
      const got = said.length === 0 ? "nothing" : said.join(" and ");
      return [...unknown, { path: at, message: `says ${got}, but must say one of: page, pool, servers` }];
    }
    if (to === undefined || !isKnown) return unknown;
    const way = wayFrom(pool, pools);
    // Of a circle, and of what only leads into one, the first pool in it tells.
    if (way.at(-1) !== pool || names.find((other) => way.includes(other)) !== pool) return [];
    return [{ path: `${at}.pool`, message: `is ${to}, which leads back to ${pool}: ${way.join(" -> ")}` }];
  });
}

/** The pools that requests pass through when all servers of each are down, up to one that is there already. */
function wayFrom(pool: string, pools: Pools): string[] {
  const way = [pool];
  for (let next = pools[pool]?.whenAllDown?.pool; next !== undefined; next = pools[next]?.whenAllDown?.pool) {
    const been = way.includes(next);
    way.push(next);
    if (been) break;
  }
  return way;
}
