import type { Answer } from "./confirm";

/** What `down` works with. */
export interface DownTools {
  readonly stack: string;
  readonly isLocal: boolean;
  /** Whether to go ahead without a question. */
  readonly yes: boolean;
  /** Options for Pulumi. With any, the run may destroy a part alone, or nothing. */
  readonly further: readonly string[];
  /** Whether the backend has the stack. */
  readonly exists: () => Promise<boolean>;
  /** What would be destroyed, a line each. */
  readonly contents: () => Promise<readonly string[]>;
  readonly ask: (question: string) => Promise<Answer>;
  /** `pulumi destroy` with options; its exit code. */
  readonly destroy: (options: readonly string[]) => Promise<number>;
  /** Ends the processes on this machine that no state records; their names. */
  readonly sweep: () => Promise<readonly string[]>;
  readonly say: (line: string) => void;
}

/**
 * Destroys what a stack has made; the exit code. What is not on this machine is named first, and destroyed only when that is confirmed.
 * Processes are ended only where nothing is recorded of them any more: after a destroy that went wrong, what it left is still the stack's.
 *
 * @throws Error when nobody can be asked.
 */
export async function takeDown(tools: DownTools): Promise<number> {
  const { stack, isLocal, yes, further, exists, ask, destroy, sweep, say } = tools;
  const changesNothing = further.includes("--preview-only");
  // A stack that was never made, or whose state is lost, is down once nothing of it runs.
  if (await exists()) {
    if (!isLocal && !yes && !changesNothing) {
      const question = [
        `This destroys the stack ${stack} of the project evenkeel:`,
        ...(await tools.contents()).map((line) => `  ${line}`),
      ];
      const answer = await ask(`${question.join("\n")}\nDestroy all of it?`);
      if (answer === "nobody")
        throw new Error(
          `${question.join("\n")}\nNothing was destroyed: without a terminal there is nobody to confirm it. To go ahead: npm run down -- --stack ${stack} --yes`,
        );
      if (answer === "no") {
        say("Nothing was destroyed.");
        return 1;
      }
    }
    const code = await destroy([...(changesNothing ? [] : ["--yes", "--skip-preview"]), ...further]);
    if (code !== 0) return code;
  } else if (!isLocal) say(`The stack ${stack} does not exist in its backend: nothing to destroy.`);
  if (isLocal && further.length === 0) {
    const left = await sweep();
    if (left.length > 0) say(`Stopped leftover processes that no state recorded: ${left.join(", ")}.`);
  }
  return 0;
}
