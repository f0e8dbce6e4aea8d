import { jobOf, type Monitored, ofPools, ofSite } from "./monitored";

/** Width of a dashboard in Grafana's grid, and size of a panel in it. */
const [GRID, WIDTH, HEIGHT] = [24, 12, 8];
/** Version of the dashboard's format; Grafana 9 and later take it. */
const SCHEMA_VERSION = 37;
const DATA_SOURCE = { type: "prometheus", uid: "${datasource}" };

/** One curve of a panel: what is asked, and how it is called. */
type Curve = readonly [expression: string, legend: string];

/** Grafana's dashboard of a site; it asks which data source it shall read when it is opened. */
export function dashboard(stack: Monitored): object {
  const pools = ofPools(stack);
  const front = ofSite(stack, 'proxy="site"');
  const backends = ofSite(stack, pools);
  const panels: (readonly [title: string, unit: string, ...curves: Curve[]])[] = [
    [
      "Requests by status",
      "reqps",
      [`sum by (code) (rate(haproxy_frontend_http_responses_total${front}[$__rate_interval]))`, "{{code}}"],
    ],
    [
      "Requests by balancer",
      "reqps",
      [`sum by (balancer) (rate(haproxy_frontend_http_requests_total${front}[$__rate_interval]))`, "{{balancer}}"],
    ],
    ["Servers up", "short", [`min by (proxy) (haproxy_backend_active_servers${backends})`, "{{proxy}}"]],
    ["Answer time, on average", "s", [`max by (proxy) (haproxy_backend_response_time_average_seconds${backends})`, "{{proxy}}"]],
    [
      "Connections of clients",
      "short",
      [`sum by (balancer) (haproxy_frontend_current_sessions${front})`, "{{balancer}}"],
      [`max(haproxy_frontend_limit_sessions${front})`, "most of one balancer"],
    ],
    ["Requests that wait for a server", "short", [`sum by (proxy) (haproxy_backend_current_queue${backends})`, "{{proxy}}"]],
    [
      "Requests by server",
      "reqps",
      [`sum by (server) (rate(haproxy_server_http_responses_total${backends}[$__rate_interval]))`, "{{server}}"],
    ],
    [
      "Retries, and requests given to another server",
      "reqps",
      [`sum by (proxy) (rate(haproxy_backend_retry_warnings_total${backends}[$__rate_interval]))`, "retries, {{proxy}}"],
      [`sum by (proxy) (rate(haproxy_backend_redispatch_warnings_total${backends}[$__rate_interval]))`, "others, {{proxy}}"],
    ],
    [
      "Refused by limits",
      "reqps",
      [`sum by (balancer) (rate(haproxy_frontend_requests_denied_total${front}[$__rate_interval]))`, "requests, {{balancer}}"],
    ],
    [
      "Bytes",
      "Bps",
      [`sum(rate(haproxy_frontend_bytes_in_total${front}[$__rate_interval]))`, "in"],
      [`sum(rate(haproxy_frontend_bytes_out_total${front}[$__rate_interval]))`, "out"],
    ],
  ];
  return {
    uid: jobOf(stack),
    title: `${stack.site.name} (Evenkeel)`,
    tags: ["evenkeel"],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    templating: { list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus" }] },
    panels: panels.map(([title, unit, ...curves], i) => ({
      id: i + 1,
      type: "timeseries",
      title,
      datasource: DATA_SOURCE,
      gridPos: { x: (i * WIDTH) % GRID, y: Math.floor((i * WIDTH) / GRID) * HEIGHT, w: WIDTH, h: HEIGHT },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: curves.map(([expr, legendFormat], j) => ({ refId: "ABC"[j], datasource: DATA_SOURCE, expr, legendFormat })),
    })),
  };
}
