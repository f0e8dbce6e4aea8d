import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ALERT_CASES, complaintOfPromtool } from "./alerts";
import { getPromtool } from "./promtool";

/**
 * Has Prometheus's promtool read what `npm run metrics` writes, and try each alert on a site on which something goes wrong.
 * @throws Error with what it complains of.
 *
 * @param strict Whether it fails where the validator is not available.
 */
export async function checkMetrics({ strict }: { strict?: boolean }): Promise<void> {
  const promtool = await getPromtool();
  if ("missing" in promtool) {
    console.log(`Not asked: promtool, since ${promtool.missing}.`);
    if (strict) throw new Error(`with --strict, the judge must be asked`);
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
