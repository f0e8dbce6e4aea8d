import { expect } from "chai";
import type { Route } from "../../components/model/route";
import { explainRoute, requestOf } from "../../scripts/route-words";
import { npmRun } from "../support/npm-run";
import { ROOT } from "../support/test-site";

const ROUTES: Route[] = [
  { from: "203.0.113.0/24", respond: { status: 403, body: "no\nentry" } },
  { scheme: "http", redirect: { status: 308, scheme: "https" } },
  { path: "/api/*", header: { "X-Version": ["2", "3"] }, pool: "api", rewrite: { path: "/*" } },
  { path: "/shop/*", pools: { web: 90, next: 10 }, stickyCookie: "stay" },
  { pool: "web" },
];

/** What the verb says of a request. */
const told = (...words: string[]): string[] => explainRoute({ routes: ROUTES as never, pools: {} }, requestOf(words)).split("\n");

describe("The verb that says which route a request takes", () => {
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
    expect(explainRoute({ routes: undefined, pools }, requestOf(["http://x/"]))).to.equal(
      "  without routes  all requests go to the one pool\npool web",
    );
  });

  it("takes a request as it is written, and says what it can't take", () => {
    expect(requestOf(["POST", "https://x/a/../b%20c//?q=%41#f", "-H", "Host: Y:1"])).to.deep.equal({
      ...{ scheme: "https", method: "POST", host: "Y:1", path: "/a/../b%20c//", query: "q=%41", headers: {}, cookies: {} },
    });
    const complaint = (...words: string[]): string => {
      try {
        requestOf(words);
        return "";
      } catch (error) {
        return (error as Error).message.split(": npm run")[0] ?? "";
      }
    };
    expect(complaint()).to.equal("A request is missing");
    expect(complaint("GET", "shop.example.com/x")).to.equal("shop.example.com/x is no URL");
    expect(complaint("get", "http://x/")).to.equal("get is no method in capitals, such as GET");
    expect(complaint("http://x/", "-H", "nothing")).to.equal("-H nothing has no : behind a name");
    expect(complaint("http://x/", "--from", "1.2.3")).to.equal("--from 1.2.3 is no IP address");
    expect(complaint("http://x/", "--form", "1.2.3.4")).to.include("--form");
  });

  it("reads the stack file that is named, and asks nobody", async function () {
    this.timeout(60_000);
    const run = (...words: string[]) => npmRun(ROOT, process.env, "route", "--", ...words);
    const local = await run("GET", "http://shop.example.com/");
    expect(local).to.deep.equal({ code: 0, text: "  without routes  all requests go to the one pool\npool web\n" });
    expect((await run("GET", "http://x/", "--stack", "nowhere")).text).to.include("There is no stack nowhere");
  });
});
