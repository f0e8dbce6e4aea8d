import { jobOf, type Monitored } from "./monitored";

/** Name of the file with the alerts, beside the configuration that names it. */
export const ALERTS_FILE = "alerts.yml";

/** Where a balancer shows its metrics. */
export interface Target {
  /** Its role. */
  readonly balancer: string;
  /** Name of its data center. */
  readonly dataCenter: string;
  /** URL of its metrics, such as `http://127.0.0.1:20031/metrics`. */
  readonly url: string;
}

/** Prometheus's configuration for the balancers of a site. */
export function scrapeConfiguration(stack: Monitored, targets: readonly Target[]): object {
  const groups = targets.map(({ balancer, dataCenter, url }) => ({
    targets: [new URL(url).host],
    labels: { site: stack.site.name, balancer, data_center: dataCenter },
  }));
  return {
    global: { scrape_interval: "15s", evaluation_interval: "15s" },
    rule_files: [ALERTS_FILE],
    scrape_configs: [{ job_name: jobOf(stack), static_configs: groups }],
  };
}
