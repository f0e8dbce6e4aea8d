import { runCommandLine } from "./command-line/run";
import { evenkeel } from "./program";

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", () => process.exit());
void runCommandLine(evenkeel(), process.argv.slice(2)).then((code) => {
  if (code !== undefined) process.exitCode = code;
});
