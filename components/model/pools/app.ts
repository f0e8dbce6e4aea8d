import { z } from "zod";
import { duration, mustBe, text, whole } from "../schema";
import { secretReference, unshown } from "../secret-reference";

/** How long an app may take from its start to its first good health check. */
export const DEFAULT_START_WITHIN = "30s";
/** How long an app may take to finish its requests when it is stopped. */
export const DEFAULT_STOP_WITHIN = "30s";
/** Where an app in a cloud listens. */
export const DEFAULT_APP_PORT = 8080;

/** A container image (the grammar of the distribution project's references, less its rarer corners). */
const IMAGE = /^[a-z0-9]+(?:[._:/-]+[A-Za-z0-9]+)*(?:@sha256:[a-f0-9]{64})?$/;

/** What the servers of a pool run, in a stack file. */
export const app = z
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
                secretReference("Name of one of the stack's secrets, whose value the variable has."),
              ],
              unshown("a text, a number, true, false or { secret: NAME }"),
            )
            .transform((value) => (typeof value === "object" ? value : String(value))),
          mustBe("a map of variables, such as { LOG_LEVEL: debug }"),
        )
        .default({})
        .describe(
          "Environment variables of the app, a secret as { secret: NAME }; PORT, EVENKEEL_SERVER and EVENKEEL_DATA_CENTER are set besides, and in tcp pools EVENKEEL_PROTOCOL and EVENKEEL_SEND_PROXY.",
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

/** What the servers of a pool run. */
export type AppSettings = z.output<typeof app>;
/** The same as a server gets it: the variables that are no secrets. */
export type PlainApp = Omit<AppSettings, "environment"> & { readonly environment: Readonly<Record<string, string>> };
