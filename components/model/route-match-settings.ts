import { z } from "zod";
import { isBlock, isIpv6Block } from "./cidr";
import { mustBe, text } from "./schema";

/** Most values that one key of a route may have. */
const MAX_VALUES = 100;
/** Most headers, cookies or parameters that one route may ask for, or set: what a line of HAProxy can hold with 64 words. */
const MAX_NAMES = 10;

/** One value or a list of them, of which any will do. */
export function oneOrMore<Value extends z.ZodType>(value: Value, what: string) {
  const list = z.array(value).min(1).max(MAX_VALUES);
  return z.union([value, list], mustBe(`${what}; or a list of 1 to ${MAX_VALUES} such`));
}

/** Values by the names of headers and the like. */
export function byToken<Value extends z.ZodType>(value: Value, kind: string, example: string) {
  const token = z.string().regex(/^[A-Za-z0-9_-]+$/, mustBe(`a ${kind} name: letters, digits, _ and -`));
  return z
    .record(token, value, mustBe(`a map such as ${example}`))
    .refine((map) => Object.keys(map).length <= MAX_NAMES, mustBe(`a map of ${MAX_NAMES} at most`));
}

/** What is taken in the path of a URL as it is (RFC 3986, 3.3), with stars where they may stand. */
const PATH = /^(\/[A-Za-z0-9._~%:@!+;=$&'(),-]*(\*[A-Za-z0-9._~%:@!+;=$&'(),-]*)?|\/\*\*)+$/;
const A_PATH = "a path such as /cart, /api/* for all below it, or /*/photos";

const path = z
  .string()
  .max(1_000)
  .regex(PATH)
  .refine((value) => (value.match(/\*\*/g) ?? []).length <= 1 && !value.endsWith("**"));
const host = z
  .string()
  .max(255)
  .regex(/^(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/);
const method = z
  .string()
  .max(30)
  .regex(/^(?!CONNECT$)[A-Z]+$/);
const block = z.string().refine((value) => isBlock(value) || isIpv6Block(value));
/** Printable, without spaces at its ends, which never arrive. */
const headerValue = z
  .string()
  .max(1_000)
  .regex(/^(?! )[\x20-\x7e]+(?<! )$/);
/** RFC 6265, 4.1.1. */
const cookieValue = z
  .string()
  .max(1_000)
  .regex(/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/);
const queryValue = z
  .string()
  .max(1_000)
  .regex(/^[\x21\x24\x25\x27-\x7e]*$/);

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
  method: oneOrMore(method, "a method in capitals, such as POST, but not CONNECT")
    .optional()
    .describe("Method, or several. Default: any."),
  header: byToken(
    oneOrMore(headerValue, "a text of printable ASCII in quotes, or one that ends with *"),
    "header",
    '{ x-beta: "1" }',
  )
    .optional()
    .describe("Headers by name, with the value that each must have, or several; v* for all that begin with v, * for any value."),
  cookie: byToken(
    oneOrMore(cookieValue, 'a cookie\'s value in quotes, such as "1", or one that ends with *'),
    "cookie",
    '{ beta: "1" }',
  )
    .optional()
    .describe("Cookies by name, with the value that each must have, or several; v* for all that begin with v, * for any value."),
  query: byToken(
    oneOrMore(queryValue, 'a value in quotes as a URL has it, such as "1", or one that ends with *'),
    "parameter",
    '{ v: "2" }',
  )
    .optional()
    .describe(
      "Parameters of the query by name, with the value that each must have as the URL writes it, or several; * as for headers.",
    ),
  from: oneOrMore(block, "a block of addresses whose host bits are zero, such as 203.0.113.0/24, 203.0.113.7/32 or 2001:db8::/32")
    .optional()
    .describe("Block of addresses that the client's is in, or several. Default: any."),
} as const;

export const matchMap = z.strictObject(matchKeys, mustBe("a map such as { path: /admin/* }"));

/** Headers that frame a message or name its connection: they are the balancer's own. */
const FRAMING = /^(connection|content-length|host|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/** Changes of headers, in one direction. */
export function headerChanges(direction: string) {
  const values = (what: string) =>
    byToken(headerValue, "header", '{ x-tier: "gold" }')
      .refine((map) => !Object.keys(map).some((name) => FRAMING.test(name)), mustBe("of headers that don't frame a message"))
      .optional()
      .describe(what);
  return z
    .strictObject(
      {
        remove: z
          .array(
            text("a header's name")
              .regex(/^[A-Za-z0-9_-]+$/, mustBe("a header's name: letters, digits, _ and -"))
              .refine((name) => !FRAMING.test(name), mustBe("a header that does not frame a message")),
            mustBe("a list of headers' names"),
          )
          .max(MAX_NAMES, mustBe(`a list of ${MAX_NAMES} at most`))
          .optional()
          .describe("Headers to remove, before others are set and added."),
        set: values("Headers to set, in the place of those that are there."),
        add: values("Headers to add to those that are there."),
      },
      mustBe('a map such as { set: { x-tier: "gold" } }'),
    )
    .optional()
    .describe(`What becomes of the headers ${direction}.`);
}
