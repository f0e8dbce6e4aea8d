import { readFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findHaproxy } from "../provider/haproxy-binary.cjs";
import { balancer } from "./bench/balancer";
import { growth, previewOfThreeClouds } from "./bench/clouds";
import { rendering } from "./bench/rendering";
import { scaleUp } from "./bench/scale-up";
import { bareProgram, secondUp } from "./bench/second-up";
import { ROOT } from "./project";
import { removeThrowawayProjects } from "./throwaway-project";
import { ThrowawaySite } from "./throwaway-site";

/** Measures, and asserts nothing: prints tables. Nothing of it is left, also after Ctrl-C. */
async function main(): Promise<void> {
  const leaving = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      leaving.abort();
      void removeThrowawayProjects().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
    });
  }
  try {
    await measure();
  } catch (error) {
    // What is taken down meanwhile fails.
    if (leaving.signal.aborted) return;
    throw error;
  } finally {
    if (!leaving.signal.aborted) await removeThrowawayProjects();
  }
}

async function measure(): Promise<void> {
  console.log(`${machine()}\n`);
  console.log(`${await rendering()}\n`);
  console.log(`${await balancer()}\n`);
  const bare = await bareProgram();
  const site = new ThrowawaySite({
    site: { name: "bench" },
    dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
    loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
    pools: { web: { servers: { a: 2, b: 2 } } },
  });
  await site.makeStack();
  await site.up();
  console.log(`${await secondUp(site, bare)}\n`);
  console.log(`${await scaleUp(site)}\n`);
  await site.remove();
  console.log(`${await previewOfThreeClouds()}\n`);
  console.log(await growth());
}

/** What the figures depend on, in one line. */
function machine(): string {
  const [{ model } = { model: "an unknown processor" }] = os.cpus();
  const haproxy = findHaproxy()?.version.join(".") ?? "not found";
  const busy = os.loadavg()[0]?.toFixed(1) ?? "unknown";
  return [
    `${os.availableParallelism()} cores (${model.trim()}), load ${busy}`,
    `${os.platform()} ${os.arch()}`,
    `Node ${process.versions.node}`,
    `HAProxy ${haproxy}`,
    `Pulumi ${versionOf("pulumi")}`,
  ].join("; ");
}

function versionOf(name: string): string {
  const file = path.join(ROOT, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

void main();
