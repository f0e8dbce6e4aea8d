import { expect } from "chai";
import { table } from "../../../workspace/table";

describe("A table", () => {
  it("has columns as wide as their widest cell, and no blanks at the end of a line", () => {
    const rows = [
      ["web-a-1", "UP", 12],
      ["web-a-10", "", ""],
    ];
    expect(table(["server", "status", "requests"], rows)).to.equal(
      ["  server    status  requests", "  web-a-1   UP      12", "  web-a-10"].join("\n"),
    );
  });

  it("is its head where there are no rows", () => {
    expect(table(["server", "status"], [])).to.equal("  server  status");
  });

  it("bears rows that are shorter than its head", () => {
    expect(table(["a", "b"], [["1"]])).to.equal("  a  b\n  1");
  });
});
