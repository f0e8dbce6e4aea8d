import { expect } from "chai";
import { cpSync, existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { isAlive } from "../../provider/identity";
import { ThrowawayProject } from "../../testbed/throwaway-project";
import { manifest, PublishedPackage } from "../support/sites/published-package";
import { ROOT } from "../support/sites/test-site";

const EXAMPLE = path.join(ROOT, "examples", "own-program");
/** The ways to find a module's types that programs use; the older one, of many a Pulumi project, knows no `exports`. */
const RESOLUTIONS: Readonly<Record<string, ts.CompilerOptions>> = {
  "Node does": { module: ts.ModuleKind.NodeNext },
  "Node once did": { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10 },
};

describe("The published package", () => {
  let published: PublishedPackage;
  let project: ThrowawayProject;

  before(() => (published = PublishedPackage.make()));
  beforeEach(() => {
    project = new ThrowawayProject("dev");
    cpSync(EXAMPLE, project.folder, { recursive: true });
    published.install(project.folder);
  });
  afterEach(() => project.remove());

  it("holds what a program needs, and nothing else", () => {
    const programs = ["sample-site", "access-log"].map((name) => `components/clouds/local/${name}`);
    const modules = [...filesIn("components"), ...filesIn("provider")].filter((file) => file.endsWith(".ts"));
    const wanted = [
      "package.json",
      ...["LICENSE", "README.md", "CHANGELOG.md"].filter((file) => existsSync(path.join(ROOT, file))),
      "cli/evenkeel.cjs",
      "provider/pulumi-resource-evenkeel-node",
      ...programs.flatMap(filesIn),
      ...["dist/provider/transport/haproxy-binary.cjs", "dist/provider/transport/haproxy-binary.d.cts"],
      ...modules.map((file) => `dist/${file.replace(/ts$/, "js")}`),
      ...modules.map((file) => `dist/${file.replace(/ts$/, "d.ts")}`),
    ];
    expect(published.files).to.deep.equal(wanted.sort());
  });

  for (const [how, resolution] of Object.entries(RESOLUTIONS)) {
    it(`has types for a program that resolves modules as ${how}`, () => {
      expect(problemsOf(project.folder, resolution)).to.deep.equal([]);
    });
  }

  it("lets another Pulumi program bring up a site, change nothing, and take it down", async () => {
    await project.makeStack();
    await project.up();
    const { url } = (await project.outputs()) as { url: string };
    const page = await fetch(url);
    expect(page.status).to.equal(200);
    expect(page.headers.get("x-evenkeel-server")).to.be.oneOf(["web-north-1", "web-north-2", "web-south-1"]);
    const processes = project.processes();
    expect(Object.keys(processes).sort()).to.deep.equal([
      "bakery-front",
      "bakery-primary",
      "bakery-secondary",
      "web-north-1",
      "web-north-2",
      "web-south-1",
    ]);

    expect(await project.up()).to.match(/Resources:\n\s+12 unchanged\n/);

    await project.expectSuccess(["destroy", "--yes", "--skip-preview"]);
    expect(project.allProcesses()).to.have.length(0);
    expect(Object.values(processes).filter(isAlive)).to.deep.equal([]);
  });
});

describe("The example of a program of one's own", () => {
  it("asks for the versions that Evenkeel asks for, so that it has one copy of the SDK", () => {
    const { dependencies: own, version } = manifest(ROOT);
    expect(manifest(EXAMPLE).dependencies).to.deep.equal({
      "@pulumi/pulumi": own?.["@pulumi/pulumi"],
      evenkeel: `file:../../evenkeel-${version}.tgz`,
    });
  });
});

/** What the compiler says of the program in a folder, and of those types of the package that it reaches. */
function problemsOf(folder: string, resolution: ts.CompilerOptions): string[] {
  const program = ts.createProgram([path.join(folder, "index.ts")], {
    ...resolution,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [path.join(folder, "node_modules", "@types")],
  });
  const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
  return own
    .flatMap((file) => program.getSemanticDiagnostics(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

/** The files in a folder of this checkout and below, by their paths from the root. */
function filesIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}
