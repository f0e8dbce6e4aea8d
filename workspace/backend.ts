import { existsSync, readFileSync, realpathSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isCloud } from "../components/model/clouds/data-center";
import { ROOT } from "./root";
import { readStackFile } from "./stack-file";

/** The passphrase that the committed salts of local stacks were made with. It protects nothing: it is published here. */
const LOCAL_PASSPHRASE = "evenkeel-local";
/** Where the state of local stacks is kept unless another backend is named. */
export const STATE = path.join(ROOT, ".state");
/** Where Pulumi's file backend keeps the state of this project's stacks. */
const STATE_FILE = [".pulumi", "stacks", "evenkeel"];
/** How the URL of a backend in files begins. */
const FILE = "file://";

/** Where the machines of a stack are. */
export type Placement = "local" | "cloud" | "unknown";

/** Where the machines of a stack are, by its file alone: a state file that happens to lie here means nothing. */
export function placementOf(stack: string): Placement {
  return placementIn(readStackFile(stack).config["evenkeel:dataCenters"]);
}

/**
 * Where machines are by a stack file's data centers. They are on this machine when some data centers are `local` and every other one is
 * `existing`, whose servers are not Evenkeel's to make. It is `unknown` for lack of data centers, or with a provider that does not exist.
 */
export function placementIn(dataCenters: unknown): Placement {
  const kinds = new Set(
    Object.values(dataCenters ?? {}).map((place) => kindOf((place as { provider?: unknown } | null)?.provider)),
  );
  if (kinds.has("unknown")) return "unknown";
  if (kinds.has("cloud")) return "cloud";
  return kinds.has("local") ? "local" : "unknown";
}

function kindOf(provider: unknown): Placement | "existing" {
  if (provider === "local" || provider === "existing") return provider;
  return typeof provider === "string" && isCloud(provider) ? "cloud" : "unknown";
}

/** Whether every machine that a stack makes is this one. */
export function isLocal(stack: string): boolean {
  return placementOf(stack) === "local";
}

/** The environment that Pulumi needs for a stack, less what the user has set: for a local one, a backend in this folder. */
export function pulumiEnvironment(stack: string, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const own: Record<string, string> = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  if (isLocal(stack)) {
    if (env.PULUMI_BACKEND_URL === undefined) own.PULUMI_BACKEND_URL = FILE + STATE;
    if (env.PULUMI_CONFIG_PASSPHRASE === undefined && env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined) {
      own.PULUMI_CONFIG_PASSPHRASE = LOCAL_PASSPHRASE;
    }
  }
  return own;
}

/** The variables that a shell has from a local stack and that a stack must do without; none for a local stack. */
export function variablesToUnset(stack: string, env: NodeJS.ProcessEnv = process.env): string[] {
  if (isLocal(stack)) return [];
  return [
    ...(isInProject(env.PULUMI_BACKEND_URL) ? ["PULUMI_BACKEND_URL"] : []),
    ...(env.PULUMI_CONFIG_PASSPHRASE === LOCAL_PASSPHRASE ? ["PULUMI_CONFIG_PASSPHRASE"] : []),
  ];
}

/**
 * Why a stack in a cloud must not be worked on in this environment, and what to set; undefined when nothing is against it. Its state would be
 * lost with this folder, and whoever has the folder could read its secrets.
 */
export function reasonAgainstBackend(stack: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (isLocal(stack)) return undefined;
  const url = env.PULUMI_BACKEND_URL ?? loggedInTo(env);
  const reasons = [
    ...(isInProject(url)
      ? [
          `its state would be kept in this folder (${env.PULUMI_BACKEND_URL === undefined ? "pulumi login" : "PULUMI_BACKEND_URL"} is ${url ?? ""}): ` +
            "set PULUMI_BACKEND_URL to a backend that lasts, such as s3://bucket",
        ]
      : []),
    ...passphraseProblems(env),
  ];
  if (reasons.length === 0) return undefined;
  return [
    `The stack ${stack} is not local, so it was not touched:`,
    ...reasons.map((reason) => `  ${reason}`),
    ...(variablesToUnset(stack, env).length === 0
      ? []
      : [
          `In a shell that was set up for a local stack, eval "$(npm run -s env -- --stack ${stack})" unsets what belongs to that one.`,
        ]),
  ].join("\n");
}

/** The folder of the backend that keeps a stack's state in files; undefined when another kind of backend does. */
export function stateDirectory(stack: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const url = env.PULUMI_BACKEND_URL ?? pulumiEnvironment(stack, env).PULUMI_BACKEND_URL;
  return url?.startsWith(FILE) === true ? url.slice(FILE.length) : undefined;
}

/** Whether the backend has the stack, as far as can be seen without a query: false only when it keeps files, and has none for it. */
export function mayExist(stack: string): boolean {
  const state = stateDirectory(stack);
  return state === undefined || existsSync(path.join(state, ...STATE_FILE, `${stack}.json`));
}

function passphraseProblems({ PULUMI_CONFIG_PASSPHRASE: own, PULUMI_CONFIG_PASSPHRASE_FILE: file }: NodeJS.ProcessEnv): string[] {
  const remedy = "set it to one of your own, or unset it";
  if (own === LOCAL_PASSPHRASE)
    return [`PULUMI_CONFIG_PASSPHRASE is the published passphrase of local stacks, which everybody can read: ${remedy}`];
  if (own === undefined && file !== undefined && contentOf(file)?.trim() === LOCAL_PASSPHRASE)
    return [`PULUMI_CONFIG_PASSPHRASE_FILE holds the published passphrase of local stacks, which everybody can read: ${remedy}`];
  return [];
}

/** Whether a backend keeps files in the folder of this project. */
function isInProject(url: string | undefined): boolean {
  if (url?.startsWith(FILE) !== true) return false;
  const named = url.slice(FILE.length).replace(/\?.*$/, "").replace(/^~/, os.homedir());
  const steps = path.relative(real(ROOT), real(path.resolve(ROOT, named)));
  return steps !== ".." && !steps.startsWith(`..${path.sep}`) && !path.isAbsolute(steps);
}

/** A path without links, as far as it exists. */
function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(real(parent), path.basename(file));
  }
}

/** The backend of `pulumi login`, which counts where the environment names none. */
function loggedInTo(env: NodeJS.ProcessEnv): string | undefined {
  const text = contentOf(path.join(env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi"), "credentials.json"));
  try {
    return (JSON.parse(text ?? "{}") as { current?: string }).current;
  } catch {
    return undefined;
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
