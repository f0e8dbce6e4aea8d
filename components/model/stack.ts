import { z } from "zod";
import { Duration, isDuration } from "./duration";
import { DEFAULT_CHECK_PATH, DEFAULT_RISE } from "./health-check";
import { localTimeProblem, timeZoneProblem } from "./local-time";
import { NAME, NAME_RULE } from "./name";
import { shown } from "./problem";

/** Most servers of one pool in one data center; a slip of the finger is not a bill. */
export const MAX_SERVERS = 200;
/** How long an app may take from its start to its first good health check. */
export const DEFAULT_START_WITHIN = "30s";
/** How long an app may take to finish its requests when it is stopped. */
export const DEFAULT_STOP_WITHIN = "30s";
/** The longest honest answer of an app; a hung server costs a client this much. */
export const DEFAULT_RESPONSE_TIMEOUT = "30s";
/** How long a new or returning server takes to its full share. */
export const DEFAULT_SLOW_START = "10s";
/** How long a rollout waits for new servers to be up on a balancer before it puts the old configuration back. */
export const DEFAULT_HEALTHY_WITHIN = "60s";
/** How long a rollout waits for the sessions of a removed server to end. */
export const DEFAULT_DRAIN_WITHIN = "30s";
/** The longest connection (a download, a WebSocket) that outlives a change of configuration. */
export const DEFAULT_LONGEST_CONNECTION = "30m";
/** How long before its start the servers of a spike are asked for. */
export const DEFAULT_LEAD = "15m";
/** Where the page of a local site is looked for first. */
export const DEFAULT_PORT = 8080;

/** What the path of a check may be. `#` never reaches a server; quotes and backslashes have no place in a URL. */
const CHECK_PATH = /^\/[\w.~!$&()*+,;=:@%/?-]*$/;
const CHECK_PATH_RULE = "a path that starts with /, without spaces, quotes, # and the like";

/** An address of a server that is there already: IPv4 or a bracketed IPv6, and a port. */
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9A-Fa-f:]+\]):\d{1,5}$/;
const ADDRESS_RULE = "an IP address and port, such as 192.0.2.10:80";

const mustBe = (what: string) => ({ error: ({ input }: { input?: unknown }) => `is ${shown(input)}, but must be ${what}` });
const name = z.string(mustBe(`a name: ${NAME_RULE}`)).regex(NAME, mustBe(`a name: ${NAME_RULE}`));
const text = (what: string) => z.string(mustBe(what)).min(1, mustBe(what));
const whole = (from: number, to: number, what = `a whole number from ${from} to ${to}`) =>
  z.int(mustBe(what)).min(from, mustBe(what)).max(to, mustBe(what));
const byKey = <Value extends z.ZodType>(value: Value, what: string) => z.record(name, value, mustBe(what));

function duration(from: string, to: string) {
  const what = `a duration from ${from} to ${to}`;
  const [least, most] = [Duration.parse(from).milliseconds, Duration.parse(to).milliseconds];
  const inRange = (value: string): boolean => {
    const { milliseconds } = Duration.parse(value);
    return least <= milliseconds && milliseconds <= most;
  };
  return z
    .string(mustBe(`${what}, written like 500ms, 2.5s or 30m`))
    .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, mustBe(`${what}, written like 500ms, 2.5s or 30m`))
    .refine((value) => !isDuration(value) || inRange(value), mustBe(what));
}

const healthCheck = z
  .strictObject(
    {
      path: z
        .string(mustBe(CHECK_PATH_RULE))
        .regex(CHECK_PATH, mustBe(CHECK_PATH_RULE))
        .default(DEFAULT_CHECK_PATH)
        .describe("Path asked for by GET; an answer from 200 to 399 is good."),
      host: z
        .string(mustBe("a host name"))
        .regex(/^[A-Za-z0-9.-]+(:\d+)?$/, mustBe("a host name"))
        .optional()
        .describe("Host header of the check. Default: none."),
      interval: duration("100ms", "5m")
        .optional()
        .describe("Time between two checks. Default: 500ms within a data center, 2s between two."),
      timeout: duration("50ms", "1m").optional().describe("How long a check may take. Default: the interval."),
      fall: whole(1, 10)
        .optional()
        .describe("Failed checks in a row that take a server out. Default: 2 within a data center, 3 between two."),
      rise: whole(1, 10).default(DEFAULT_RISE).describe("Good checks in a row that put a server in."),
    },
    mustBe("a map such as { path: /healthz }"),
  )
  .describe("How the balancers see whether a server is fit for traffic.");

const app = z
  .strictObject(
    {
      command: text("a command line")
        .optional()
        .describe("Command line that serves HTTP on {port} of 127.0.0.1. Default: the sample site."),
      directory: text("a directory")
        .optional()
        .describe("Folder that the command runs in, relative to the project. Default: the project's."),
      environment: z
        .record(
          z.string().regex(/^[A-Za-z_]\w*$/, mustBe("a variable name: letters, digits and _, not starting with a digit")),
          z.union([z.string(), z.number(), z.boolean()], mustBe("a text, a number, true or false")).transform(String),
          mustBe("a map of variables, such as { LOG_LEVEL: debug }"),
        )
        .default({})
        .describe("Environment variables of the app; PORT, EVENKEEL_SERVER and EVENKEEL_DATA_CENTER are set besides."),
      startWithin: duration("1s", "15m")
        .default(DEFAULT_START_WITHIN)
        .describe("Time from the start to the first good health check."),
      stopWithin: duration("0s", "15m")
        .default(DEFAULT_STOP_WITHIN)
        .describe("Time to finish its requests after SIGTERM, before it is killed."),
    },
    mustBe("a map such as { command: python3 -m http.server {port} }"),
  )
  .describe("What the servers of a pool run.");

const pool = z
  .strictObject(
    {
      app: app.prefault({}),
      healthCheck: healthCheck.prefault({}),
      servers: byKey(whole(0, MAX_SERVERS), "a map from data center to number of servers, such as { a: 2, b: 2 }").describe(
        "How many servers run in each data center.",
      ),
      responseTimeout: duration("100ms", "1h")
        .default(DEFAULT_RESPONSE_TIMEOUT)
        .describe("The longest honest answer of the app."),
      slowStart: duration("0s", "1h")
        .default(DEFAULT_SLOW_START)
        .describe("How long a new or returning server takes to its full share."),
    },
    mustBe("a map such as { servers: { a: 2, b: 2 } }"),
  )
  .describe("The web servers that serve one purpose.");

const balancer = z.strictObject(
  {
    in: z
      .string(mustBe("the name of a data center"))
      .regex(NAME, mustBe("the name of a data center"))
      .describe("Its data center."),
  },
  mustBe("a map such as { in: a }"),
);

const dataCenter = z.strictObject(
  {
    provider: z
      .enum(["local", "existing"], mustBe("one of: local, existing"))
      .describe("Who runs it. local: this machine. existing: servers that you have, which are only balanced."),
    addresses: byKey(
      z.array(z.string(mustBe(ADDRESS_RULE)).regex(ADDRESS, mustBe(ADDRESS_RULE)), mustBe("a list such as [192.0.2.10:80]")),
      "a map from pool to addresses, such as { web: [192.0.2.10:80] }",
    )
      .optional()
      .describe("With existing: the addresses of its servers, by pool."),
  },
  mustBe("a map such as { provider: local }"),
);

const route = z
  .strictObject(
    {
      host: text("a host name, or *.example.com")
        .regex(/^(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, mustBe("a host name, or *.example.com for all below it"))
        .optional()
        .describe("Host name, or *.example.com for all names below it. Default: any."),
      path: text("a path, or /path/*")
        .regex(/^\/[A-Za-z0-9._~%:@!+;=/-]*\*?$/, mustBe("a path such as /cart, or /api/* for all below it"))
        .refine(
          (value) => !value.endsWith("*") || value.endsWith("/*"),
          mustBe("a path such as /cart, or /api/* for all below it"),
        )
        .optional()
        .describe("Path, or /api/* for /api and all below it. Default: any."),
      cookie: z
        .record(
          z.string().regex(/^[A-Za-z0-9_-]+$/, mustBe("a cookie name: letters, digits, _ and -")),
          z.string(mustBe('a text in quotes, such as "1"')).regex(/^[A-Za-z0-9._~-]+$/, mustBe("letters, digits, and . _ ~ -")),
          mustBe('a map such as { beta: "1" }'),
        )
        .optional()
        .describe("Cookies by name, with the value that each must have. Default: any."),
      pool: name.describe("Name of the pool that answers."),
    },
    mustBe("a map such as { path: /api/*, pool: api }"),
  )
  .describe("Which requests go to which pool; what it says must all match.");

/** A text that `problem` finds nothing wrong with. */
const sound = (problem: (value: unknown) => string | undefined) => {
  const error = ({ input }: { input?: unknown }) => problem(input);
  return z.string({ error }).refine((value) => problem(value) === undefined, { error });
};
const FLOOR_EXAMPLE = "a map such as { times: 3 } or { servers: { a: 6, b: 6 } }";
const times = "a number from 1 to 100";

const spike = z
  .strictObject(
    {
      at: z
        .strictObject(
          {
            start: sound(localTimeProblem).describe('Local time of its start, in quotes, such as "2026-11-27T08:00".'),
            end: sound(localTimeProblem).describe("Local time of its end, in quotes."),
            timeZone: sound(timeZoneProblem).describe("IANA name of the time zone, such as Europe/Amsterdam."),
          },
          mustBe('a map such as { start: "2026-11-27T08:00", end: "2026-11-27T23:00", timeZone: Europe/Amsterdam }'),
        )
        .describe("Its window."),
      lead: duration("0s", "24h").default(DEFAULT_LEAD).describe("How long before the start its servers are asked for."),
      pools: byKey(
        z.strictObject(
          {
            times: z
              .number(mustBe(times))
              .min(1, mustBe(times))
              .max(100, mustBe(times))
              .optional()
              .describe("As many times the pool's servers in each data center, rounded up."),
            servers: byKey(whole(0, MAX_SERVERS), "a map from data center to number of servers, such as { a: 6, b: 6 }")
              .optional()
              .describe("Or: at least as many servers in each data center."),
          },
          mustBe(FLOOR_EXAMPLE),
        ),
        "a map from pool to what it needs, such as { web: { times: 3 } }",
      ).describe("What each pool needs at least."),
    },
    mustBe("a map with at and pools"),
  )
  .describe("A window in which pools have more servers; where several are open, the one that asks for most counts.");

/** The sections of a stack file, the keys below `evenkeel:`; the one source of types, defaults, messages and the editors' schema. */
export const sections = {
  site: z
    .strictObject({ name: name.describe("Short name of the website.") }, mustBe("a map such as { name: shop }"))
    .describe("The website."),
  dataCenters: byKey(dataCenter, "a map from name to data center, such as { a: { provider: local } }").describe(
    "The places that balancers and servers stand in, by name.",
  ),
  loadBalancers: z
    .strictObject(
      { primary: balancer, secondary: balancer },
      mustBe("a map such as { primary: { in: a }, secondary: { in: b } }"),
    )
    .describe("The pair of load balancers, in two data centers."),
  failover: z
    .strictObject(
      {
        kind: z.enum(["front"], mustBe("one of: front")).default("front").describe("front: one local address before the pair."),
        port: whole(1, 65_535).optional().describe(`Port of the page. Default: ${DEFAULT_PORT}, or the next free one.`),
      },
      mustBe("a map such as { kind: front, port: 8080 }"),
    )
    .prefault({})
    .describe("How clients leave a dead balancer."),
  pools: byKey(pool, "a map from name to pool, such as { web: { servers: { a: 2, b: 2 } } }").describe(
    "The pools of web servers, by name.",
  ),
  routes: z
    .array(route, mustBe("a list such as [{ path: /api/*, pool: api }, { pool: web }]"))
    .optional()
    .describe(
      "Which requests go to which pool: the first that matches, and the last matches all. Default: everything to the one pool.",
    ),
  spikes: byKey(spike, "a map from name to spike, each with at and pools")
    .default({})
    .describe("When more servers are needed, known beforehand, by name."),
  maintenance: z
    .array(
      z.strictObject(
        {
          balancer: z
            .enum(["primary", "secondary"], mustBe("primary or secondary"))
            .optional()
            .describe("The balancer that is out: no traffic, no rollout, and it blocks none."),
          server: text("the name of a server").optional().describe("The web server that is out."),
          dataCenter: text("the name of a data center").optional().describe("The data center of which everything is out."),
        },
        mustBe("a map such as { server: web-a-1 }"),
      ),
      mustBe("a list such as [{ server: web-a-1 }]"),
    )
    .default([])
    .describe("What is declared out: it finishes what it has, and gets no more."),
  rollout: z
    .strictObject(
      {
        healthyWithin: duration("1s", "1h")
          .default(DEFAULT_HEALTHY_WITHIN)
          .describe("Time for new servers to be up on a balancer."),
        drainWithin: duration("0s", "1h")
          .default(DEFAULT_DRAIN_WITHIN)
          .describe("Time for the sessions of removed servers to end."),
        longestConnection: duration("1s", "24h")
          .default(DEFAULT_LONGEST_CONNECTION)
          .describe("The longest connection that outlives a change of configuration."),
      },
      mustBe("a map such as { healthyWithin: 60s }"),
    )
    .prefault({})
    .describe("How a new configuration reaches the balancers."),
} as const;

/** A stack file that has been read: every default filled in, no problem left. */
export type Stack = { readonly [Section in keyof typeof sections]: z.output<(typeof sections)[Section]> };
/** What a stack file, or a program, states: defaults may be left out. */
export type StackInput = { readonly [Section in keyof typeof sections]?: z.input<(typeof sections)[Section]> };
/** A pool as the stack describes it. */
export type PoolSettings = Stack["pools"][string];
/** What the servers of a pool run. */
export type AppSettings = PoolSettings["app"];
/** One of the pair. */
export type BalancerRole = keyof Stack["loadBalancers"];

/** The roles of the pair, the one that clients and rollouts take first, last. */
export const ROLES: readonly BalancerRole[] = ["secondary", "primary"];

/** The JSON Schema by which editors complete and check a stack file. */
export function stackJsonSchema(): object {
  const properties = Object.fromEntries(Object.entries(sections).map(([key, section]) => [`evenkeel:${key}`, section]));
  const schema = z.toJSONSchema(z.object({ config: z.object(properties).partial() }), { io: "input", target: "draft-7" });
  return { ...schema, title: "Evenkeel stack file" };
}
