import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "./sites/test-site";

/** A piece of TypeScript in a text for people. */
export interface DocumentedCode {
  /** Where its first line stands: `README.md:12`. */
  readonly where: string;
  readonly code: string;
}

/** The `@example`s of the docstrings in a folder and below. */
export function examplesIn(folder: string): DocumentedCode[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .flatMap((file) => examplesOf(path.join(folder, file)));
}

/** The blocks marked as TypeScript in a Markdown file; none when there is no such file. */
export function blocksOf(file: string): DocumentedCode[] {
  if (!existsSync(path.join(ROOT, file))) return [];
  const text = readFileSync(path.join(ROOT, file), "utf8");
  return [...text.matchAll(/^( *)```(?:ts|typescript)\n(.*?)^\1```$/gms)].map(({ index, 2: code = "" }) => ({
    where: `${file}:${lineAt(text, index) + 1}`,
    code,
  }));
}

function examplesOf(file: string): DocumentedCode[] {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  return [...text.matchAll(/^ *\/\*\*.*?\*\//gms)].flatMap(({ index, 0: comment }) => {
    const lines = comment.split("\n").map((line) => line.replace(/^ *(?:\/\*\*|\*\/|\* ?)/, "").replace(/ *\*\/$/, ""));
    return lines.flatMap((line, at) => {
      if (line.trim() !== "@example") return [];
      const rest = lines.slice(at + 1);
      const end = rest.findIndex((next) => /^@\w/.test(next));
      return { where: `${file}:${lineAt(text, index) + at + 1}`, code: rest.slice(0, end === -1 ? undefined : end).join("\n") };
    });
  });
}

/** The number of the line of a place in a text, from 1. */
function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
