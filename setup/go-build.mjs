import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run } from "./command.mjs";
import { notice } from "./notice.mjs";

/** The oldest Go that builds the CLI. */
export const OLDEST_GO = /** @type {const} */ ([1, 25]);

/** Time for one build, downloads included, on a slow machine. In milliseconds. */
const DEADLINE = 45 * 60_000;

/** The last version whose Go module still holds the language host for Node. It runs programs for any later CLI. */
const HOST_VERSION = "3.68.0";

/**
 * Builds programs from their Go modules, for where these can be reached and the official download cannot.
 *
 * @param {string} version of the CLI
 * @param {readonly string[]} programs
 * @param {string} temporary a folder to work in
 * @param {string} bin where the programs are put
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} why it failed
 */
export async function buildWithGo(version, programs, temporary, bin, env) {
  const unsuitable = await whyGoIsUnsuitable(temporary, env);
  if (unsuitable) return unsuitable;

  notice(`the download failed, so building the Pulumi CLI ${version} from its Go modules (may take several minutes)`);
  for (const program of programs) {
    const recipe = program === "pulumi" ? cliRecipe(version) : HOST_RECIPE;
    const workplace = path.join(temporary, `module-${program}`);
    mkdirSync(workplace);
    writeFileSync(path.join(workplace, "go.mod"), recipe.module);
    const linker = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${recipe.version}`;
    const { ok, reason } = await run(
      "go",
      ["build", "-mod=mod", "-buildvcs=false", "-trimpath", "-ldflags", linker, "-o", path.join(bin, program), recipe.source],
      {
        cwd: workplace,
        env: { ...env, CGO_ENABLED: "0", GO111MODULE: "on", GOWORK: "off", GOTMPDIR: temporary },
        deadline: DEADLINE,
      },
    );
    if (!ok) return reason;
  }
  return undefined;
}

/** @param {string} version */
function cliRecipe(version) {
  return {
    version,
    source: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    // A module's own replacements do not count when another requires it, so the CLI's is repeated.
    module: [
      "module evenkeel.local/cli",
      "go 1.25",
      `require github.com/pulumi/pulumi/pkg/v3 v${version}`,
      "replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
      "",
    ].join("\n"),
  };
}

const HOST_RECIPE = {
  version: HOST_VERSION,
  source: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  module: ["module evenkeel.local/host", "go 1.25", `require github.com/pulumi/pulumi/sdk/v3 v${HOST_VERSION}`, ""].join("\n"),
};

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>}
 */
async function whyGoIsUnsuitable(folder, env) {
  const { ok, output, reason } = await run("go", ["version"], { cwd: folder, env });
  if (!ok) return reason.replace(/^go is/, `Go ${OLDEST_GO.join(".")} or newer is`);
  const [, major = 0, minor = 0] = (/\bgo(\d+)\.(\d+)/.exec(output) ?? []).map(Number);
  if (major > OLDEST_GO[0] || (major === OLDEST_GO[0] && minor >= OLDEST_GO[1])) return undefined;
  return `Go ${OLDEST_GO.join(".")} or newer is needed, not ${output.trim()}`;
}
