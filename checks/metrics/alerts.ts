import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { limits } from "../../components/model/limits/limits";
import type { Monitored } from "../../components/metrics/monitored";
import { readStack } from "../../components/model/read-stack";
import { ALERTS_FILE } from "../../components/metrics/scrape";
import { writeMonitoring } from "../../workspace/monitoring";

/** The site whose alerts are tried: two pools, with whatever adds an alert. */
export function sampleSite(): Monitored {
  const pool = { servers: { a: 1, b: 1 } };
  const { stack } = readStack({
    site: { name: "shop" },
    dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
    loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
    pools: { web: { ...pool, responseTimeout: "10s" }, api: pool },
    routes: [{ path: "/api/*", pool: "api" }, { pool: "web" }],
    limits: limits.parse({ rate: { requests: 10, per: "10s" } }),
    logs: { access: true },
    metrics: { enabled: true },
  });
  if (stack === undefined) throw new Error("the sample site has a problem");
  return stack;
}

/** Curves by the name and labels of what is measured, in promtool's way of writing: `0+5x10` grows by 5 a minute. */
type Curves = Readonly<Record<string, string>>;

const BALANCERS = ["primary", "secondary"];
const JOB = `job="evenkeel-shop"`;

/** A metric as both balancers tell it. */
function both(metric: string, labels: string, values: string): Curves {
  return Object.fromEntries(BALANCERS.map((balancer) => [`${metric}{${JOB},balancer="${balancer}",${labels}}`, values]));
}

function servers(states: Readonly<Record<string, string>>): Curves {
  return Object.assign(
    {},
    ...Object.entries(states).map(([server, up]) =>
      both("haproxy_server_status", `proxy="web",server="${server}",state="UP"`, up),
    ),
  ) as Curves;
}

/** What a balancer tells of a site on which all is well. */
const WELL: Curves = {
  ...both("up", 'site="shop"', "1x60"),
  ...servers({ "web-a-1": "1x60", "web-b-1": "1x60" }),
  ...both("haproxy_backend_active_servers", 'proxy="web"', "2x60"),
  ...both("haproxy_frontend_http_responses_total", 'proxy="site",code="2xx"', "0+600x60"),
  ...both("haproxy_frontend_http_responses_total", 'proxy="site",code="5xx"', "0+1x60"),
  ...both("haproxy_frontend_http_requests_total", 'proxy="site"', "0+600x60"),
  ...both("haproxy_frontend_requests_denied_total", 'proxy="site"', "0+1x60"),
  ...both("haproxy_frontend_current_sessions", 'proxy="site"', "100x60"),
  ...both("haproxy_frontend_limit_sessions", 'proxy="site"', "1000x60"),
  ...both("haproxy_backend_response_time_average_seconds", 'proxy="web"', "0.1x60"),
  ...both("haproxy_backend_current_queue", 'proxy="web"', "0x60"),
  ...both("haproxy_server_check_up_down_total", 'proxy="web",server="web-a-1"', "1x60"),
  ...both("haproxy_process_dropped_logs_total", 'site="shop"', "0x60"),
};
const PRIMARY = `${JOB},balancer="primary"`;

/** What goes wrong on that site, and the alerts that tell of it after half an hour; no other may. */
const CASES: readonly { readonly name: string; readonly curves: Curves; readonly alerts: readonly string[] }[] = [
  { name: "all is well", curves: {}, alerts: [] },
  { name: "a balancer is dead", curves: { [`up{${PRIMARY},site="shop"}`]: "0x60" }, alerts: ["EvenkeelBalancerDown"] },
  {
    name: "both are",
    curves: both("up", 'site="shop"', "0x60"),
    alerts: ["EvenkeelSiteDown", "EvenkeelBalancerDown", "EvenkeelBalancerDown"],
  },
  { name: "a server is down", curves: servers({ "web-a-1": "0x60" }), alerts: ["EvenkeelServerDown"] },
  {
    name: "one balancer can't reach a server",
    curves: { [`haproxy_server_status{${PRIMARY},proxy="web",server="web-a-1",state="UP"}`]: "0x60" },
    alerts: ["EvenkeelServerUnreachable"],
  },
  {
    name: "two of two are down",
    curves: {
      ...servers({ "web-a-1": "0x60", "web-b-1": "0x60" }),
      ...both("haproxy_backend_active_servers", 'proxy="web"', "0x60"),
    },
    alerts: ["EvenkeelPoolDown", "EvenkeelPoolHalfDown", "EvenkeelServerDown", "EvenkeelServerDown"],
  },
  {
    name: "a server flaps",
    curves: both("haproxy_server_check_up_down_total", 'proxy="web",server="web-a-1"', "0+1x60"),
    alerts: ["EvenkeelServerFlaps"],
  },
  {
    name: "a tenth of the answers are errors",
    curves: both("haproxy_frontend_http_responses_total", 'proxy="site",code="5xx"', "0+67x60"),
    alerts: ["EvenkeelErrors"],
  },
  {
    name: "answers take long",
    curves: both("haproxy_backend_response_time_average_seconds", 'proxy="web"', "6x60"),
    alerts: ["EvenkeelSlow"],
  },
  { name: "requests wait", curves: both("haproxy_backend_current_queue", 'proxy="web"', "3x60"), alerts: ["EvenkeelQueue"] },
  {
    name: "a balancer is nearly full",
    curves: { [`haproxy_frontend_current_sessions{${PRIMARY},proxy="site"}`]: "900x60" },
    alerts: ["EvenkeelBalancerNearlyFull"],
  },
  {
    name: "many are refused",
    curves: both("haproxy_frontend_requests_denied_total", 'proxy="site"', "0+100x60"),
    alerts: ["EvenkeelManyRefused"],
  },
  {
    name: "lines of the log are lost",
    curves: { [`haproxy_process_dropped_logs_total{${PRIMARY},site="shop"}`]: "0+10x60" },
    alerts: ["EvenkeelLogsDropped"],
  },
];

/** How many cases the alerts are tried on. */
export const ALERT_CASES = CASES.length;

/**
 * Has promtool read what is written for the sample site, and try the alerts on curves of a site on which one thing goes wrong.
 *
 * @param promtool Its path.
 * @param folder Where to write; an empty folder.
 * @param rules Changes the text of the rules first. @default not
 * @returns What promtool complains of; undefined when it finds all as it should be.
 */
export function complaintOfPromtool(
  promtool: string,
  folder: string,
  rules: (text: string) => string = (text) => text,
): string | undefined {
  const files = writeMonitoring(folder, sampleSite(), [
    { balancer: "primary", dataCenter: "a", url: "http://127.0.0.1:20031/metrics" },
  ]);
  const [configuration = ""] = files;
  const written = path.join(folder, ALERTS_FILE);
  writeFileSync(written, rules(readFileSync(written, "utf8")));
  const tests = path.join(folder, "tests.yml");
  writeFileSync(tests, stringify(ruleTests()));
  try {
    execFileSync(promtool, ["check", "config", configuration], { encoding: "utf8", stdio: "pipe" });
    execFileSync(promtool, ["test", "rules", tests], { encoding: "utf8", stdio: "pipe", cwd: folder });
    return undefined;
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`.trim() || message;
  }
}

/** The cases as promtool reads them: of each, what is firing by name. */
function ruleTests(): object {
  return {
    rule_files: [ALERTS_FILE],
    evaluation_interval: "1m",
    tests: CASES.map(({ name, curves, alerts }) => ({
      name,
      interval: "1m",
      input_series: Object.entries({ ...WELL, ...curves }).map(([series, values]) => ({ series, values })),
      promql_expr_test: [
        {
          expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
          eval_time: "30m",
          exp_samples: [...new Set(alerts)].map((alert) => ({
            labels: `{alertname="${alert}"}`,
            value: alerts.filter((other) => other === alert).length,
          })),
        },
      ],
    })),
  };
}
