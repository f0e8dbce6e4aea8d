import { expect } from "chai";
import { limits } from "../../../components/model/limits/limits";
import type { Route } from "../../../components/model/routing/route";
import { decide, type Deciding, type RequestOptions, requestOf } from "../../../cli/route-decision";
import { route } from "../../../cli/commands/route";
import type { RoutedRequest } from "../../../components/model/routing/route-match";
import { parsedCommand } from "../../support/parsed-command-line";
import { soundStack } from "../../../workspace/stated-stack";

const ROUTES: Route[] = [
  { from: "203.0.113.0/24", respond: { status: 403, body: "no\nentry" } },
  { scheme: "http", redirect: { status: 308, scheme: "https" } },
  { path: "/api/*", header: { "X-Version": ["2", "3"] }, pool: "api", rewrite: { path: "/*" } },
  { path: "/shop/*", pools: { web: 90, next: 10 }, stickyCookie: "stay" },
  { pool: "web" },
];

const LIMITS = limits.parse({ deny: ["203.0.113.0/25"], allow: ["203.0.113.0/24"] });

/** The request of a command line of `evenkeel route`. */
function asked(...argv: string[]): RoutedRequest {
  let request: RoutedRequest | undefined;
  const command = route().runs<RequestOptions>(({ options, words }) => {
    request = requestOf(words, options);
    return Promise.resolve();
  });
  command.parse(argv, { from: "user" });
  return request ?? expect.fail("no request");
}

/** What the command prints of a request. */
const explain = (stack: Deciding, ...argv: string[]): string[] => decide(stack, asked(...argv)).text.split("\n");
const told = (...argv: string[]): string[] => explain({ routes: ROUTES as never, pools: {} }, ...argv);

describe("The command that shows which route a request takes", () => {
  it("says which, why, and why no earlier one", () => {
    expect(
      told("GET", "https://shop.example.com/api/orders?page=2", "-H", "x-version: 3", "--from", "198.51.100.1"),
    ).to.deep.equal([
      "  routes[0]  no: source is 198.51.100.1, not 203.0.113.0/24",
      "  routes[1]  no: scheme is https, not http",
      '  routes[2]  takes it: path /api/*, header {"X-Version":["2","3"]}',
      "pool api, asked for /orders",
    ]);
  });

  it("says where a redirect leads, what an answer is, and which pools share a request", () => {
    expect(told("http://shop.example.com:8080/x?y=z").at(-1)).to.equal("redirect 308 to https://shop.example.com/x?y=z");
    expect(told("http://[2001:DB8::1]:8080/cart").at(-1)).to.equal("redirect 308 to https://[2001:db8::1]/cart");
    expect(told("GET", "http://x/", "--from", "203.0.113.9").at(-1)).to.equal("response 403: no …");
    expect(told("GET", "https://x/shop/").at(-1)).to.equal("one of the pools next (10 %), web (90 %)");
    expect(told("GET", "https://x/shop/", "--cookie", "stay=99999").at(-1)).to.equal("pool next");
    expect(told("GET", "https://x/shop/", "-H", "cookie: a=b; stay=100000").at(-1)).to.equal("pool web");
    expect(told("GET", "https://x").slice(-3)).to.deep.equal([
      "  routes[4]  takes it: it takes every request",
      "  a route asks where a request comes from; --from IP says it",
      "pool web",
    ]);
  });

  it("has the one pool of requests take them where there are no routes, and no pool of connections", () => {
    const pools = { mail: { protocol: "tcp" }, web: {} } as never;
    expect(decide({ routes: undefined, pools }, asked("http://x/")).text).to.equal(
      "  without routes  all requests go to the one pool\npool web",
    );
  });

  it("says who is not served, and who has to come by HTTPS, before it asks the routes", () => {
    const stack = { routes: undefined, pools: { web: {} } as never, tls: { redirect: true } as never };
    const from = (...words: string[]) => explain({ ...stack, limits: LIMITS }, ...words);
    expect(from("http://x/a?b=c", "--from", "203.0.113.9")).to.deep.equal([
      '  limits.deny  takes it: from ["203.0.113.0/25"]',
      "response 403: not for this address",
    ]);
    expect(from("http://x/a?b=c", "--from", "203.0.114.9").slice(1)).to.deep.equal([
      '  limits.allow  takes it: not {"from":["203.0.113.0/24"]}',
      "response 403: not for this address",
    ]);
    expect(from("http://x:8080/a?b=c", "--from", "203.0.113.200").slice(2)).to.deep.equal([
      '  tls.redirect  takes it: scheme http, not {"path":"/.well-known/acme-challenge/*"}',
      "redirect 308 to https://x/a?b=c",
    ]);
    expect(from("https://x/a")).to.deep.equal([
      "  tls.redirect  no: scheme is https, not http",
      "  without routes  all requests go to the one pool",
      "  limits ask where a request comes from; --from IP says it",
      "pool web",
    ]);
    expect(from("http://x/.well-known/acme-challenge/t").at(-1)).to.equal("pool web");
    expect(explain({ ...stack, tls: { redirect: false } as never }, "http://x/")).to.have.length(2);
  });

  it("says which pool is declared out, and whom its page is not for", () => {
    const maintenancePage = { exceptFrom: ["198.51.100.0/24"] } as never;
    const stack = { routes: ROUTES as never, pools: {}, maintenance: [{ pool: "next" }, { server: "web-a-1" }], maintenancePage };
    const last = (...words: string[]) => explain(stack, ...words).slice(-1);
    expect(last("https://x/shop/")).to.deep.equal(["next is in maintenance: its maintenance page answers, with status 503"]);
    expect(last("https://x/shop/", "--cookie", "stay=100000")).to.deep.equal(["pool web"]);
    expect(last("https://x/shop/", "--cookie", "stay=5", "--from", "198.51.100.7")).to.deep.equal(["pool next"]);
  });

  it("takes a request as it is written, and says what it can't take", () => {
    expect(asked("POST", "https://x/a/../b%20c//?q=%41#f", "-H", "Host: Y:1")).to.deep.equal({
      ...{ scheme: "https", method: "POST", host: "Y:1", path: "/a/../b%20c//", query: "q=%41", headers: {}, cookies: {} },
    });
    const complaint = (...argv: string[]): string => {
      try {
        asked(...argv);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(complaint()).to.equal("missing required argument 'request'");
    expect(complaint("GET", "shop.example.com/x")).to.equal(
      "shop.example.com/x is no URL, such as https://shop.example.com/cart",
    );
    expect(complaint("GET", "http://x/", "y")).to.equal("unexpected word y after the URL");
    expect(complaint("get", "http://x/")).to.equal("get is no method in capitals, such as GET");
    expect(complaint("http://x/", "-H", "nothing")).to.equal("-H nothing has no : after a name");
    expect(complaint("http://x/", "--from", "1.2.3")).to.equal("--from 1.2.3 is no IP address");
    expect(complaint("http://x/", "--form", "1.2.3.4")).to.equal("unknown option '--form'; did you mean --from?");
  });

  it("has the same for a program: the request, each rule up to the one that takes it, and the outcome", () => {
    const { text, ...decision } = decide({ routes: ROUTES as never, pools: {} }, asked("http://x/a"));
    expect(JSON.parse(JSON.stringify(decision))).to.deep.equal({
      request: { scheme: "http", method: "GET", host: "x", path: "/a", query: "", headers: {}, cookies: {} },
      rules: [
        { rule: "routes[0]", matches: "from 203.0.113.0/24", reason: "source is unknown, not 203.0.113.0/24" },
        { rule: "routes[1]", matches: "scheme http" },
      ],
      outcome: { kind: "redirect", status: 308, location: "https://x/a" },
      inMaintenance: [],
    });
    expect(text).to.include("redirect 308 to https://x/a");
  });

  it("reads the stack file that is named", async () => {
    const { options, words } = await parsedCommand(["route", "http://shop.example.com/", "--stack", "local"]);
    expect(options).to.deep.equal({ stack: "local" });
    expect(decide(soundStack("local"), requestOf(words)).text).to.equal(
      "  without routes  all requests go to the one pool\npool web",
    );
  });
});
