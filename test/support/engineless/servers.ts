import * as path from "node:path";
import { Worker } from "node:worker_threads";
import type { ProcessInputs, ProcessOutputs } from "../../../components/contracts/process";
import { WorkerLine } from "../../../drills/load/worker-line";
import type { Change, Operation, Resource } from "../../../provider/resource";
import { nameOf, ProcessResource } from "../../../provider/process/resource";
import type { Question, Reply } from "./servers-worker.mjs";

/** The web servers of one site, in a thread of their own: neither a program has to start for one, nor does it wait for the test's own work. */
export class ServerThread {
  private readonly line = new WorkerLine<Question, Reply>(new Worker(path.join(__dirname, "servers-worker.mjs")));

  /** @param apps The module of what the servers of a pool run, by pool. */
  constructor(private readonly apps: Readonly<Record<string, string>>) {}

  /** Starts a server with an environment; the port that it listens on. */
  async start(environment: Readonly<Record<string, string>>): Promise<number> {
    const reply = await this.line.ask({ start: { ...environment }, app: this.apps[environment.EVENKEEL_POOL ?? ""] });
    if ("port" in reply) return reply.port;
    throw new Error(reply.problem);
  }

  /** Lets a server finish what it has, and ends it. */
  async stop(port: number): Promise<void> {
    await this.line.ask({ stop: port });
  }

  /** Ends all of them at once. */
  async end(): Promise<void> {
    await this.line.end();
  }
}

/** The processes of a local stack, of which the web servers are in a thread of this process. */
export class ThreadedProcesses implements Resource<ProcessInputs, ProcessOutputs> {
  private readonly processes: ProcessResource;

  /**
   * @param runRoot Where the other processes have their directories.
   * @param servers The thread of the web servers.
   */
  constructor(
    runRoot: string,
    private readonly servers: ServerThread,
  ) {
    this.processes = new ProcessResource(runRoot);
  }

  check(inputs: ProcessInputs, before: ProcessInputs | undefined): ProcessInputs {
    return this.processes.check(inputs, before);
  }

  diff(before: ProcessInputs, outputs: ProcessOutputs, inputs: ProcessInputs): Record<string, Change> {
    return this.processes.diff(before, outputs, inputs);
  }

  preview(inputs: ProcessInputs, outputs: ProcessOutputs | undefined): Partial<ProcessOutputs> {
    return this.processes.preview(inputs, outputs);
  }

  async create(inputs: ProcessInputs, operation: Operation): Promise<{ id: string; outputs: ProcessOutputs }> {
    if (!isWebServer(inputs)) return this.processes.create(inputs, operation);
    const port = await this.servers.start(inputs.environment);
    const { home = "" } = inputs;
    const id = `${nameOf(operation.urn)}-${port}`;
    return { id, outputs: { ...inputs, home, directory: path.join(home, id), listening: { http: port } } };
  }

  async read(
    id: string,
    inputs: ProcessInputs,
    outputs: ProcessOutputs,
  ): Promise<{ inputs: ProcessInputs; outputs: ProcessOutputs }> {
    return isWebServer(inputs) ? { inputs, outputs } : this.processes.read(id, inputs, outputs);
  }

  async update(
    id: string,
    before: ProcessInputs,
    outputs: ProcessOutputs,
    inputs: ProcessInputs,
    operation: Operation,
  ): Promise<ProcessOutputs> {
    if (!isWebServer(inputs)) return this.processes.update(id, before, outputs, inputs, operation);
    const { home, directory, listening: ports } = outputs;
    return { ...inputs, home, directory, listening: ports };
  }

  async delete(id: string, inputs: ProcessInputs, outputs: ProcessOutputs, operation: Operation): Promise<void> {
    if (!isWebServer(inputs)) return this.processes.delete(id, inputs, outputs, operation);
    await this.servers.stop(outputs.listening.http ?? 0);
  }
}

function isWebServer({ at }: ProcessInputs): boolean {
  return /^pools\..*\.app$/.test(at);
}
