import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../../../support/sites/test-site";
import { inNewYork } from "./new-york";

describe("The page on DigitalOcean", () => {
  it("lists exactly what is created, with its names", async () => {
    const { types } = await inNewYork(({ open, opts, server, balancer }) => {
      server("web-newyork-1");
      open.admit?.({ role: "primary", address: balancer().sendsFrom, port: 8443 }, opts);
    });
    const made = Object.entries(types).map(([label, type]) => `${type} ${label.split(" ")[1] ?? ""}`);
    expect(listed()).to.have.members(made);
  });
});

/** Types and names of the page's table. */
function listed(): string[] {
  const page = readFileSync(path.join(ROOT, "docs/clouds/digitalocean.md"), "utf8");
  const table = /<!-- created -->(.*)<!-- \/created -->/s.exec(page)?.[1] ?? "";
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) => {
    const [, type = "", names = ""] = row.split("|");
    return quoted(names).map((name) => `${quoted(type)[0] ?? ""} ${name}`);
  });
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
}
