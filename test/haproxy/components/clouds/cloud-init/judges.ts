import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Context } from "mocha";

/** What cloud-init makes of user data. */
export interface Understood {
  /** Its parts in their order, decoded. */
  readonly parts: readonly { readonly type: string; readonly text: string }[];
  /** All of its cloud-configs, merged. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Reads user data as cloud-init does on a machine, with its own code; standard input is a list of texts. */
const UNDERSTAND = `
import json, sys
from cloudinit import helpers, user_data, util
from cloudinit.handlers import cloud_config
paths = helpers.Paths({})
def understood(text):
    handler = cloud_config.CloudConfigPartHandler(paths)
    parts = []
    for part in user_data.UserDataProcessor(paths).process(text.encode("utf-8")).walk():
        if part.is_multipart():
            continue
        payload = util.fully_decoded_payload(part)
        payload = payload if isinstance(payload, str) else payload.decode("utf-8")
        parts.append({"type": part.get_content_type(), "text": payload})
        if part.get_content_type() == "text/cloud-config":
            handler.handle_part(None, "text/cloud-config", "part", payload, "always", dict(part))
    return {"parts": parts, "config": handler.cloud_buf or {}}
json.dump([understood(text) for text in json.load(sys.stdin)], sys.stdout)
`;

/** The keys that cloud-init knows; older ones take any other without a word. */
const KNOWN_KEYS = `
import json, os, sys
from cloudinit import config
folder = os.path.join(os.path.dirname(config.__file__), "schemas")
schema = json.load(open(os.path.join(folder, "schema-cloud-config-v1.json")))
keys = set(schema.get("properties", {}))
for part in schema["$defs"].values():
    keys |= set(part.get("properties", {}))
json.dump(sorted(keys), sys.stdout)
`;

let knownKeys: readonly string[] | undefined;

/** The path of a program, or the test is skipped and says why. */
export function programOrSkip(test: Context, name: string): string {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  const found = folders.map((folder) => path.join(folder, name)).find(isProgram);
  if (found !== undefined) return found;
  console.log(`      skipped: ${name} is not installed here`);
  test.skip();
}

/** What cloud-init's own schema says against one `#cloud-config` text; undefined when it takes it. */
export function schemaComplaint(cloudInit: string, text: string, keys: readonly string[]): string | undefined {
  return inFolder((folder) => {
    const file = path.join(folder, "user-data");
    writeFileSync(file, text);
    const { status, stdout, stderr } = run(cloudInit, ["schema", "--config-file", file]);
    if (status !== 0) return `${stdout}${stderr}`.trim();
    knownKeys ??= JSON.parse(python(cloudInit, KNOWN_KEYS)) as string[];
    const strange = keys.filter((key) => knownKeys?.includes(key) !== true);
    return strange.length === 0 ? undefined : `unknown keys: ${strange.join(", ")}`;
  });
}

/** What cloud-init understands of each of several user data. */
export function understood(cloudInit: string, texts: readonly string[]): Understood[] {
  return JSON.parse(python(cloudInit, UNDERSTAND, JSON.stringify(texts))) as Understood[];
}

/** What systemd says against a unit; undefined when it takes it. What the unit names is there. */
export function unitComplaint(systemdAnalyze: string, name: string, text: string): string | undefined {
  return inFolder((root) => {
    const put = (file: string, content: string, mode: number): void => {
      mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(root, file), content, { mode });
    };
    for (const [, program = ""] of text.matchAll(/^Exec\w+=-?(\S+)/gm)) put(program, "#!/bin/sh\n", 0o755);
    const units = [...text.matchAll(/^(?:Requires|Wants|After|Before|Conflicts|WantedBy)=(.*)$/gm)].flatMap(([, all = ""]) =>
      all.split(" "),
    );
    for (const unit of ["sysinit.target", "basic.target", "shutdown.target", ...units]) {
      put(
        `/usr/lib/systemd/system/${unit}`,
        unit.endsWith(".service") ? "[Service]\nExecStart=/bin/sh\n" : "[Unit]\nDescription=x\n",
        0o644,
      );
    }
    put("/bin/sh", "#!/bin/sh\n", 0o755);
    put(`/etc/systemd/system/${name}`, text, 0o644);
    const { status, stdout, stderr } = run(systemdAnalyze, [
      "verify",
      "--man=no",
      "--recursive-errors=yes",
      `--root=${root}`,
      name,
    ]);
    const complaints = `${stdout}${stderr}`.trim();
    return status === 0 && complaints === "" ? undefined : complaints;
  });
}

/** The settings that sshd would use with a configuration, for one user; its complaint when it does not take it. */
export function sshdSettings(
  sshd: string,
  configuration: string,
  hostKey: string,
  user: string,
): { settings: string[]; complaint: string } {
  return inFolder((folder) => {
    const [file, key] = [path.join(folder, "sshd_config"), path.join(folder, "key")];
    writeFileSync(key, hostKey, { mode: 0o600 });
    writeFileSync(file, configuration.replace(/^HostKey .*$/m, `HostKey ${key}`));
    const { stdout, stderr } = run(sshd, ["-T", "-f", file, "-C", `user=${user},host=client,addr=192.0.2.1`]);
    return { settings: stdout.split("\n"), complaint: stderr.trim() };
  });
}

function python(cloudInit: string, program: string, input = ""): string {
  // The one that has cloud-init's code, which is not always the first on the path.
  const interpreter = /^#!(\S+)/.exec(readFileSync(cloudInit, "utf8"))?.[1] ?? "/usr/bin/python3";
  const { status, stdout, stderr } = run(interpreter, ["-c", program], input);
  if (status !== 0) throw new Error(`cloud-init's own code failed: ${stderr}`);
  return stdout;
}

function run(program: string, args: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  const result = spawnSync(program, args, { encoding: "utf8", input, timeout: 60_000 });
  if (result.error !== undefined) throw result.error;
  return result;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function inFolder<Result>(use: (folder: string) => Result): Result {
  const folder = mkdtempSync(path.join(os.tmpdir(), "ekt-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
