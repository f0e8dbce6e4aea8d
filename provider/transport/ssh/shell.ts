/** Exit code of a script that does not find the file or directory that it is for (EX_NOINPUT of sysexits.h). */
export const NOT_FOUND = 66;

/**
 * A command line for the user's shell on the machine, whichever shell that is: a script for `sh`, with arguments that it
 * finds as `$1`, `$2` and so on. Nothing in an argument is ever taken as shell.
 */
export function script(text: string, ...args: readonly string[]): string {
  return ["sh", "-c", text, "sh", ...args].map(quoted).join(" ");
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
