import { expect } from "chai";
import * as fc from "fast-check";
import { pathCovers, pathExample, pathExpression, pathMatches } from "../../../../../components/model/routing/path-pattern";

const segment = fc.constantFrom("a", "b", "a*", "*", "*.php", "x.y");
const pattern = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.option(fc.nat(3)), fc.constantFrom("", "/*"))
  .map(([segments, deep, end]) => {
    const all = deep === null || deep >= segments.length ? segments : [...segments.slice(0, deep), "**", ...segments.slice(deep)];
    return `/${all.join("/")}${end}`;
  });
const asked = fc
  .array(fc.constantFrom("a", "b", "ab", "c.php", "x.y", "xzy", "", ".php"), { minLength: 1, maxLength: 4 })
  .map((segments) => `/${segments.join("/")}`);

describe("A path of a route", () => {
  it("stands for itself, for all below it, or for what its stars leave open", () => {
    const taken = (path: string, ...tried: string[]): string[] => tried.filter((one) => pathMatches(path, one));
    expect(taken("/a", "/a", "/a/", "/A", "/ab")).to.deep.equal(["/a"]);
    expect(taken("/a/*", "/a", "/a/", "/a/b/c", "/ab")).to.deep.equal(["/a", "/a/", "/a/b/c"]);
    expect(taken("/*.php", "/x.php", "/.php", "/a/x.php", "/xphp")).to.deep.equal(["/x.php"]);
    expect(taken("/u/*/cart", "/u/1/cart", "/u//cart", "/u/1/2/cart", "/u/1/cart/")).to.deep.equal(["/u/1/cart"]);
    expect(taken("/u/*/cart/*", "/u/1/cart", "/u/1/cart/x/y", "/u/1/carts")).to.deep.equal(["/u/1/cart", "/u/1/cart/x/y"]);
    expect(taken("/**/.git/*", "/.git", "/a/b/.git/x", "/agit/x")).to.deep.equal(["/.git", "/a/b/.git/x"]);
  });

  it("matches its own example", () => {
    fc.assert(fc.property(pattern, fc.constantFrom("probe", "p"), (path, word) => pathMatches(path, pathExample(path, word))));
  });

  it("covers another only where it stands for all that the other does", () => {
    fc.assert(
      fc.property(pattern, pattern, asked, (outer, inner, one) => {
        if (pathCovers(outer, inner) && pathMatches(inner, one))
          expect(pathMatches(outer, one), `${outer} ${inner}`).to.equal(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is an expression that no path makes a balancer try in many more ways than it is long", () => {
    const steps = "/a".repeat(8_000);
    for (const path of ["/**/a*/a*/a*/b", "/**/*a/*", "/a*/**/*b"]) {
      const expression = pathExpression(path);
      // No group that repeats: each has a question mark behind it, and each star of a segment ends at the next slash.
      expect(expression.replace(/\(\/\.\*\)\?/g, "")).to.match(/^[^()]*$/);
      expect(new RegExp(expression).test(`${steps}/c`)).to.be.a("boolean");
    }
  });
});
