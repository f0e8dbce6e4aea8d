import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Operation, Properties } from "../../../provider/resource";
import { nameOf } from "../../../provider/process/resource";
import type { AnyResource } from "../../../provider/server";

/** A resource as it was last created, updated or read. */
interface Applied {
  readonly type: string;
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** What one run did. */
export interface Run {
  /** What the program exported, with every value known. */
  readonly outputs: Properties;
  /** The warnings of its resources. */
  readonly warnings: readonly string[];
  /** The names of the resources that were created, updated, replaced or deleted. */
  readonly changed: readonly string[];
}

/** A registration that never returns: nothing that depends on it is registered either. */
const NEVER = new Promise<never>(() => undefined);

/**
 * Applies what a Pulumi program declares to real resources in this process: `pulumi up` without the CLI, the engine's process and the
 * plugin's. The program runs on Pulumi's mocks; the state is in memory. As with the engine, a resource is registered once those that it
 * depends on are done, a replacement is created before the old one is deleted, and nothing is deleted before all else has succeeded.
 */
export class MockEngine {
  private state = new Map<string, Applied>();
  /** Replaced ones, which are deleted by the first run that succeeds. */
  private replaced: Applied[] = [];

  /** @param resources Makes the resource types by token, anew for each run, as each run has a plugin of its own. */
  constructor(private readonly resources: () => Readonly<Record<string, AnyResource>>) {}

  /**
   * Runs a program and applies what it declares.
   *
   * @param config The stack's configuration.
   * @param secretKeys Keys of it that hold secrets.
   * @throws Error of the program, or of the first resource that failed; what was applied before stays.
   */
  async up(program: () => object, config: Readonly<Record<string, string>>, secretKeys: readonly string[] = []): Promise<Run> {
    const run = new Registrations(this.resources(), this.state);
    await pulumi.runtime.setMocks(run, PROJECT, STACK, false);
    run.listen();
    pulumi.runtime.setAllConfig({ ...config }, [...secretKeys]);
    const exported = withSettings(secretKeys, program);
    const whole = Promise.all([known(exported), pulumi.runtime.disconnect()]);
    const outcome = await Promise.race([whole.then(([outputs]) => outputs), run.failed]);
    await run.settled();
    this.replaced.push(...run.replaced);
    if (outcome instanceof Failure) {
      // The runtime forgets the promises of the failed program, which stay pending.
      await pulumi.runtime.setMocks(run, PROJECT, STACK, false);
      throw outcome.reason;
    }
    const removed = [...this.state.keys()].filter((urn) => !run.seen.has(urn)).flatMap((urn) => this.state.get(urn) ?? []);
    for (const { urn } of removed) this.state.delete(urn);
    for (const doomed of [...this.replaced.splice(0), ...removed.reverse()]) await run.remove(doomed);
    return { outputs: outcome, warnings: run.warnings, changed: run.changed };
  }

  /** Reads what really exists, as `pulumi up --refresh` does first. */
  async refresh(): Promise<void> {
    const resources = this.resources();
    for (const [urn, { type, id, inputs, outputs }] of [...this.state]) {
      const found = await resources[type]?.read(id, inputs, outputs, operation(urn, []));
      if (found === undefined) this.state.delete(urn);
      else this.state.set(urn, { type, urn, id, ...found });
    }
  }
}

const PROJECT = "evenkeel";
const STACK = "test";

/** What the runtime registers resources with. */
interface Monitor {
  registerResource(request: RegisterResourceRequest, respond: unknown): Promise<void>;
}

/** Why a run failed. */
class Failure {
  constructor(readonly reason: unknown) {}
}

/** The registrations of one run. */
class Registrations implements pulumi.runtime.Mocks {
  readonly warnings: string[] = [];
  readonly changed: string[] = [];
  readonly replaced: Applied[] = [];
  readonly seen = new Set<string>();
  readonly failed: Promise<Failure>;
  private fail: (failure: Failure) => void = () => undefined;
  private hasFailed = false;
  private ignored: readonly string[] = [];
  private readonly underway = new Set<Promise<unknown>>();

  constructor(
    private readonly resources: Readonly<Record<string, AnyResource>>,
    private readonly state: Map<string, Applied>,
  ) {
    this.failed = new Promise((resolve) => (this.fail = resolve));
  }

  /** Hears which inputs each registration leaves as they are, which mocks are not given. */
  listen(): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, respond) => {
      // Mocks are called before this returns.
      this.ignored = request.getIgnorechangesList();
      return register(request, respond);
    };
  }

  call(): never {
    throw new Error("this engine has no functions");
  }

  async newResource({ type, name, inputs, custom }: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
    if (custom !== true) return { id: undefined, state: {} };
    if (this.hasFailed) return NEVER;
    const urn = `urn:pulumi:${STACK}::${PROJECT}::${type}::${name}`;
    this.seen.add(urn);
    const kept = Object.entries(this.state.get(urn)?.inputs ?? {}).filter(([input]) => this.ignored.includes(input));
    const work = this.apply(type, urn, { ...withoutSecretMarks(inputs as Properties), ...Object.fromEntries(kept) });
    this.underway.add(work);
    try {
      const applied = await work;
      this.state.set(urn, applied);
      return { id: applied.id, state: applied.outputs };
    } catch (error) {
      this.hasFailed = true;
      this.fail(new Failure(error));
      return await NEVER;
    } finally {
      this.underway.delete(work);
    }
  }

  /** Waits until nothing is underway any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underway);
  }

  async remove({ type, urn, id, inputs, outputs }: Applied): Promise<void> {
    this.changed.push(nameOf(urn));
    await this.typeOf(type).delete(id, inputs, outputs, operation(urn, this.warnings));
  }

  private async apply(type: string, urn: string, given: Properties): Promise<Applied> {
    const resource = this.typeOf(type);
    const before = this.state.get(urn);
    const inputs = resource.check(given, before?.inputs);
    const now = operation(urn, this.warnings);
    const changes = before === undefined ? [] : Object.values(resource.diff(before.inputs, before.outputs, inputs));
    if (before !== undefined && changes.length === 0) return before;
    this.changed.push(nameOf(urn));
    if (before !== undefined && !changes.includes("replace")) {
      const outputs = await resource.update(before.id, before.inputs, before.outputs, inputs, now);
      return { ...before, inputs, outputs };
    }
    if (before !== undefined && resource.deleteBeforeReplace?.(inputs) === true)
      await resource.delete(before.id, before.inputs, before.outputs, now);
    else if (before !== undefined) this.replaced.push(before);
    const fresh = resource.check(given, undefined);
    const { id, outputs } = await resource.create(fresh, now);
    return { type, urn, id, inputs: fresh, outputs };
  }

  private typeOf(type: string): AnyResource {
    const resource = this.resources[type];
    if (resource === undefined) throw new Error(`this engine has no ${type}`);
    return resource;
  }
}

/** Runs a program with what the language host sets for it. */
function withSettings<Result>(secretKeys: readonly string[], program: () => Result): Result {
  const { stackTraceLimit } = Error;
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secretKeys);
  try {
    return program();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    delete process.env.PULUMI_CONFIG_SECRET_KEYS;
  }
}

function known(exported: object): Promise<Properties> {
  return new Promise((resolve) => {
    pulumi.output(exported).apply((all) => resolve(all as Properties));
  });
}

/** The engine gives a plugin secrets in clear. */
function withoutSecretMarks(inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]): [string, unknown] => [
      name,
      pulumi.runtime.isRpcSecret(value) ? pulumi.runtime.unwrapRpcSecret(value) : value,
    ]),
  );
}

function operation(urn: string, warnings: string[]): Operation {
  return {
    urn,
    signal: new AbortController().signal,
    status: () => undefined,
    warn: (message) => warnings.push(`${nameOf(urn)}: ${message}`),
  };
}
