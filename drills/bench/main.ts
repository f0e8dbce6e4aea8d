import { readFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { StackInput } from "../../components/model/stack";
import { findHaproxy } from "../../provider/transport/haproxy-binary.cjs";
import { balancer } from "./balancer";
import { growth, previewOfThreeClouds } from "./clouds";
import { rendering } from "./rendering";
import { scaleUp } from "./scale-up";
import { bareProgram, secondUp } from "./second-up";
import { ROOT } from "../../workspace/project";
import { removeThrowawayProjects } from "../../testbed/throwaway-project";
import { ThrowawaySite } from "../../testbed/throwaway-site";

/**
 * Measures, and asserts nothing: prints tables. Nothing of it is left, also after Ctrl-C.
 *
 * @param parts What is measured, by name; everything when it is empty.
 */
export async function measure(parts: readonly string[]): Promise<void> {
  const leaving = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      leaving.abort();
      void removeThrowawayProjects().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
    });
  }
  try {
    await print(parts);
  } catch (error) {
    // What is taken down meanwhile fails.
    if (leaving.signal.aborted) return;
    throw error;
  } finally {
    if (!leaving.signal.aborted) await removeThrowawayProjects();
  }
}

/** What is measured, by the word that asks for it alone. */
const PARTS: Readonly<Record<string, () => Promise<string>>> = {
  rendering,
  balancers: balancer,
  up,
  clouds: async () => `${await previewOfThreeClouds()}\n\n${await growth()}`,
};

async function print(asked: readonly string[]): Promise<void> {
  console.log(`${machine()}\n`);
  for (const [word, part] of Object.entries(PARTS))
    if (asked.length === 0 || asked.includes(word)) console.log(`${await part()}\n`);
}

async function up(): Promise<string> {
  const bare = await bareProgram();
  const stack: StackInput = {
    site: { name: "bench" },
    dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
    loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
    pools: { web: { servers: { a: 2, b: 2 } } },
  };
  const site = new ThrowawaySite(stack, { ownProcesses: true });
  await site.makeStack();
  await site.up();
  const tables = [await secondUp(site, bare), await scaleUp(site)];
  await site.remove();
  return tables.join("\n\n");
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
