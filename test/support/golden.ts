import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";

/** Holds a text against the file of its name. With UPDATE_GOLDEN set, the text becomes the file, to be looked over and committed. */
export function expectGolden(folder: string, name: string, text: string): void {
  const file = path.join(folder, "golden", name);
  if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync(file, text);
  expect(text, `${name} is out of date: UPDATE_GOLDEN=1 npm test writes it anew`).to.equal(readFileSync(file, "utf8"));
}
