import { z } from "zod";
import { headerChanges, matchKeys, matchMap, oneOrMore } from "./route-match-settings";
import { body, contentType, LONGEST_BODY, status } from "../pools/page";
import { byKey, mustBe, name, text, whole } from "../schema";

/** The status of a redirect that says none: not for good, and the method is repeated. */
export const DEFAULT_REDIRECT_STATUS = 307;
/** The most that a pool can weigh beside others. */
export const MAX_WEIGHT = 1_000;

const STATUSES = [301, 302, 307, 308] as const;
const A_NEW_PATH = "a path such as /new, or /new/* to keep what follows the route's own prefix";

const newPath = text(A_NEW_PATH)
  .max(1_000, mustBe(A_NEW_PATH))
  // Two slashes in front would name a host.
  .regex(/^\/(?!\/)[A-Za-z0-9._~%:@!+;=$&'(),/-]*$|^\/((?!\/)[A-Za-z0-9._~%:@!+;=$&'(),/-]*\/)?\*$/, mustBe(A_NEW_PATH));

const redirect = z
  .strictObject(
    {
      status: z
        .literal(STATUSES, mustBe(`one of ${STATUSES.join(", ")}`))
        .default(DEFAULT_REDIRECT_STATUS)
        .describe("301 and 308 are for good, and browsers keep them; 307 and 308 repeat the method."),
      scheme: z.enum(["http", "https"], mustBe("http or https")).optional().describe("Default: as it was asked for."),
      host: text("a host name, with a port or without")
        .regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?$/, mustBe("a host name, with a port or without"))
        .optional()
        .describe("Host, with a port or without. Default: as it was asked for; without its port where there is another scheme."),
      path: newPath
        .optional()
        .describe(
          "Path, or /new/* to keep what follows the route's own prefix. Default: as it was asked for. The query is kept.",
        ),
    },
    mustBe("a map such as { scheme: https }"),
  )
  .optional()
  .describe("Or: where the client is sent.");

const respond = z
  .strictObject(
    {
      status: status.describe("Its status, 200 to 599."),
      body: body.optional().describe(`Its body, ${LONGEST_BODY} bytes at most. Default: none.`),
      contentType: contentType.optional().describe("Media type of the body. Default: text/plain; charset=utf-8."),
    },
    mustBe("a map such as { status: 404 }"),
  )
  .optional()
  .describe("Or: what the balancer answers by itself.");

/** One route of a stack file. */
export const route = z
  .strictObject(
    {
      ...matchKeys,
      not: oneOrMore(matchMap, `a map of ${Object.keys(matchKeys).join(", ")}, such as { path: /admin/* }`)
        .optional()
        .describe("Which of these requests it does not take, in the same words; of several, any. Default: none."),
      pool: name.optional().describe("Name of the pool that answers. A route has one of pool, pools, redirect and respond."),
      pools: byKey(whole(0, MAX_WEIGHT), "a map from pool to weight, such as { web: 90, next: 10 }")
        .optional()
        .describe(`Or: several pools, with weights from 0 to ${MAX_WEIGHT} by which each is given its share.`),
      stickyCookie: text("a cookie name: letters, digits, _ and -")
        .regex(/^[A-Za-z0-9_-]+$/, mustBe("a cookie name: letters, digits, _ and -"))
        .optional()
        .describe(
          "Name of a cookie by which a client stays with the one of several pools that it was given. Default: none, it does not.",
        ),
      redirect,
      respond,
      rewrite: z
        .strictObject(
          {
            path: newPath.describe(
              "Path, or /new/* to keep what follows the route's own prefix; /* strips that. The query is kept.",
            ),
          },
          mustBe("a map such as { path: /v2/* }"),
        )
        .optional()
        .describe("What a server is asked for instead. Default: what the client asked for."),
      requestHeaders: headerChanges("of a request on its way to a server"),
      responseHeaders: headerChanges("of the answer"),
    },
    mustBe("a map such as { path: /api/*, pool: api }"),
  )
  .describe("Which requests go where; all that it says of them must hold.");
