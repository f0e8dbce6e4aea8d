import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as path from "node:path";
import ts from "typescript";
import * as library from "../../../components";
import * as aws from "../../../components/clouds/aws";
import * as digitalocean from "../../../components/clouds/digitalocean";
import * as existing from "../../../components/clouds/existing";
import * as gcp from "../../../components/clouds/gcp";
import * as local from "../../../components/clouds/local";
import * as load from "../../../drills/load/load";
import * as websockets from "../../../drills/load/websockets";
import { blocksOf, type DocumentedCode, examplesIn } from "../../support/documented-code";
import { ROOT } from "../../support/sites/test-site";

/** What an example in a docstring may name without a word on where it comes from, and the module that has it. */
const KNOWN = new Map([
  ...Object.keys(library).map((name) => [name, "evenkeel"] as const),
  ...Object.entries({ aws, digitalocean, gcp }).flatMap(([cloud, exported]) =>
    Object.keys(exported)
      .filter((name) => name !== "catalogue")
      .map((name) => [name, `evenkeel/${cloud}`] as const),
  ),
  ...Object.keys(existing).map((name) => [name, "evenkeel/existing"] as const),
  ...Object.keys(local).map((name) => [name, "evenkeel/local"] as const),
  ...Object.keys(load).map((name) => [name, "../drills/load/load.js"] as const),
  ...Object.keys(websockets).map((name) => [name, "../drills/load/websockets.js"] as const),
  ...["a", "b", "plan"].map((name) => [name, "./rest-of-the-program.mjs"] as const),
]);
/** What stands for the program around an example. */
const REST_OF_THE_PROGRAM = `
  import type { Output } from "@pulumi/pulumi";
  import type { OpenDataCenter, Plan } from "evenkeel";
  export declare const a: OpenDataCenter, b: OpenDataCenter, plan: Output<Plan>;
`;
const EXAMPLES = ["components", "drills"].flatMap(examplesIn);
const BLOCKS = ["README.md", "examples/own-program/README.md"].flatMap(blocksOf);
const MISSPELT = { where: "nowhere", code: "export const front = new LocalFront({ prot: 8080 });" };

describe("The code in the documentation", () => {
  let problems: ReadonlyMap<string, readonly string[]>;

  before(() => (problems = problemsOf([...[...EXAMPLES, MISSPELT].map(withImports), ...BLOCKS])));

  for (const { where } of [...EXAMPLES, ...BLOCKS]) {
    it(`compiles: ${where}`, () => {
      expect(problems.get(where)).to.deep.equal([]);
    });
  }

  it("shows each component, and each part of the local cloud, at work", () => {
    const shown = EXAMPLES.map(({ code }) => code).join("\n");
    const components = Object.entries(library)
      .filter(([, { prototype }]) => prototype instanceof pulumi.ComponentResource)
      .map(([name]) => name);
    expect(components).to.include("BalancedDeployment");
    for (const name of [...components, ...Object.keys(local)]) expect(shown).to.include(`new ${name}(`);
  });

  it("would be found wrong with an argument that does not exist", () => {
    expect(problems.get(MISSPELT.where)).to.deep.equal([
      "Object literal may only specify known properties, and 'prot' does not exist in type 'LocalFrontArgs'.",
    ]);
  });
});

/** An example with imports of what it names. */
function withImports({ where, code }: DocumentedCode): DocumentedCode {
  const names = [...KNOWN].filter(([name]) => isUsed(name, code));
  return { where, code: [...names.map(([name, from]) => `import { ${name} } from "${from}";`), code].join("\n") };
}

function isUsed(name: string, code: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`\\b(?:const|let|class|function) ${name}\\b`).test(code);
}

/** What the compiler says of each piece, by where it stands; all in one program, since the SDK's types take long to read. */
function problemsOf(pieces: readonly DocumentedCode[]): ReadonlyMap<string, readonly string[]> {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, noUnusedLocals: false }, ROOT);
  const fileOf = (name: string): string => path.join(ROOT, "test", `${name}.mts`);
  // Modules of the new kind, which may await at their top.
  const files = new Map(pieces.map(({ code }, i) => [fileOf(`piece-${i}`), code]));
  const all = new Map([...files, [fileOf("rest-of-the-program"), REST_OF_THE_PROGRAM]]);
  const host = ts.createCompilerHost(options);
  host.fileExists = (file) => all.has(file) || ts.sys.fileExists(file);
  host.readFile = (file) => all.get(file) ?? ts.sys.readFile(file);
  const program = ts.createProgram([...files.keys()], options, host);
  return new Map(
    pieces.map(({ where }, i) => {
      const source = program.getSourceFile(fileOf(`piece-${i}`));
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [where, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))];
    }),
  );
}
