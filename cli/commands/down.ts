import * as path from "node:path";
import { stackOnThisMachine } from "../../components/clouds/local/this-machine";
import { Duration } from "../../components/model/duration";
import { end } from "../../provider/process/launch";
import { directoriesUnder, readRecord, removeDirectory } from "../../provider/process/record";
import { runRoot } from "../../provider/process/run-root";
import { isLocal, mayExist, pulumi, ROOT } from "../../workspace/project";
import { beginChange } from "../verb";
import { runVerb } from "../../workspace/run-verb";

async function main(): Promise<void> {
  const { stack, rest } = await beginChange("down");
  const local = isLocal(stack);
  // A stack that was never made, or whose state is lost, is down once nothing of it runs.
  if (mayExist(stack)) {
    const { code } = await pulumi(stack, ["destroy", ...(local ? ["--yes", "--skip-preview"] : []), ...rest], true);
    process.exitCode = code;
  }
  if (local && rest.length === 0) {
    const left = await sweep(stack);
    if (left.length > 0) console.log(`Stopped what no state knew of: ${left.join(", ")}.`);
  }
}

/** Ends what a killed run, or lost state, left of a stack on this machine; returns the names of what still ran. */
async function sweep(stack: string): Promise<string[]> {
  const home = path.join(runRoot(), stackOnThisMachine(ROOT, stack));
  const left = await Promise.all(
    directoriesUnder(home).map(async (directory) => {
      const record = readRecord(directory);
      if (record !== undefined) await end(directory, record.stop.signal, Duration.parse(record.stop.within).milliseconds);
      removeDirectory(directory);
      return record === undefined ? [] : [path.basename(directory)];
    }),
  );
  removeDirectory(home);
  return left.flat();
}

runVerb(main);
