import { mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { StackInput } from "../../../components/model/stack";
import { describeResult, type Load, type LoadOptions, type LoadResult, startLoad } from "../../../drills/load/load";
import type { PluginOptions } from "../../../provider/plugin";
import { ask } from "../../../provider/transport/runtime-api";
import { choosePorts } from "../../../provider/process/ports";
import { ROOT } from "../../../workspace/project";
import { type SiteStatus, siteStatus } from "../../../cli/site-status";
import { InProcessPlugin } from "../../../testbed/in-process/plugin";
import type { Running } from "../../../testbed/throwaway-project";
import { type SiteOptions, ThrowawaySite } from "../../../testbed/throwaway-site";

export { ROOT };
export type { Outcome } from "../../../testbed/throwaway-project";
export type { Running };

/** A stack with two data centers and a pool, quick enough for tests; a test changes what it is about. */
export function smallStack(
  servers: Record<string, number> = { a: 1, b: 1 },
  pool: Partial<NonNullable<StackInput["pools"]>[string]> = {},
): StackInput {
  return {
    site: { name: "shop" },
    dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
    loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
    pools: { web: { healthCheck: { interval: "200ms" }, slowStart: "1s", ...pool, servers } },
  };
}

/** A small stack whose page has a port of its own: no other run can be what answers there once it is gone. */
export async function stackWithOwnPort(): Promise<StackInput> {
  const { page } = await choosePorts({ page: {} }, new Set());
  return { ...smallStack(), failover: { port: page } };
}

/** What the loads of a test have seen, a line each, for the test's report; and forgets it. */
export function takeLoadReports(): string[] {
  return reports.splice(0);
}

const reports: string[] = [];

/** How a test's site is made. */
export interface TestSiteOptions extends SiteOptions {
  /** What of the plugin is broken on purpose. */
  readonly broken?: PluginOptions;
}

/** A site of its own through the real engine: own project folder, own state, own run directory, the code under test. */
export class TestSite extends ThrowawaySite {
  private readonly loads: Load[] = [];

  private plugin: InProcessPlugin | undefined;

  private constructor(
    stack: StackInput,
    protected override readonly options: TestSiteOptions,
  ) {
    super(stack, options);
  }

  /**
   * Makes the project and its stack; nothing runs yet. Program and plugin run in this process unless the options say otherwise: what a
   * test shows of their own processes needs `ownProcesses`.
   */
  static async make(stack: StackInput = smallStack(), options: TestSiteOptions = {}): Promise<TestSite> {
    const site = new TestSite(stack, options);
    await site.makeStack();
    return site;
  }

  /** Makes it and brings it up. */
  static async up(stack?: StackInput, options?: TestSiteOptions): Promise<TestSite> {
    const site = await TestSite.make(stack, options);
    await site.up();
    return site;
  }

  override async runInProcess(): Promise<void> {
    await super.runInProcess();
    await this.servePlugin(this.options.broken);
  }

  override runInOwnProcesses(): void {
    super.runInOwnProcesses();
    for (const name of Object.keys(this.plugin?.environment ?? {})) Reflect.deleteProperty(this.environment, name);
  }

  override start(args: readonly string[]): Running {
    this.plugin?.beginRun();
    return super.start(args);
  }

  /** `pulumi up` that shall fail; what it printed. */
  async failingUp(...args: string[]): Promise<string> {
    const { code, text } = await this.run(["up", "--yes", "--skip-preview", ...args]);
    if (code === 0) throw new Error(`up succeeded, which it should not have:\n${text}`);
    return text;
  }

  /** What stands, as the balancers say. */
  async status(): Promise<SiteStatus> {
    return siteStatus(await this.deployment());
  }

  /** Load on the page. */
  async underLoad(options: Omit<LoadOptions, "url"> & { url?: string }): Promise<Load> {
    const load = await startLoad({ url: (await this.deployment()).url, ...options });
    this.loads.push(load);
    return load;
  }

  /** Ends the loads on it; what each has seen. */
  async endLoads(): Promise<LoadResult[]> {
    const ended = await Promise.allSettled(this.loads.splice(0).map((load) => load.stop()));
    reports.push(...ended.flatMap((load) => (load.status === "fulfilled" ? [describeResult(load.value)] : [])));
    return ended.map((load) => {
      if (load.status === "rejected") throw load.reason;
      return load.value;
    });
  }

  /** Loses the engine's state, and with it the salt of the stack file. */
  forgetState(): void {
    rmSync(path.join(this.folder, "state"), { recursive: true });
    mkdirSync(path.join(this.folder, "state"));
  }

  /** Puts the plugin under test in the place of one that was broken on purpose. */
  async mendPlugin(): Promise<void> {
    await this.servePlugin();
  }

  /** Kills a process of the site with all of its group. */
  kill(name: string, signal: NodeJS.Signals = "SIGKILL"): void {
    const found = this.processes()[name];
    if (found === undefined) throw new Error(`there is no process ${name}: ${Object.keys(this.processes()).join(", ")}`);
    process.kill(-found.pid, signal);
  }

  /** Gives a command to a balancer. */
  async ask(balancer: string, command: string): Promise<string> {
    return ask(path.join(this.processes()[balancer]?.directory ?? "", "admin.sock"), command);
  }

  override async remove(): Promise<void> {
    await this.endLoads().catch(() => undefined);
    await super.remove();
    await this.plugin?.stop();
  }

  private async servePlugin(broken: PluginOptions = {}): Promise<void> {
    await this.plugin?.stop();
    this.plugin = await InProcessPlugin.serve({ ...broken, runRoot: this.runDirectory });
    Object.assign(this.environment, this.plugin.environment);
  }
}
