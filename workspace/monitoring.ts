import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { alertRules } from "../components/metrics/alerts";
import { dashboard } from "../components/metrics/dashboard";
import type { Monitored } from "../components/metrics/monitored";
import { ALERTS_FILE, scrapeConfiguration, type Target } from "../components/metrics/scrape";

/** Writes what Prometheus and Grafana need for a site into a folder; the paths of the files. */
export function writeMonitoring(folder: string, stack: Monitored, targets: readonly Target[]): string[] {
  mkdirSync(folder, { recursive: true });
  const files = {
    "prometheus.yml": asYaml(scrapeConfiguration(stack, targets)),
    [ALERTS_FILE]: asYaml(alertRules(stack)),
    "dashboard.json": `${JSON.stringify(dashboard(stack), null, 2)}\n`,
  };
  return Object.entries(files).map(([name, text]) => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  });
}

function asYaml(content: object): string {
  return `# Written by \`npm run metrics\`.\n${stringify(content, { lineWidth: 0 })}`;
}
