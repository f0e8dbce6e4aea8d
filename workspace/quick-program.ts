import * as path from "node:path";
import { ROOT } from "./root";

/**
 * The environment in which a run's program starts sooner, beside what its user has set for Node.
 *
 * @param env The environment that it is added to.
 * @param root The folder of the project.
 */
export function quickProgram({ NODE_OPTIONS: own = "" }: NodeJS.ProcessEnv, root = ROOT): { NODE_OPTIONS: string } {
  // Between double quotes Node reads backslashes as JSON does.
  const option = `--require ${JSON.stringify(path.join(root, "setup", "quick-program.cjs"))}`;
  return { NODE_OPTIONS: `${own} ${option}`.trim() };
}
