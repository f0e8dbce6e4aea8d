import { z } from "zod";
import { whenAllDown } from "./all-down";
import { app } from "./app";
import { balancing } from "./balancing";
import { SIZE_NAMES } from "../clouds/catalogue";
import { healthCheck } from "../health-checks/health-check-settings";
import { maintenancePage } from "../operations/maintenance-page";
import { minimumHealthy } from "./minimum-healthy";
import { outlierDetection } from "./outlier-detection";
import { PROTOCOLS, PROXY_VERSIONS } from "./protocol";
import { byKey, duration, mustBe, name, whole } from "../schema";

/** Most servers of one pool in one data center; a slip of the finger is not a bill. */
export const MAX_SERVERS = 200;
/** The longest honest answer of an app; a hung server costs a client this much. */
export const DEFAULT_RESPONSE_TIMEOUT = "30s";
/** How long a new or returning server takes to its full share. */
export const DEFAULT_SLOW_START = "10s";
/** Size of a pool's machines in a cloud. */
export const DEFAULT_SERVER_SIZE = "small";

/** One pool of a stack file. */
export const pool = z
  .strictObject(
    {
      app: app.prefault({}),
      healthCheck: healthCheck.prefault({}),
      servers: byKey(whole(0, MAX_SERVERS), "a map from data center to number of servers, such as { a: 2, b: 2 }").describe(
        "How many servers run in each data center.",
      ),
      size: name
        .default(DEFAULT_SERVER_SIZE)
        .describe(
          `Size of its machines in a cloud: ${SIZE_NAMES.join(", ")}, or one that each of its data centers maps in sizes.`,
        ),
      responseTimeout: duration("100ms", "1h")
        .default(DEFAULT_RESPONSE_TIMEOUT)
        .describe("The longest honest answer of the app."),
      slowStart: duration("0s", "1h")
        .default(DEFAULT_SLOW_START)
        .describe("How long a new or returning server takes to its full share."),
      outlierDetection: outlierDetection.optional(),
      whenAllDown: whenAllDown.optional(),
      minimumHealthy: minimumHealthy.optional(),
      protocol: z
        .enum(PROTOCOLS, mustBe(`one of: ${PROTOCOLS.join(", ")}`))
        .optional()
        .describe("http: it gets requests. tcp: it gets connections as they come, by passthrough. Default: http."),
      sendProxy: z
        .enum(PROXY_VERSIONS, mustBe(`one of: ${PROXY_VERSIONS.join(", ")}`))
        .optional()
        .describe(
          "With tcp: its servers are told who the client is, by this version of the PROXY protocol. Default: they are not.",
        ),
      ...balancing,
      minimumInMaintenance: whole(1, MAX_SERVERS * 100, "a whole number from 1")
        .optional()
        .describe(
          "Servers, all data centers together, that a maintenance must leave in; one that leaves fewer is warned of. Default: half of its servers.",
        ),
      maintenancePage: maintenancePage.optional(),
    },
    mustBe("a map such as { servers: { a: 2, b: 2 } }"),
  )
  .describe("The web servers that serve one purpose.");

/** A pool as the stack describes it. */
export type PoolSettings = z.output<typeof pool>;
/** A pool as a stack file, or a program, states it: defaults may be left out. */
export type PoolInput = z.input<typeof pool>;

/** Returns a pool with its defaults, from a value that may have other keys beside those of a pool. */
export function poolWithDefaults(given: PoolInput): PoolSettings {
  const keys = Object.keys(pool.shape) as (keyof PoolInput)[];
  return pool.parse(Object.fromEntries(keys.map((key) => [key, given[key]])));
}
