import { createInterface } from "node:readline";

/** The two ends of a conversation. */
interface Ends {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** What comes of a question: whether it was confirmed, or that there is nobody to answer. */
export type Answer = "yes" | "no" | "nobody";

/** Asks for a confirmation on the terminal; anything but `y` or `yes` is a no. Ctrl-C ends the process with exit code 130. */
export async function confirm(
  question: string,
  { input, output }: Ends = { input: process.stdin, output: process.stderr },
): Promise<Answer> {
  if (!input.isTTY) return "nobody";
  const lines = createInterface({ input, output });
  return new Promise((resolve) => {
    lines.once("SIGINT", () => process.exit(130));
    lines.once("close", () => resolve("no"));
    lines.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()) ? "yes" : "no");
      lines.close();
    });
  });
}
