import * as fc from "fast-check";
import { isPrefix } from "../../../components/model/routing/path-pattern";
import type { Route } from "../../../components/model/routing/route";
import { listOf, type RoutedRequest, type RouteMatch } from "../../../components/model/routing/route-match";

/** Pools that the routes lead to. */
export const POOLS = ["api", "next", "web"];

const plain = { noNullPrototype: true };
const some = (...values: string[]) =>
  fc.oneof(fc.constantFrom(...values), fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }));
const named = (names: string[], ...values: string[]) =>
  fc.dictionary(fc.constantFrom(...names), some(...values), { ...plain, minKeys: 1, maxKeys: 2 });

const whole = fc.record(
  {
    scheme: fc.constantFrom("http", "http", "https"),
    host: some("a.example.com", "A.example.com", "*.example.com", "example.org"),
    path: some(
      "/",
      "/a",
      "/a/b",
      "/a/*",
      "/a/b/*",
      "/*",
      "/*/b",
      "/a/*.php",
      "/**/b",
      "/a/**/b/*",
      "/a/v*/b",
      "/a.b+(c)$'&,",
      "/a%20b",
    ),
    method: some("GET", "POST", "HEAD", "PROPFIND"),
    header: named(["x-one", "X-Two"], "1", "1*", "*", "-f", "}", 'a "b" \\ $HOME', "q, r #s %[path] 'x'"),
    cookie: named(["one", "two"], "1", "1*", "*", "-f", "}", "%20$x"),
    query: named(["one", "t_o"], "1", "1*", "*", "", "a.b|(c)", "%41=$HOME"),
    from: some("203.0.113.0/24", "203.0.113.7/32", "0.0.0.0/0", "2001:db8::/32", "::/0"),
  },
  plain,
);

/** A match by three keys at most, so that now and then one takes a request. */
const match: fc.Arbitrary<RouteMatch> = fc
  .tuple(whole, fc.subarray(["scheme", "host", "path", "method", "header", "cookie", "query", "from"] as const, { maxLength: 3 }))
  .map(([all, keys]) => Object.fromEntries(keys.map((key) => [key, all[key]])));

const changes = fc.record(
  {
    remove: fc.constantFrom<string[]>(["x-one"], ["X-Two", "x-got"]),
    set: fc.constantFrom({ "x-set": '100 % "of" %[path] $HOME \\n' }),
    add: fc.constantFrom({ "x-set": "}" }, { "x-add": "it's #1" }),
  },
  { requiredKeys: [], ...plain },
);
const newPath = fc.constantFrom("/", "/new", "/new/*", "/*", "/a%20b", "/new$'(x)/*");
const destination: fc.Arbitrary<Partial<Route>> = fc.oneof(
  fc.record({ pool: fc.constantFrom(...POOLS) }, plain),
  fc.record(
    {
      pool: fc.constantFrom(...POOLS),
      rewrite: fc.record({ path: newPath }, plain),
      requestHeaders: changes,
      responseHeaders: changes,
    },
    { requiredKeys: ["pool"], ...plain },
  ),
  fc.record(
    {
      pools: fc
        .record({ web: fc.nat(5), next: fc.nat(5), api: fc.nat(1) }, { requiredKeys: ["web"], ...plain })
        .filter((weights) => Object.values(weights).some((weight) => weight > 0)),
      stickyCookie: fc.constantFrom("stay", "one"),
    },
    { requiredKeys: ["pools"], ...plain },
  ),
  fc.record(
    {
      redirect: fc.record(
        {
          status: fc.constantFrom(301, 302, 307, 308),
          scheme: fc.constantFrom("http", "https"),
          host: fc.constantFrom("www.example.com", "www.example.com:8443"),
          path: newPath,
        },
        { requiredKeys: ["status"], ...plain },
      ),
    },
    plain,
  ),
  fc.record(
    {
      respond: fc.record(
        {
          status: fc.constantFrom(200, 403, 404, 503),
          body: fc.constantFrom("web", "two\nlines\tof $HOME", "\"100 %\" \\ %[path] 'é'", "}"),
          contentType: fc.constantFrom("text/plain", "text/html; charset=utf-8"),
        },
        { requiredKeys: ["status"], ...plain },
      ),
    },
    plain,
  ),
) as fc.Arbitrary<Partial<Route>>;

/** Whether a route keeps the rest behind a prefix only where there is one. */
function isSound({ path, rewrite, redirect }: Route): boolean {
  const [first = "", ...more] = listOf(path);
  return (isPrefix(first) && more.length === 0) || ![rewrite, redirect].some((change) => change?.path?.endsWith("/*") ?? false);
}

/** A route of any kind, among few enough values that two of them meet. */
export const someRoute: fc.Arbitrary<Route> = fc
  .tuple(match, fc.option(fc.oneof(match, fc.array(match, { minLength: 1, maxLength: 2 })), { nil: undefined }), destination)
  .map(([which, not, where]) => ({ ...which, ...(not === undefined ? {} : { not }), ...where }))
  .filter(isSound);

/** A request that has to do with them. */
export const someRequest: fc.Arbitrary<RoutedRequest> = fc.record(
  {
    method: fc.constantFrom("GET", "GET", "POST", "HEAD", "PROPFIND"),
    host: fc.constantFrom(
      "a.example.com",
      "A.Example.com:8080",
      "b.a.example.com",
      "example.com",
      "example.org",
      "a.example.com.x.test",
      "[2001:DB8::7]:8080",
    ),
    path: fc.constantFrom(
      ...["/", "//", "/a", "/a/", "/a//x", "/ab", "/a/b", "/a/b/c", "/x/b", "/x//b", "/a/x.php", "/a/.php", "/a/x/b/y"],
      ...["/a/v/b", "/a/v1/b", "/a.b+(c)$'&,", "/a%20b", "/A", "/z"],
    ),
    query: fc.constantFrom(
      "",
      "one=1",
      "one",
      "one&t_o=1",
      "one=",
      "t_o=12&one=2",
      "xone=1",
      "one=a.b|(c)",
      "t_o=%41=$HOME",
      "one=2&one=1",
      "ONE=1",
    ),
    headers: fc.dictionary(
      fc.constantFrom("x-one", "x-two"),
      fc.constantFrom("1", "12", "", "-f", "}", 'a "b" \\ $HOME', "q, r #s %[path] 'x'", "1, 2"),
      plain,
    ),
    cookies: fc.dictionary(
      fc.constantFrom("one", "two", "stay"),
      fc.constantFrom("1", "12", "999999", "-f", "}", "%20$x", "x"),
      plain,
    ),
    from: fc.constantFrom("203.0.113.7", "203.0.113.8", "198.51.100.1", "2001:db8::7", "2002:cb00:7107::1"),
  },
  plain,
);
