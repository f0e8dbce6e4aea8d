import { z } from "zod";
import { DEFAULT_CHECK_PATH, DEFAULT_RISE } from "./health-check";
import { duration, mustBe, whole } from "./schema";

/** What the path of a check may be. `#` never reaches a server; quotes and backslashes have no place in a URL. */
const CHECK_PATH = /^\/[\w.~!$&()*+,;=:@%/?-]*$/;
const CHECK_PATH_RULE = "a path that starts with /, without spaces, quotes, # and the like";

/** The health check of a pool, in a stack file. */
export const healthCheck = z
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
