import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { until } from "../../../provider/wait";
import type { Scratch } from "../scratch";

/** A real SSH agent that holds a private key; the path of its socket. Skips a test, and says so, where there is none. */
export async function startSshAgent(test: Mocha.Context, made: Scratch, key: string): Promise<string> {
  try {
    execFileSync("which", ["ssh-agent", "ssh-add"], { stdio: "ignore" });
  } catch {
    console.log("      skipped: no ssh-agent on this machine (package openssh-client)");
    test.skip();
  }
  const directory = made.directory();
  const [socket, file] = [path.join(directory, "agent"), path.join(directory, "key")];
  made.spawn("ssh-agent", ["-D", "-a", socket]);
  if ((await until(() => (existsSync(socket) ? true : undefined), 10_000)) === undefined)
    throw new Error("ssh-agent did not start");
  writeFileSync(file, key, { mode: 0o600 });
  execFileSync("ssh-add", ["-q", file], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: "ignore" });
  return socket;
}
