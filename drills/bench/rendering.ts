import { renderBalancer } from "../../components/haproxy/render/balancer";
import { httpCheck } from "../../components/health-check";
import type { NodePlan, Plan } from "../../components/model/plan";
import { table } from "../../workspace/table";
import { median, spread, timed, written } from "./sample";

/** How many servers the site has. */
const SIZES = [10, 100, 1_000, 10_000];
/** How many servers are rendered in all for each size, and how often at least. */
const SERVERS_IN_ALL = 30_000;
const TIMES = 10;

const NODE: NodePlan = {
  role: "primary",
  dataCenter: "a",
  directory: "/run/evenkeel",
  site: { address: "127.0.0.1", port: 20_001 },
  health: { address: "127.0.0.1", port: 20_002 },
  maxConnections: 10_000,
};

/** How long one balancer's configuration takes to render, and how large it is: a table. */
export async function rendering(): Promise<string> {
  await sampleOf(planOf(100), 200);
  const rows: string[][] = [];
  for (const size of SIZES) {
    const plan = planOf(size);
    const sample = await sampleOf(plan, Math.min(1_000, Math.max(TIMES, SERVERS_IN_ALL / size)));
    rows.push([
      size.toLocaleString("en"),
      written(median(sample), "ms"),
      spread(sample, "ms"),
      written((median(sample) / size) * 1_000, "ms"),
      `${(renderBalancer(plan, NODE).text.length / 1024).toFixed(1)} KiB`,
    ]);
  }
  return table(["rendering, servers", "median ms", "min-max", "ms per 1,000", "size"], rows);
}

async function sampleOf(plan: Plan, times: number): Promise<number[]> {
  const sample: number[] = [];
  for (let i = 0; i < times; i++) sample.push(await timed(() => renderBalancer(plan, NODE)));
  return sample;
}

/** A site with one pool, half of it in each of two data centers. */
function planOf(size: number): Plan {
  const servers = Object.fromEntries(
    Array.from({ length: size }, (_, i) => {
      const dataCenter = i % 2 === 0 ? "a" : "b";
      const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
      return [`web-${dataCenter}-${Math.floor(i / 2) + 1}`, { dataCenter, address, port: 8080 }];
    }),
  );
  return {
    site: "bench",
    longestConnection: "30m",
    routes: [{ pool: "web" }],
    pools: { web: { healthCheck: httpCheck(), responseTimeout: "30s", slowStart: "10s", servers } },
  };
}
