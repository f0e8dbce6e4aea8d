import { type Dirent, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { ROOT } from "../../workspace/project";

/** Most lines of a file of code, blank ones and comments included. */
const MOST_LINES = 300;
/** Most files of code in a folder. */
const MOST_FILES = 25;
const CODE = /\.(ts|mjs|cjs|cts|js|py|sh|html|css)$/;
/** Folders that hold no code of this repository: packages, what is built, what runs, and Git's own. */
const NOT_OURS = /^(node_modules|dist|\.state|\.git|\.pulumi)$/;

/** The files of code by folder, from `folder` on, as paths from the root. */
function filesOfCode(folder = ROOT): { readonly folder: string; readonly files: readonly string[] }[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const named = (is: (entry: Dirent) => boolean): string[] => entries.filter(is).map(({ name }) => path.join(folder, name));
  return [
    {
      folder: path.relative(ROOT, folder),
      files: named((entry) => entry.isFile() && CODE.test(entry.name)).map((file) => path.relative(ROOT, file)),
    },
    ...named((entry) => entry.isDirectory() && !NOT_OURS.test(entry.name)).flatMap(filesOfCode),
  ];
}

describe("The code of this repository", () => {
  const folders = filesOfCode();

  it("has files of 300 lines or less", () => {
    const files = folders.flatMap((folder) => folder.files);
    expect(files).to.include("components/data-center.ts").and.to.include("checks/clouds/aws.py");
    const long = files.map((file) => ({ file, lines: readFileSync(path.join(ROOT, file), "utf8").split("\n").length - 1 }));
    expect(long.filter(({ lines }) => lines > MOST_LINES)).to.deep.equal([]);
  });

  it("has folders of 25 files or less", () => {
    const full = folders.map(({ folder, files }) => ({ folder, files: files.length }));
    expect(full.filter(({ files }) => files > MOST_FILES)).to.deep.equal([]);
  });
});
