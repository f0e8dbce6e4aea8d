import { z } from "zod";
import { addressBlock, BLOCK_RULE } from "../network/address-block";
import { mustBe, text } from "../schema";

/** Most values that one key of a route may have. */
const MAX_VALUES = 100;
/** Most headers, cookies or parameters that one route may ask for, or set: what a line of HAProxy can hold with 64 words. */
const MAX_NAMES = 10;

/** One value or a list of them, of which any will do. */
export function oneOrMore<Value extends z.ZodType>(value: Value, what: string) {
  const several = mustBe(`${what}; or a list of 1 to ${MAX_VALUES} such`);
  return z.union([value, z.array(value).min(1, several).max(MAX_VALUES, several)], several);
}

/** Values by the names of headers and the like. */
function byToken<Value extends z.ZodType>(value: Value, kind: string, example: string) {
  const token = z.string().regex(/^[A-Za-z0-9_-]+$/, mustBe(`a ${kind} name: letters, digits, _ and -`));
  return z
    .record(token, value, mustBe(`a map such as ${example}`))
    .refine((map) => Object.keys(map).length <= MAX_NAMES, mustBe(`a map of ${MAX_NAMES} at most`));
}

/** What is taken in the path of a URL as it is (RFC 3986, 3.3), with stars where they may stand. */
const PATH = /^(\/[A-Za-z0-9._~%:@!+;=$&'(),-]*(\*[A-Za-z0-9._~%:@!+;=$&'(),-]*)?|\/\*\*)+$/;
const A_PATH = "a path such as /cart, /api/* for all below it, /*.php or /shop/*/cart";
const A_HEADER_VALUE = "a text of printable ASCII in quotes";

/** A text of this form, 1,000 characters at most. */
const word = (what: string, form: RegExp) => text(what).max(1_000, mustBe(what)).regex(form, mustBe(what));

const path = word(A_PATH, PATH).refine(
  (value) => (value.match(/\*\*/g) ?? []).length <= 1 && !value.endsWith("**"),
  mustBe("a path with ** once at most, and not at its end, where /* stands for all below"),
);
const host = word("a host name, or *.example.com for all below it", /^(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/);
const method = word("a method in capitals, such as POST, but not CONNECT", /^(?!CONNECT$)[A-Z]+$/);
/** Without spaces at its ends, which never arrive. */
const headerValue = word(A_HEADER_VALUE, /^(?! )[\x20-\x7e]+(?<! )$/);
/** RFC 6265, 4.1.1. */
const cookieValue = word('a cookie\'s value in quotes, such as "1"', /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/);
const A_QUERY_VALUE = 'a value in quotes as a URL has it, such as "1"';
const queryValue = z
  .string(mustBe(A_QUERY_VALUE))
  .max(1_000, mustBe(A_QUERY_VALUE))
  .regex(/^[\x21\x24\x25\x27-\x7e]*$/, mustBe(A_QUERY_VALUE));

/** Headers that frame a message or name its connection: they are the balancer's own. */
const FRAMING = /^(connection|content-length|expect|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;
/** The same, and the one that every request has once. */
const FRAMING_OR_HOST = new RegExp(`${FRAMING.source}|^host$`, "i");
/** Headers that no route can ask for: what frames a message, what has a key of its own, what a rollout asks by. */
const UNASKED = /^(connection|content-length|cookie|expect|host|keep-alive|te|trailer|transfer-encoding|x-evenkeel-probe)$/i;

/** A map by headers' names, none of them of these. */
function byHeader<Value extends z.ZodType>(value: Value, example: string, not: RegExp, which: string) {
  const map = byToken(value, "header", example);
  return map.refine((headers) => !Object.keys(headers).some((name) => not.test(name)), mustBe(which));
}

const NAMED = "with the value that each must have, or several; v* for all that begin with v, * for any value.";

/** The keys by which a route says which requests it means. */
export const matchKeys = {
  scheme: z
    .enum(["http", "https"], mustBe("http or https"))
    .optional()
    .describe("What the client speaks to the balancer, http or https. Default: any."),
  host: oneOrMore(host, "a host name, or *.example.com for all below it")
    .optional()
    .describe("Host name, or *.example.com for all names below it; or several, of which any will do. Default: any."),
  path: oneOrMore(path, A_PATH)
    .optional()
    .describe(
      "Path, as a client writes it, or /api/* for /api and all below it; before its end * stands for characters of one segment, and ** for any number of segments. Or several. Default: any.",
    ),
  method: oneOrMore(method, "a method in capitals, such as POST").optional().describe("Method, or several. Default: any."),
  header: byHeader(
    oneOrMore(headerValue, A_HEADER_VALUE),
    '{ x-beta: "1" }',
    UNASKED,
    "a map of headers that don't frame a message; host and cookie are keys of their own",
  )
    .optional()
    .describe(`Headers by name, ${NAMED} Default: any.`),
  cookie: byToken(oneOrMore(cookieValue, 'a cookie\'s value in quotes, such as "1"'), "cookie", '{ beta: "1" }')
    .optional()
    .describe(`Cookies by name, ${NAMED} Default: any.`),
  query: byToken(oneOrMore(queryValue, A_QUERY_VALUE), "parameter", '{ v: "2" }')
    .optional()
    .describe(`Parameters of the query by name, as the URL writes both, ${NAMED} Default: any.`),
  from: oneOrMore(addressBlock, BLOCK_RULE)
    .optional()
    .describe("Block of addresses that the client's is in, or several. Default: any."),
} as const;

export const matchMap = z.strictObject(matchKeys, mustBe("a map such as { path: /admin/* }"));

/** Changes of headers, in one direction. */
export function headerChanges(direction: string) {
  const values = (what: string, not = FRAMING_OR_HOST) =>
    byHeader(headerValue, '{ x-tier: "gold" }', not, "a map of headers that don't frame a message").optional().describe(what);
  const headerName = word("a header's name: letters, digits, _ and -", /^[A-Za-z0-9_-]+$/);
  return z
    .strictObject(
      {
        remove: z
          .array(
            headerName.refine((name) => !FRAMING_OR_HOST.test(name), mustBe("a header that does not frame a message")),
            mustBe("a list of headers' names"),
          )
          .max(MAX_NAMES, mustBe(`a list of ${MAX_NAMES} at most`))
          .optional()
          .describe("Headers to remove, before others are set and added."),
        set: values("Headers to set, in the place of those that are there.", FRAMING),
        add: values("Headers to add to those that are there."),
      },
      mustBe('a map such as { set: { x-tier: "gold" } }'),
    )
    .optional()
    .describe(`What becomes of the headers ${direction}.`);
}
