import { z } from "zod";
import { Duration } from "../duration";
import { type Problem, shown } from "../problem";
import { duration, mustBe } from "../schema";

/** Whether a browser sends the cookie along from other sites; what browsers take where a cookie says nothing. */
export const DEFAULT_SAME_SITE = "Lax";
const SAME_SITES = ["Lax", "Strict", "None"] as const;
/** What stands after the name of an app's cookie in the name of the cookie that goes with it. */
const COMPANION = "-server";

const COOKIE_RULE = "a cookie name: letters, digits, _ and -, 64 at most";
const cookieName = z.string(mustBe(COOKIE_RULE)).regex(/^[A-Za-z0-9_-]{1,64}$/, mustBe(COOKIE_RULE));
const OUTLIVES = duration("1m", "8760h");

/** The session affinity of a pool, in a stack file. */
export const affinity = z
  .strictObject(
    {
      cookie: cookieName
        .optional()
        .describe(
          "Name of a cookie that the balancers set with the first answer; it names the server. Either this or appCookie.",
        ),
      appCookie: cookieName
        .optional()
        .describe(
          "Name of a cookie that the app sets when a session begins: from then on its requests go to the server that set it.",
        ),
      maxIdle: OUTLIVES.optional().describe(
        "With cookie: how long a client may ask nothing and keep its server. Default: no limit.",
      ),
      maxLife: OUTLIVES.optional().describe("With cookie: how long a client keeps its server at most. Default: no limit."),
      sameSite: z
        .enum(SAME_SITES, mustBe(`one of: ${SAME_SITES.join(", ")}`))
        .default(DEFAULT_SAME_SITE)
        .describe("SameSite of the balancers' cookie. None is taken by browsers over https only."),
    },
    mustBe("a map such as { cookie: shop-server } or { appCookie: JSESSIONID }"),
  )
  .describe("Keeps a client at one server while that one gets requests. Default: none.");

/** Session affinity as the stack describes it. */
export type Affinity = z.output<typeof affinity>;

/** Name of the cookie by which clients tell the balancers their server. */
export function balancerCookie({ cookie, appCookie = "" }: Pick<Affinity, "cookie" | "appCookie">): string {
  return cookie ?? `${appCookie}${COMPANION}`;
}

/**
 * The problems of the pools' affinity that show only when keys are held against each other.
 *
 * @param isFaulty Whether a problem of a part is told already, so that nothing is said to be missing there.
 */
export function affinityProblems(
  pools: Readonly<Record<string, { readonly affinity?: Affinity | undefined }>>,
  isFaulty: (path: string) => boolean,
): Problem[] {
  const taken = new Map<string, string>();
  return Object.entries(pools).flatMap(([pool, { affinity: settings }]): Problem[] => {
    const at = `pools.${pool}.affinity`;
    if (settings === undefined || isFaulty(at)) return [];
    const { cookie, appCookie, maxIdle, maxLife } = settings;
    const problems: Problem[] = [];
    if (maxIdle !== undefined && maxLife !== undefined && longer(maxIdle, maxLife))
      problems.push({ path: `${at}.maxIdle`, message: `is ${maxIdle}, but must not be longer than maxLife, ${maxLife}` });
    if (cookie === undefined && appCookie === undefined)
      return [
        ...problems,
        { path: at, message: "has neither cookie nor appCookie; one of them says by which cookie a server is kept" },
      ];
    if (cookie !== undefined && appCookie !== undefined)
      return [
        ...problems,
        { path: at, message: "has both cookie and appCookie; one of them says by which cookie a server is kept" },
      ];
    for (const [key, value] of Object.entries({ maxIdle, maxLife })) {
      if (value !== undefined && cookie === undefined)
        problems.push({
          path: `${at}.${key}`,
          message: `is ${value}, but is for cookie; the app says how long its own cookie lives`,
        });
    }
    const name = balancerCookie(settings);
    const other = taken.get(name);
    if (other !== undefined)
      problems.push({
        path: `${at}.${cookie === undefined ? "appCookie" : "cookie"}`,
        message: `is ${shown(cookie ?? appCookie)}, for which the balancers set the cookie ${name}, as for ${other}; each would overwrite the other's`,
      });
    else taken.set(name, `pools.${pool}`);
    return problems;
  });
}

function longer(left: string, right: string): boolean {
  return Duration.parse(left).milliseconds > Duration.parse(right).milliseconds;
}
