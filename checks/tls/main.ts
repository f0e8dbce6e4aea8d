import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { judgesEnvironment, OF_TLS, withoutPython } from "../environment";
import { type Listening, startListeners } from "./listeners";
import { table } from "../../workspace/table";

/** How long a scan may take, in milliseconds. */
const DEADLINE = 300_000;

/**
 * Has what listens for TLS on a web server's machine, and on a balancer for clients, as it is rendered, scanned by sslyze and held against Mozilla's recommendation.
 * One that was weakened on purpose shows that the judge would notice.
 * @throws Error when it complains of ours, or of nothing in the weakened one.
 *
 * @param strict Whether it fails where the validator is not available.
 */
export async function checkTls({ strict }: { strict?: boolean }): Promise<void> {
  const environment = await judgesEnvironment(OF_TLS);
  if ("missing" in environment) {
    console.log(`Not asked: sslyze, since ${environment.missing}.`);
    if (strict) throw new Error(`with --strict, the judge must be asked`);
    return;
  }
  const { listeners, stop } = await startListeners();
  try {
    const complaints = await scan(environment.python, listeners);
    const rows = listeners.map(({ what }, i) => [what, complaints[i]?.join("; ") ?? ""]);
    console.log(`${table(["listens", "sslyze complains of"], rows)}\n`);
    for (const [i, { what, weakened }] of listeners.entries()) {
      const count = complaints[i]?.length ?? 0;
      if (weakened && count === 0) throw new Error(`sslyze has nothing against ${what}`);
      if (!weakened && count > 0) throw new Error(`sslyze complains of ${what}`);
    }
    console.log("Nobody complains of what is rendered.");
  } finally {
    await stop();
  }
}

async function scan(python: string, listeners: readonly Listening[]): Promise<string[][]> {
  const asked = promisify(execFile)(python, ["-W", "ignore", path.join(__dirname, "scan.py")], {
    env: withoutPython(process.env),
    timeout: DEADLINE,
  });
  asked.child.stdin?.end(JSON.stringify(listeners));
  return JSON.parse((await asked).stdout) as string[][];
}
