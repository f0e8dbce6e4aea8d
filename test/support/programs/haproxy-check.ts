import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { haproxy } from "../../../provider/transport/executable";

/** The port that stands for `{port}` in a text that is only looked over. */
const SOME_PORT = 20_000;

/** Fills in what is left open in a rendered text until it is started. */
export function filled(text: string, directory: string, port = SOME_PORT): string {
  return text.replaceAll("{directory}", directory).replaceAll("{port}", String(port));
}

/**
 * What the real HAProxy says against a configuration, warnings too; undefined when it takes it.
 * @param files Files that it reads in `{directory}`, by name.
 */
export function complaintAbout(text: string, files: Readonly<Record<string, string>> = {}): string | undefined {
  const directory = mkdtempSync(path.join(os.tmpdir(), "ekt-"));
  try {
    const file = path.join(directory, "haproxy.cfg");
    writeFileSync(file, filled(text, directory));
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(directory, name), content);
    // Whoever starts a node has written its server-state file.
    writeFileSync(path.join(directory, "server-state"), "1\n");
    // With -dW a warning is refused as an error is; with -q nothing would be said of either.
    const { status, stdout, stderr, error } = spawnSync(haproxy(), ["-c", "-dW", "-f", file], { encoding: "utf8" });
    if (error !== undefined) throw error;
    return status === 0 ? undefined : `${stderr}${stdout}`.trim().replaceAll(directory, "{directory}");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Fails with HAProxy's own words unless it takes a configuration. */
export function expectTaken(text: string, files?: Readonly<Record<string, string>>): void {
  const complaint = complaintAbout(text, files);
  if (complaint !== undefined) throw new Error(`HAProxy does not take this configuration: ${complaint}\n\n${text}`);
}
