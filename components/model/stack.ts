import { z } from "zod";
import { access } from "./network/access";
import { rotation } from "./operations/rotation";
import { SIZE_NAMES } from "./clouds/catalogue";
import { dataCenter } from "./clouds/data-center";
import { failover } from "./network/failover";
import { localTimeProblem, timeZoneProblem } from "./local-time";
import { limits } from "./limits/limits";
import { logs } from "./observability/logs";
import { metrics } from "./observability/metrics";
import { maintenancePage } from "./operations/maintenance-page";
import { NAME } from "./name";
import { passthrough } from "./routing/passthrough";
import { MAX_SERVERS, pool } from "./pools/pool";
import { route } from "./routing/route-settings";
import { byKey, duration, hostName, mustBe, name, sound, text, whole } from "./schema";
import { secrets } from "./secret";
import { tls } from "./tls/tls";

/** How long a rollout on this machine waits for new servers to be up on a balancer before it puts the old configuration back. */
export const DEFAULT_HEALTHY_WITHIN = "60s";
/** The same in clouds, where a new machine boots, installs and fetches before it serves. */
export const DEFAULT_HEALTHY_WITHIN_IN_CLOUDS = "10m";
/** How long a rollout waits for the sessions of a removed server to end. */
export const DEFAULT_DRAIN_WITHIN = "30s";
/** The longest connection (a download, a WebSocket) that outlives a change of configuration. */
export const DEFAULT_LONGEST_CONNECTION = "30m";
/** How many servers more a pool has amid a deploy, as in a Deployment of Kubernetes. */
export const DEFAULT_MAX_SURGE = "25%";
/** Time between two batches of a deploy. */
export const DEFAULT_PAUSE = "0s";
/** How long before its start the servers of a spike are asked for. */
export const DEFAULT_LEAD = "15m";
/** Size of a balancer's machine in a cloud. */
export const DEFAULT_BALANCER_SIZE = "medium";

/** Size of a balancer's machine, with its default. */
export const balancerSize = name
  .default(DEFAULT_BALANCER_SIZE)
  .describe(`Size of its machine in a cloud: ${SIZE_NAMES.join(", ")}, or one that its data center maps in sizes.`);

const balancer = z.strictObject(
  {
    in: z
      .string(mustBe("the name of a data center"))
      .regex(NAME, mustBe("the name of a data center"))
      .describe("Its data center."),
    size: balancerSize,
  },
  mustBe("a map such as { in: a }"),
);

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
    .strictObject(
      {
        name: name.describe(
          "Short name of the website. It is part of every name: another one is another site, for a stack of its own.",
        ),
        domain: hostName("a domain such as shop.example.com")
          .optional()
          .describe("With failover by DNS, required: the name that clients know it by."),
      },
      mustBe("a map such as { name: shop }"),
    )
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
  access: access.prefault({}),
  limits: limits.prefault({}),
  logs: logs.prefault({}),
  metrics: metrics.prefault({}),
  failover,
  pools: byKey(pool, "a map from name to pool, such as { web: { servers: { a: 2, b: 2 } } }").describe(
    "The pools of web servers, by name.",
  ),
  secrets,
  tls,
  routes: z
    .array(route, mustBe("a list such as [{ path: /api/*, pool: api }, { pool: web }]"))
    .optional()
    .describe(
      "Which requests go to which pool: the first that matches, and the last matches all. Default: everything to the one pool.",
    ),
  passthrough,
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
          pool: text("the name of a pool").optional().describe("The pool that is out: requests to it get its maintenance page."),
        },
        mustBe("a map such as { server: web-a-1 }"),
      ),
      mustBe("a list such as [{ server: web-a-1 }]"),
    )
    .default([])
    .describe("What is declared out: it finishes what it has, and gets no more."),
  maintenancePage: maintenancePage.prefault({}),
  rotate: rotation.prefault({}),
  rollout: z
    .strictObject(
      {
        healthyWithin: duration("1s", "1h")
          .optional()
          .describe(
            `Time for new servers to be up on a balancer. Default: ${DEFAULT_HEALTHY_WITHIN}; in clouds ${DEFAULT_HEALTHY_WITHIN_IN_CLOUDS}.`,
          ),
        drainWithin: duration("0s", "1h")
          .default(DEFAULT_DRAIN_WITHIN)
          .describe("Time for the sessions of removed servers to end."),
        longestConnection: duration("1s", "24h")
          .default(DEFAULT_LONGEST_CONNECTION)
          .describe("The longest connection that outlives a change of configuration."),
        maxSurge: z
          .union(
            [z.int().min(1).max(MAX_SERVERS), z.string().regex(/^([1-9]\d?|100)%$/)],
            mustBe(`a whole number from 1 to ${MAX_SERVERS}, or a share from 1% to 100%`),
          )
          .default(DEFAULT_MAX_SURGE)
          .describe(
            "How many servers more a pool has at most in a data center amid a deploy: a number, or a share of its own, rounded up.",
          ),
        pause: duration("0s", "1h")
          .default(DEFAULT_PAUSE)
          .describe("Time between two batches of a deploy, for the new version to show what is wrong with it."),
      },
      mustBe("a map such as { healthyWithin: 60s }"),
    )
    .prefault({})
    .describe("How a new configuration reaches the balancers."),
} as const;

/** The sections of a stack file with the defaults of their keys. */
export type Stack = { readonly [Section in keyof typeof sections]: z.output<(typeof sections)[Section]> };

declare const validated: unique symbol;

/** A stack that has every default and no problem. Only `readStack` makes one. */
export type ValidatedStack = Stack & {
  readonly [validated]: true;
  readonly rollout: { readonly healthyWithin: string };
};

/** What a stack file, or a program, states: defaults may be left out. */
export type StackInput = { readonly [Section in keyof typeof sections]?: z.input<(typeof sections)[Section]> };
/** One of the pair. */
export type BalancerRole = keyof Stack["loadBalancers"];

/** The roles of the pair, the one that clients and rollouts take first, last. */
export const ROLES: readonly BalancerRole[] = ["secondary", "primary"];

/** Returns how a configuration is rolled out, with every default. */
export function rolloutWithDefaults(
  given: StackInput["rollout"],
  inClouds: boolean,
): Stack["rollout"] & ValidatedStack["rollout"] {
  const rollout = sections.rollout.parse(given);
  const healthyWithin = inClouds ? DEFAULT_HEALTHY_WITHIN_IN_CLOUDS : DEFAULT_HEALTHY_WITHIN;
  return { ...rollout, healthyWithin: rollout.healthyWithin ?? healthyWithin };
}

/** The JSON Schema by which editors complete and check a stack file. */
export function stackJsonSchema(): object {
  const properties = Object.fromEntries(Object.entries(sections).map(([key, section]) => [`evenkeel:${key}`, section]));
  const schema = z.toJSONSchema(z.object({ config: z.object(properties).partial() }), { io: "input", target: "draft-7" });
  return { ...schema, title: "Evenkeel stack file" };
}
