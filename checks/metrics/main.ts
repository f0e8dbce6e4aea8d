import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ALERT_CASES, complaintOfPromtool } from "./alerts";
import { getPromtool } from "./promtool";
import { runVerb } from "../../workspace/run-verb";

/** Has it fail where the judge cannot be asked. */
const STRICT = "--strict";

/**
 * Has Prometheus's promtool read what `npm run metrics` writes, and try each alert on a site on which something goes wrong.
 * @throws Error with what it complains of.
 */
async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const unknown = words.find((word) => word !== STRICT);
  if (unknown !== undefined) throw new Error(`check:metrics takes ${STRICT}, not ${unknown}`);
  const promtool = await getPromtool();
  if ("missing" in promtool) {
    console.log(`Not asked: promtool, since ${promtool.missing}.`);
    if (words.includes(STRICT)) throw new Error(`with ${STRICT}, the judge must be asked`);
    return;
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), "ekm-"));
  try {
    const complaint = complaintOfPromtool(promtool.path, folder);
    if (complaint !== undefined) throw new Error(`promtool complains:\n${complaint}`);
    console.log(
      `promtool takes the configuration and the alerts, which tell of what goes wrong, and of nothing else, in ${ALERT_CASES} cases.`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

runVerb(main);
