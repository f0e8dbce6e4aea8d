import { sampleStack } from "../../workspace/sample-stack";
import { removeThrowawayProjects } from "../throwaway-project";
import { CloudSite } from "./cloud-site";

/**
 * Previews a stack as it would be made, on stand-in clouds: no account is needed, nobody is asked, and nothing is kept.
 *
 * @param args Further words for Pulumi.
 * @returns Pulumi's exit code.
 */
export async function previewOnStandIns(stack: string, args: readonly string[]): Promise<number> {
  const { stack: sections, settings } = sampleStack(stack);
  const { secrets = {}, ...open } = sections;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void removeThrowawayProjects().finally(() => process.exit(signal === "SIGINT" ? 130 : 143)));
  }
  const site = await CloudSite.make(open, settings, { name: stack, ownProcesses: true });
  try {
    // Nothing is asked for what only the stack's own key opens.
    await site.setSecrets(Object.fromEntries(Object.keys(secrets).map((name) => [name, "stand-in"])));
    const run = site.start(["preview", ...args]);
    run.child.stdout?.pipe(process.stdout);
    run.child.stderr?.pipe(process.stderr);
    return (await run.outcome).code;
  } finally {
    await site.remove();
  }
}
