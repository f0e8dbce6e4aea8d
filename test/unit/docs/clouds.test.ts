import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { catalogueOf } from "../../../infra/clouds";
import { SIZE_NAMES } from "../../../components/model/clouds/catalogue";
import { CLOUDS } from "../../../components/model/clouds/data-center";
import { plantedTable } from "../../../checks/clouds/planted";
import { ROOT } from "../../support/sites/test-site";

const HEADINGS = ["What is created", "Permissions", "Quotas", "What replaces a machine", "Setting up", "Not tried"];

/** A table's cells, row by row, however the formatter aligns them. */
const cellsOf = (table = ""): string[][] =>
  table
    .trim()
    .split("\n")
    .map((row) => row.split("|").map((cell) => cell.trim().replace(/^-+$/, "---")));

const read = (file: string): string => readFileSync(path.join(ROOT, "docs", file), "utf8");

describe("The pages on clouds", () => {
  it("show the errors that are planted, and who refuses each", () => {
    const [, shown] = /<!-- planted:.*?-->\n(.*)\n<!-- \/planted -->/s.exec(read("clouds.md")) ?? [];
    expect(cellsOf(shown), "docs/clouds.md is out of date: npm run check:clouds -- --table").to.deep.equal(
      cellsOf(plantedTable()),
    );
  });

  it("name the machine type of each size, and what it holds", () => {
    const rows = read("clouds.md")
      .split("\n")
      .flatMap((line) => (/^\| `(small|medium|large)`/.test(line) ? [line.split("|").map((cell) => cell.trim())] : []));
    for (const size of SIZE_NAMES) {
      const [, , holds = "", ...types] = rows.find(([, first]) => first?.startsWith(`\`${size}\``)) ?? [];
      expect(types.slice(0, CLOUDS.length), size).to.deep.equal(CLOUDS.map((cloud) => catalogueOf(cloud)?.sizes[size]));
      const [vcpus, gibibytes] = [...holds.matchAll(/\d+/g)].map(Number);
      for (const cloud of CLOUDS) {
        const catalogue = catalogueOf(cloud);
        const machine = catalogue?.machine(catalogue.sizes[size]);
        expect(machine, `${size} of ${cloud}`).to.deep.include({ vcpus, memory: (gibibytes ?? 0) * 1024 });
      }
    }
  });

  for (const cloud of CLOUDS) {
    it(`have the same headings for ${cloud}`, () => {
      const found = [...read(`clouds/${cloud}.md`).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      expect(found.filter((heading) => HEADINGS.includes(heading ?? ""))).to.deep.equal(HEADINGS);
    });
  }
});
