import { expect } from "chai";
import { nearest, pathOf, report, shown, suggestion } from "../../../../components/model/problem";

describe("The report of a stack file's problems", () => {
  it("has a line for each, with the paths in a column", () => {
    const problems = [
      { path: "pools.web.servers.frankfurt", message: "is not one of the data centers: a, b" },
      { path: "site", message: "is 5, but must be a map such as { name: shop }" },
    ];
    expect(report("stacks/Pulumi.production.yaml", problems)).to.equal(
      [
        "stacks/Pulumi.production.yaml has 2 problems:",
        "  pools.web.servers.frankfurt  is not one of the data centers: a, b",
        "  site                         is 5, but must be a map such as { name: shop }",
      ].join("\n"),
    );
  });

  it("speaks of one problem in the singular", () => {
    expect(report("The deployment shop", [{ path: "pools", message: "is empty" }])).to.equal(
      "The deployment shop has 1 problem:\n  pools  is empty",
    );
  });

  it("does not push every message to the right for the sake of one long path", () => {
    const long = `pools.${"x".repeat(50)}`;
    const lines = report("It", [
      { path: long, message: "is long" },
      { path: "site", message: "is short" },
    ]).split("\n");
    expect(lines.slice(1)).to.deep.equal([`  ${long}  is long`, `  ${"site".padEnd(44)}  is short`]);
  });
});

describe("A path in a stack file", () => {
  it("is written as its user writes it", () => {
    expect(pathOf([])).to.equal("");
    expect(pathOf(["pools", "web", "servers"])).to.equal("pools.web.servers");
    expect(pathOf(["maintenance", 0, "balancer"])).to.equal("maintenance[0].balancer");
  });
});

describe("A suggestion", () => {
  it("is made for a name that is spelt nearly right", () => {
    expect(suggestion("healthcheck", ["app", "healthCheck"])).to.equal("; did you mean healthCheck?");
    expect(suggestion("pool", ["site", "pools"])).to.equal("; did you mean pools?");
    expect(suggestion("aa", ["a", "b"])).to.equal("; did you mean a?");
  });

  it("is not made where nothing is near", () => {
    expect(suggestion("frankfurt", ["virginia", "iowa"])).to.equal("");
    expect(suggestion("anything", [])).to.equal("");
  });

  it("is not made for a single letter, which is as near to any other", () => {
    expect(suggestion("c", ["a", "b"])).to.equal("");
  });
});

describe("The names that something may be a slip of", () => {
  const many = ["eu-central-1", "eu-north-1", "eu-west-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1"];

  it("are all of them when they are few, and the one that is meant", () => {
    expect(nearest("medum", ["small", "medium", "large"])).to.equal(": small, medium, large; did you mean medium?");
    expect(nearest("x", ["small", "medium", "large"])).to.equal(": small, medium, large");
    expect(nearest("us-east-3", many.slice(0, 6))).to.equal(`: ${many.slice(0, 6).join(", ")}; did you mean us-east-1?`);
  });

  it("are the nearest three when they are many, the nearest first", () => {
    expect(nearest("us-east-22", many)).to.equal("; the nearest are us-east-2, us-east-1, sa-east-1");
    expect(nearest("", many)).to.equal("; the nearest are eu-west-1, sa-east-1, us-east-1");
  });

  it("are nothing where nothing is known", () => {
    expect(nearest("anything", [])).to.equal("");
  });
});

describe("A value in a message", () => {
  it("stands as it is where it can't be mistaken", () => {
    expect(shown("virginia")).to.equal("virginia");
    expect(shown("/a b")).to.equal("/a b");
    expect(shown(-1)).to.equal("-1");
    expect(shown(null)).to.equal("null");
    expect(shown({ a: [1] })).to.equal('{"a":[1]}');
  });

  it("stands in quotes where it could be taken for another, or would break the line", () => {
    for (const text of ["2", "1.5", "true", "null", "", " ", "a ", "a\nb", 'say "hi"', "Shop!"]) {
      expect(shown(text)).to.equal(JSON.stringify(text));
    }
  });

  it("is called missing where there is none", () => {
    expect(shown(undefined)).to.equal("missing");
  });

  it("is cut when it is long", () => {
    expect(shown("x".repeat(60))).to.equal("x".repeat(60));
    expect(shown("x".repeat(61))).to.equal(`${"x".repeat(57)}...`);
  });
});
