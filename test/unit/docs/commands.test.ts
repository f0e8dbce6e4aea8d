import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { commandsPage } from "../../../cli/command-line/documentation";
import { evenkeel } from "../../../cli/program";
import { ROOT } from "../../../workspace/root";
import { commandsOf, parse, wordsOf } from "../../support/parsed-command-line";

const PAGE = path.join(ROOT, "docs/commands.md");
const SCRIPTS = (JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> })
  .scripts;
/** What a script of package.json begins with that is a command. */
const LAUNCHER = "node cli/evenkeel.cjs ";

/** A command line that a document shows, with where it stands. */
interface Mention {
  readonly where: string;
  readonly line: string;
}

/** The documents that readers follow, and what others run. */
function documents(): string[] {
  const docs = readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !file.startsWith("decisions"))
    .map((file) => path.join("docs", file));
  const workflows = readdirSync(path.join(ROOT, ".github/workflows")).map((file) => path.join(".github/workflows", file));
  return ["README.md", "CONTRIBUTING.md", ".ci/run", ...workflows, ...docs];
}

/** Every `npm run X …` and `npx evenkeel X …` in a text: in a code block to the end of the line, else to the end of the code. */
function mentionsIn(file: string): Mention[] {
  const lines = readFileSync(path.join(ROOT, file), "utf8").split("\n");
  let inBlock = !file.endsWith(".md");
  return lines.flatMap((line, i): Mention[] => {
    if (line.startsWith("```")) inBlock = !inBlock;
    const pieces = inBlock ? [line] : [...line.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
    return pieces.flatMap((piece) =>
      [...piece.matchAll(/(?:npx evenkeel|npm run(?: -s| --silent)?) (?:[^()]|\([^)]*\))*/g)].map(([found]) => ({
        where: `${file}:${i + 1}`,
        line: found,
      })),
    );
  });
}

/** What follows `evenkeel` in a command line; undefined for a script of npm that is no command. @throws Error for one that does not exist */
function argvOf({ where, line }: Mention): string[] | undefined {
  const text = line.replaceAll("…", "").replaceAll(/\s\|\s.*$/g, "");
  const npm = /^npm run(?: -s| --silent)? (\S+)(.*)$/.exec(text);
  if (npm === null) return wordsOf(text.replace(/^npx evenkeel /, ""));
  const [, name = "", rest = ""] = npm;
  const script = SCRIPTS[name.replace(/[",.;:)]+$/, "")];
  if (script === undefined) throw new Error(`${where}: there is no script ${name}`);
  if (!script.startsWith(LAUNCHER)) return undefined;
  const [dashes, ...words] = wordsOf(rest);
  if (dashes !== undefined && dashes !== "--") throw new Error(`${where}: npm takes what stands before -- for itself: ${line}`);
  return [...script.slice(LAUNCHER.length).split(" "), ...words];
}

describe("The commands in the documentation", () => {
  it("are all in docs/commands.md, with their help", () => {
    const page = commandsPage(evenkeel());
    if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync(PAGE, page);
    expect(
      readFileSync(PAGE, "utf8"),
      "docs/commands.md is out of date: UPDATE_GOLDEN=1 npm run test:unit writes it anew",
    ).to.equal(page);
  });

  for (const file of documents())
    it(`are such as there are: ${file}`, async () => {
      for (const mention of mentionsIn(file)) {
        const argv = argvOf(mention);
        if (argv === undefined) continue;
        const { complaint } = await parse(argv);
        // Of a command that is named alone, what it needs is said elsewhere.
        const isName = argv.length === 1 || (argv[0] === "check" && argv.length === 2);
        if (isName && /^(missing required argument|required option)/.test(complaint)) continue;
        expect(complaint, `${mention.where}: ${mention.line}`).to.equal("");
      }
    });

  it("would be found wrong with an option that does not exist, or that npm takes for itself", async () => {
    const argv = argvOf({ where: "nowhere", line: "npm run up -- --stack tour --diff" }) ?? [];
    expect((await parse(argv)).complaint).to.include("unknown option '--diff'");
    expect(() => argvOf({ where: "nowhere", line: "npm run down --stack=tour" })).to.throw(
      "nowhere: npm takes what stands before --",
    );
    expect(() => argvOf({ where: "nowhere", line: "npm run upp" })).to.throw("nowhere: there is no script upp");
  });
});

describe("The scripts of package.json", () => {
  it("are aliases of commands, one for each that a user types", async () => {
    const aliases = Object.entries(SCRIPTS).filter(([, script]) => script.startsWith(LAUNCHER));
    for (const [name, script] of aliases) {
      const own = script.slice(LAUNCHER.length);
      expect((await parse([...own.split(" "), "--help"])).text).to.include(`Usage: evenkeel ${own}`);
      expect([own.replace(" ", ":"), "test:machines"]).to.include(name);
    }
    const commands = commandsOf(evenkeel())
      .filter(({ children }) => children.length === 0)
      .map(({ fullName }) => fullName.replace("evenkeel ", ""));
    const without = commands.filter((command) => !aliases.some(([, script]) => script === LAUNCHER + command));
    expect(without).to.deep.equal(["completion", "help"]);
  });
});
