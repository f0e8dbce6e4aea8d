import { z } from "zod";
import { SIZE_NAMES } from "./catalogue";
import { DEFAULT_CHECK_PATH, DEFAULT_RISE } from "./health-check";
import { byKey, duration, mustBe, name, text, whole } from "./schema";

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
/** Where an app in a cloud listens. */
export const DEFAULT_APP_PORT = 8080;
/** Size of a pool's machines in a cloud. */
export const DEFAULT_SERVER_SIZE = "small";

/** What the path of a check may be. `#` never reaches a server; quotes and backslashes have no place in a URL. */
const CHECK_PATH = /^\/[\w.~!$&()*+,;=:@%/?-]*$/;
const CHECK_PATH_RULE = "a path that starts with /, without spaces, quotes, # and the like";
/** A container image (the grammar of the distribution project's references, less its rarer corners). */
const IMAGE = /^[a-z0-9]+(?:[._:/-]+[A-Za-z0-9]+)*(?:@sha256:[a-f0-9]{64})?$/;

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
        .describe("On this machine: command line that serves HTTP on {port} of 127.0.0.1. Default: the sample site."),
      directory: text("a directory")
        .optional()
        .describe("On this machine: folder that the command runs in, relative to the project. Default: the project's."),
      image: text("a container image, such as registry.example.com/shop:1.4.2")
        .regex(IMAGE, mustBe("a container image, such as registry.example.com/shop:1.4.2"))
        .optional()
        .describe("In a cloud: container image that serves HTTP on the port."),
      userData: text("a text that starts with #! or #cloud-config")
        .regex(/^#(!|cloud-config\n)/, mustBe("a text that starts with #! or #cloud-config"))
        .optional()
        .describe("In a cloud: what a new machine runs once, besides or instead of the image: a script, or cloud-config."),
      port: whole(1, 65_535).default(DEFAULT_APP_PORT).describe("In a cloud: TCP port that the app serves HTTP on."),
      environment: z
        .record(
          z.string().regex(/^[A-Za-z_]\w*$/, mustBe("a variable name: letters, digits and _, not starting with a digit")),
          z
            .union(
              [
                z.string(),
                z.number(),
                z.boolean(),
                z.strictObject({ secret: name.describe("Name of one of the stack's secrets, whose value the variable has.") }),
              ],
              mustBe("a text, a number, true, false or { secret: NAME }"),
            )
            .transform((value) => (typeof value === "object" ? value : String(value))),
          mustBe("a map of variables, such as { LOG_LEVEL: debug }"),
        )
        .default({})
        .describe(
          "Environment variables of the app, a secret as { secret: NAME }; PORT, EVENKEEL_SERVER and EVENKEEL_DATA_CENTER are set besides.",
        ),
      startWithin: duration("1s", "15m")
        .default(DEFAULT_START_WITHIN)
        .describe("Time from the start to the first good health check."),
      stopWithin: duration("0s", "15m")
        .default(DEFAULT_STOP_WITHIN)
        .describe("Time to finish its requests after SIGTERM, before it is killed."),
    },
    mustBe("a map such as { command: python3 -m http.server {port} } or { image: registry.example.com/shop:1.4.2 }"),
  )
  .describe("What the servers of a pool run.");

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
    },
    mustBe("a map such as { servers: { a: 2, b: 2 } }"),
  )
  .describe("The web servers that serve one purpose.");

/** A pool as the stack describes it. */
export type PoolSettings = z.output<typeof pool>;
/** What the servers of a pool run. */
export type AppSettings = PoolSettings["app"];
/** The same as a server gets it: the variables that are no secrets. */
export type PlainApp = Omit<AppSettings, "environment"> & { readonly environment: Readonly<Record<string, string>> };
