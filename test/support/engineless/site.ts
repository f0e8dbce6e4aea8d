import { expect } from "chai";
import * as path from "node:path";
import { type SiteStatus, siteStatus } from "../../../cli/site-status";
import { PROCESS } from "../../../components/contracts/process";
import type { StackInput } from "../../../components/model/stack";
import { describeResult, type Load, type LoadOptions, startLoad } from "../../../drills/load/load";
import program from "../../../infra";
import { type PluginOptions, resourceTypes } from "../../../provider/plugin";
import { end } from "../../../provider/process/launch";
import { directoriesUnder, type ProcessRecord, recordsUnder } from "../../../provider/process/record";
import { nameOf } from "../../../provider/process/resource";
import type { AnyResource } from "../../../provider/server";
import { ask } from "../../../provider/transport/runtime-api";
import type { Deployment } from "../../../workspace/deployment";
import { freePorts } from "../free-ports";
import type { Scratch } from "../scratch";
import { MockEngine, type Run } from "./mock-engine";
import { ServerThread, ThreadedProcesses } from "./servers";

/** One pool of a stack file. */
export type Pool = NonNullable<StackInput["pools"]>[string];

/** What a site has beside its stack file. */
export interface SiteOptions {
  /** The module in `test/support/apps` of what the servers of a pool run, by pool. @default the sample site */
  readonly apps?: Readonly<Record<string, string>>;
  /** What of the plugin is broken on purpose. */
  readonly broken?: PluginOptions;
}

/**
 * A check for tests that are not about checks: soon for a new server, and passed on a machine that is too busy for a server to answer in
 * time, since the kernel accepts its connection.
 */
const PATIENT_CHECK = { type: "tcp", interval: "200ms", fall: 10, rise: 1 } as const;

/** A pool that is ready at once. */
export function quickPool(servers: Record<string, number> = { a: 1, b: 1 }, changes: Partial<Pool> = {}): Pool {
  return { healthCheck: PATIENT_CHECK, slowStart: "0s", ...changes, servers };
}

/** A stack with two data centers and the pool `web`. */
export function quickStack(servers?: Record<string, number>, pool?: Partial<Pool>): StackInput {
  return {
    site: { name: "shop" },
    dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
    loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
    pools: { web: quickPool(servers, pool) },
    rollout: { drainWithin: "2s" },
  };
}

/** Requests after the last change that show that none is lost. */
const ENOUGH_REQUESTS = 50;

/**
 * A local site without the Pulumi engine: the same program, components and resources, run in this process. Its balancers and its entry proxy
 * are real HAProxy processes; its web servers are a thread of this process. All of it is gone after the test.
 */
export class EnginelessSite {
  private readonly engine: MockEngine;
  private readonly loads: Load[] = [];
  private readonly directory: string;
  private port: number | undefined;
  private outputs: Deployment | undefined;
  private secrets: Readonly<Record<string, string>> = {};

  private constructor(
    made: Scratch,
    private stack: StackInput,
    { apps = {}, broken }: SiteOptions,
  ) {
    this.directory = made.directory();
    const servers = new ServerThread(apps);
    this.engine = new MockEngine(() => ({
      ...resourceTypes(broken),
      [PROCESS]: new ThreadedProcesses(this.directory, servers) as unknown as AnyResource,
    }));
    made.later(async () => {
      await Promise.allSettled(this.loads.map((load) => load.stop()));
      await Promise.all(Object.values(this.processes()).map(({ directory }) => end(directory, "SIGKILL", 0)));
      await servers.end();
    });
  }

  /** Makes one; nothing runs yet. */
  static make(made: Scratch, stack: StackInput = quickStack(), options: SiteOptions = {}): EnginelessSite {
    return new EnginelessSite(made, stack, options);
  }

  /** Makes one and brings it up. */
  static async up(made: Scratch, stack?: StackInput, options?: SiteOptions): Promise<EnginelessSite> {
    const site = EnginelessSite.make(made, stack, options);
    await site.up();
    return site;
  }

  /** Brings the site to what a stack says. @default what it said before */
  async up(stack: StackInput = this.stack): Promise<Run> {
    this.stack = stack;
    // Nobody else's page: several sites may run at once.
    this.port ??= (await freePorts("page")).page;
    const whole = {
      ...stack,
      failover: { port: this.port, ...stack.failover },
      ...(Object.keys(this.secrets).length === 0 ? {} : { secrets: this.secrets }),
    };
    const config = Object.entries(whole).map(([key, value]) => [`evenkeel:${key}`, JSON.stringify(value)] as const);
    const run = await this.engine.up(program, Object.fromEntries(config), ["evenkeel:secrets"]);
    this.outputs = run.outputs as unknown as Deployment;
    return run;
  }

  /** The message of an `up` that fails. */
  async failingUp(stack: StackInput): Promise<string> {
    return this.up(stack).then(
      () => expect.fail("up succeeded, which it should not have"),
      (error: unknown) => (error as Error).message,
    );
  }

  /** Finds out what really runs, as `pulumi up --refresh` does first. */
  async refresh(): Promise<void> {
    await this.engine.refresh();
  }

  /** Sets the secrets of the stack, in the place of those that it had. */
  setSecrets(secrets: Readonly<Record<string, string>>): void {
    this.secrets = secrets;
  }

  /** The outputs of the last `up` that succeeded. */
  get deployment(): Deployment {
    return this.outputs ?? expect.fail("it was never brought up");
  }

  /** Where the page is. */
  get url(): string {
    return this.deployment.url;
  }

  /** Where a balancer serves by itself. */
  urlOf(role: "primary" | "secondary"): string {
    return this.deployment.loadBalancers[role]?.url ?? expect.fail(`there is no ${role}`);
  }

  /** The state of every balancer and server. */
  async status(): Promise<SiteStatus> {
    return siteStatus(this.deployment);
  }

  /** One load on the page, of one kind of clients or several; {@link expectNoLoss} ends it. */
  async underLoad(...clients: (Omit<LoadOptions, "url"> & { url?: string })[]): Promise<Load> {
    const load = await startLoad(clients.map((options) => ({ url: this.url, ...options })));
    this.loads.push(load);
    return load;
  }

  /** Its HAProxy processes and access logs by name. */
  processes(): Record<string, ProcessRecord & { readonly directory: string }> {
    const all = directoriesUnder(this.directory).flatMap((home) => recordsUnder(home));
    return Object.fromEntries(all.map(({ directory, record }) => [nameOf(record.urn), { ...record, directory }]));
  }

  /** Kills a process with its whole group. */
  kill(name: string): void {
    process.kill(-(this.processes()[name]?.pid ?? expect.fail(`there is no process ${name}`)), "SIGKILL");
  }

  /** Gives a command to a balancer. */
  async ask(role: "primary" | "secondary", command: string): Promise<string> {
    return ask(path.join(this.deployment.loadBalancers[role]?.directory ?? "", "admin.sock"), command);
  }
}

/** Ends a load once it has seen some more requests, and holds that none of all has failed. */
export async function expectNoLoss(load: Load): Promise<void> {
  const { sent } = await load.snapshot();
  await load.until((seen) => seen.sent >= sent + ENOUGH_REQUESTS, 60_000);
  const result = await load.stop();
  expect(result.failed, describeResult(result) + JSON.stringify(result.firstFailures)).to.equal(0);
}
