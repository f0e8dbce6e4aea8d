import { z } from "zod";
import { CHECK_METHODS, CHECK_TYPES, DEFAULT_CHECK_PATH, DEFAULT_CHECK_STATUS, DEFAULT_RISE, FAR, NEAR } from "./health-check";
import { duration, mustBe, whole } from "../schema";

/** What the path of a check may be. `#` never reaches a server; quotes and backslashes have no place in a URL. */
const CHECK_PATH = /^\/[\w.~!$&()*+,;=:@%/?-]*$/;
const CHECK_PATH_RULE = "a path that starts with /, without spaces, quotes, # and the like";
/** Statuses and ranges of them, as HAProxy's `http-check expect status` takes them. */
const STATUS = /^[1-5]\d\d(-[1-5]\d\d)?(,[1-5]\d\d(-[1-5]\d\d)?)*$/;
const STATUS_RULE = 'statuses from 100 to 599 such as 200, "200,204" or "200-299,304"';
/** A field name of HTTP (RFC 9110, 5.6.2). */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,64}$/;
/** What stands in one line of ASCII, without spaces at its ends, which HTTP would drop. */
const HEADER_VALUE = /^[!-~]([ -~]{0,498}[!-~])?$/;
const HEADER_VALUE_RULE = "1 to 500 printable characters of ASCII";
const BODY = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,200}$/u;
const BODY_RULE = "a text of 1 to 200 characters on one line";

/** The health check of a pool, in a stack file. */
export const healthCheck = z
  .strictObject(
    {
      type: z
        .enum(CHECK_TYPES, mustBe(CHECK_TYPES.join(", ")))
        .optional()
        .describe("http asks; tcp only connects; tls completes a handshake. Default: http."),
      method: z
        .enum(CHECK_METHODS, mustBe(CHECK_METHODS.join(", ")))
        .optional()
        .describe("Method of the request. Default: GET."),
      path: z
        .string(mustBe(CHECK_PATH_RULE))
        .regex(CHECK_PATH, mustBe(CHECK_PATH_RULE))
        .default(DEFAULT_CHECK_PATH)
        .describe("Path asked for."),
      host: z
        .string(mustBe("a host name"))
        .regex(/^[A-Za-z0-9.-]+(:\d+)?$/, mustBe("a host name"))
        .optional()
        .describe("Host header of the request; with tls the name asked for (SNI). Default: none."),
      headers: z
        .record(
          z.string().regex(HEADER_NAME, mustBe("the name of a header")),
          z.string(mustBe(HEADER_VALUE_RULE)).regex(HEADER_VALUE, mustBe(HEADER_VALUE_RULE)),
          mustBe("a map from header to text, such as { x-probe: evenkeel }"),
        )
        .optional()
        .describe(
          "Further headers of the request. No secrets: whoever reads the stack file or the balancer's configuration reads them.",
        ),
      status: z
        .union(
          [whole(100, 599, STATUS_RULE), z.string(mustBe(STATUS_RULE)).regex(STATUS, mustBe(STATUS_RULE))],
          mustBe(STATUS_RULE),
        )
        .optional()
        .describe(`Statuses that are good. Default: ${DEFAULT_CHECK_STATUS}.`),
      body: z
        .string(mustBe(BODY_RULE))
        .regex(BODY, mustBe(BODY_RULE))
        .optional()
        .describe("Text that the first 16 KiB of the answer must contain. Default: any answer will do."),
      interval: duration("100ms", "5m")
        .optional()
        .describe(
          `Time between two checks. Default: ${NEAR.interval.toString()} within a data center, ${FAR.interval.toString()} between two.`,
        ),
      timeout: duration("50ms", "1m").optional().describe("How long a check may take. Default: the interval."),
      fall: whole(1, 10)
        .optional()
        .describe(
          `Failed checks in a row that take a server out. Default: ${NEAR.fall} within a data center, ${FAR.fall} between two.`,
        ),
      rise: whole(1, 10).default(DEFAULT_RISE).describe("Good checks in a row that put a server in."),
    },
    mustBe("a map such as { path: /healthz }"),
  )
  .describe("How the balancers see whether a server is fit for traffic.");
