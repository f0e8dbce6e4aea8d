import { expect } from "chai";
import { problemsWith } from "../../../../support/sites/sound-stack";
import { readStack } from "../../../../../components/model/read-stack";
import { SOUND } from "../../../../support/sites/sound-stack";

/** What is told of a route before one that takes the rest. */
const told = (route: unknown): string[] => problemsWith({ routes: [route, { pool: "web" }] });

describe("A route of a stack file", () => {
  it("may say all that a route can", () => {
    const keys = { host: "*.example.com", path: ["/a/*", "/*.php", "/x/**/y"], method: "GET", header: { "X-A": ["1*", "*"] } };
    const more = { cookie: { beta: "1" }, query: { v: "2" }, from: ["203.0.113.0/24", "2001:db8::/32"], scheme: "http" };
    const routes = [
      { ...keys, ...more, not: [{ path: "/a/b" }, { ...keys, from: "10.0.0.0/8" }], pools: { web: 9 }, stickyCookie: "stay" },
      { path: "/old/*", redirect: { scheme: "https", host: "x.example.com:8443", path: "/new/*" } },
      { path: "/down", respond: { status: 503, body: "<p>Back\nsoon</p>", contentType: "text/html; charset=utf-8" } },
      {
        path: "/v1/*",
        pool: "web",
        rewrite: { path: "/*" },
        requestHeaders: { set: { "x-v": "1 %" } },
        responseHeaders: { remove: ["server"] },
      },
      { pool: "web" },
    ];
    expect(problemsWith({ routes })).to.deep.equal([]);
    expect(readStack({ ...SOUND, routes }).stack?.routes?.[1]?.redirect?.status).to.equal(307);
  });

  it("has each thing told that it can't say", () => {
    const path = "but must be a path such as /cart, /api/* for all below it, /*.php or /shop/*/cart";
    expect(told({ path: "/a b", pool: "web" })).to.deep.equal([`routes[0].path: is /a b, ${path}`]);
    expect(told({ path: ["/a", "b"], pool: "web" })).to.deep.equal([`routes[0].path[1]: is b, ${path}`]);
    expect(told({ path: 5, pool: "web" })).to.deep.equal([`routes[0].path: is 5, ${path}; or a list of 1 to 100 such`]);
    expect(told({ not: { pth: "/a" }, pool: "web" })).to.have.length(1);
    for (const bad of ["a", "/a*b*c", "/**/a/**", "/a/**", "/a**", '/"', "/a\nb", "/é", "/?x", []])
      expect(told({ path: bad, pool: "web" }).join(), JSON.stringify(bad)).to.include("but must be a path");
    const bads: [string, unknown][] = [
      ["host", "a b"],
      ["method", "get"],
      ["method", "CONNECT"],
      ["from", "203.0.113.1/24"],
      ["from", "203.0.113.1"],
      ["scheme", "ftp"],
      ["not", { path: "x" }],
      ["not", { pool: "web" }],
      ["header", { x: "" }],
      ["header", { x: "a\nb" }],
      ["header", { x: " a" }],
      ["header", { x: "é" }],
      ["header", { host: "a" }],
      ["header", { Cookie: "a" }],
      ["header", { "Transfer-Encoding": "chunked" }],
      ["header", { "x-evenkeel-probe": "*" }],
      ["header", { "x)": "a" }],
      ["cookie", { x: "a;b" }],
      ["query", { x: "a&b" }],
      ["query", { "x.y": "a" }],
      ["query", Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`n${i}`, "1"]))],
      ["stickyCookie", "a=b"],
      ["pools", { web: -1 }],
      ["pools", { web: 1001 }],
    ];
    for (const [key, value] of bads)
      expect(
        told({ [key]: value, pool: "web" }).filter((line) => line.startsWith(`routes[0].${key}`)),
        `${key} ${JSON.stringify(value)}`,
      ).to.have.length(1);
  });

  it("has each thing told that a destination can't be", () => {
    const bads: [string, string, unknown][] = [
      ["redirect", "status", { status: 303, scheme: "https" }],
      ["redirect", "host", { host: "a/b" }],
      ["redirect", "path", { path: "//evil.example" }],
      ["redirect", "path", { path: "/a*" }],
      ["redirect", "path", { path: "/%[src]" }],
      ["respond", "status", { status: 100 }],
      ["respond", "status", {}],
      ["respond", "body", { status: 200, body: "x".repeat(8_193) }],
      ["respond", "body", { status: 200, body: "é".repeat(4_097) }],
      ["respond", "body", { status: 200, body: "a\0b" }],
      ["respond", "contentType", { status: 200, contentType: 'text/plain"' }],
      ["rewrite", "path", {}],
      ["rewrite", "path", { path: "x" }],
      ["requestHeaders", "set", { set: { connection: "close" } }],
      ["requestHeaders", "set.x", { set: { x: "a\r\nb" } }],
      ["responseHeaders", "remove[0]", { remove: ["content-length"] }],
    ];
    for (const [key, part, value] of bads) {
      const where = `routes[0].${key}.${part}: `;
      const lines = told({ path: "/x", [key]: value, ...(/^re(direct|spond)$/.test(key) ? {} : { pool: "web" }) });
      expect(
        lines.map((line) => line.slice(0, where.length)),
        `${key} ${JSON.stringify(value)}`,
      ).to.deep.equal([where]);
    }
  });
});
