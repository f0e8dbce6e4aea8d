import { spawn } from "node:child_process";

/** Runs a script of a project's package.json, as `npm run` does: its exit code, and all that it printed. */
export async function npmRun(
  folder: string,
  env: NodeJS.ProcessEnv,
  ...words: string[]
): Promise<{ code: number; text: string }> {
  const child = spawn("npm", ["run", "--silent", ...words], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? -1));
  });
  return { code, text };
}
