import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { Duration } from "../../components/model/duration";
import { fingerprint } from "../../components/model/name";
import type { PortWish, ProcessInputs, ProcessOutputs } from "../../components/contracts/process";
import { ask } from "../transport/runtime-api";
import { type Change, differences, type Operation, type Resource } from "../resource";
import { end, launch } from "./launch";
import { choosePorts, isFree } from "./ports";
import { readAnew } from "./read-anew";
import { runRoot } from "./run-root";
import { type ProcessRecord, readRecord, recordsUnder, removeDirectory, removeIfEmpty, runningIn, writeRecord } from "./record";

/** HAProxy's limit for the path of a socket, with what it appends while it binds. */
const LONGEST_SOCKET = 97;
/** How often another port is tried when a program takes the chosen one before it is listened on. */
const PORT_ATTEMPTS = 3;
/** What makes a process another one; everything else is taken over as it is. */
const REPLACES: readonly (keyof ProcessInputs)[] = ["command", "environment", "secretEnvironment", "workingDirectory"];

/** A process on this machine that outlives the run that started it: a web server, a balancer, the front. */
export class ProcessResource implements Resource<ProcessInputs, ProcessOutputs> {
  /** Directories that this run knows from the engine's state; any other process with the same URN was left by a run that was killed. */
  private readonly known = new Set<string>();
  /** Ports given out in this run, whose owners may not listen yet. */
  private readonly given = new Set<number>();

  /** @param root The directory under which new stacks get the directories of their processes. */
  constructor(private readonly root = runRoot()) {}

  check(inputs: ProcessInputs, before: ProcessInputs | undefined): ProcessInputs {
    return { running: true, ...inputs, home: before?.home ?? path.join(this.root, inputs.stack) };
  }

  diff(before: ProcessInputs, outputs: ProcessOutputs, inputs: ProcessInputs): Record<string, Change> {
    this.known.add(outputs.directory);
    const changes = differences(before, inputs);
    // A port more, or one less, is somebody else's business: whoever writes the files, or the process when it is started again. What
    // reads its files anew takes another port, too, and leaves the rest as it is.
    const kept =
      inputs.changedFiles === "reload" ? [] : Object.keys(before.ports).filter((port) => Object.hasOwn(inputs.ports, port));
    const replacing = [...REPLACES, ...kept.map((port) => `ports.${port}`)];
    const replaces = (path: string): boolean =>
      replacing.some((property) => path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`));
    return Object.fromEntries(Object.entries(changes).map(([path, change]) => [path, replaces(path) ? "replace" : change]));
  }

  preview(inputs: ProcessInputs, outputs: ProcessOutputs | undefined): Partial<ProcessOutputs> {
    if (outputs === undefined) return inputs;
    const { directory, listening } = outputs;
    // Which port is added is not known before.
    const isKnown = Object.entries(inputs.ports).every(([name, wish]) => isGranted(wish, listening[name]));
    return { ...inputs, directory, ...(isKnown ? { listening } : {}) };
  }

  async create(inputs: ProcessInputs, operation: Operation): Promise<{ id: string; outputs: ProcessOutputs }> {
    const name = nameOf(operation.urn);
    const home = inputs.home ?? path.join(this.root, inputs.stack);
    const adopted = await this.adopt(inputs, home, operation);
    if (adopted !== undefined) return { id: path.basename(adopted.directory), outputs: adopted };

    // A random part: a replacement stands beside what it replaces, which is deleted by its own id.
    const id = `${name}-${randomBytes(3).toString("hex")}`;
    const directory = path.join(home, id);
    if (inputs.ready.socket !== undefined && path.join(directory, inputs.ready.socket).length > LONGEST_SOCKET) {
      throw new Error(
        `${directory} is too long for a socket (${LONGEST_SOCKET} characters with its name): set EVENKEEL_RUN_DIR to a shorter directory`,
      );
    }
    for (let attempt = 1; ; attempt++) {
      const listening = await choosePorts(inputs.ports, reservedUnder(home), this.given).catch(naming(name, inputs));
      const outputs = { ...inputs, home, directory, listening };
      this.known.add(directory);
      try {
        await start(outputs, operation);
        this.succeed(directory, home, operation);
        return { id, outputs };
      } catch (error) {
        removeDirectory(directory);
        removeIfEmpty(home);
        // Between the choice of a port and the start another program may have taken it.
        if (attempt === PORT_ATTEMPTS || (await takenOf(listening)).length === 0) throw error;
      }
    }
  }

  async read(
    _id: string,
    inputs: ProcessInputs,
    outputs: ProcessOutputs,
  ): Promise<{ inputs: ProcessInputs; outputs: ProcessOutputs }> {
    this.known.add(outputs.directory);
    const running = await works(outputs);
    return { inputs: { ...inputs, running }, outputs: { ...outputs, running } };
  }

  async update(
    _id: string,
    _before: ProcessInputs,
    outputs: ProcessOutputs,
    inputs: ProcessInputs,
    operation: Operation,
  ): Promise<ProcessOutputs> {
    this.known.add(outputs.directory);
    const { directory } = outputs;
    const listening = await portsFor(inputs, outputs, this.given).catch(naming(nameOf(operation.urn), inputs));
    const after = { ...inputs, home: outputs.home, directory, listening };
    if (inputs.running === false) {
      await stop(directory, inputs, operation);
      // What it ran belongs to the past: put back, it starts as a new one does.
      removeFiles(directory, inputs);
      return after;
    }
    const reads = inputs.changedFiles === "reload";
    if (await works(outputs)) {
      if (reads) await readAnew(nameOf(operation.urn), after, operation);
      noteInRecord(after);
      return after;
    }
    // One that hangs would not heed a gentle word.
    await end(directory, "SIGKILL", 0);
    if (reads) removeFiles(directory, inputs);
    operation.status(`starting ${nameOf(operation.urn)} again`);
    for (let attempt = 1; ; attempt++) {
      const started = { ...after, listening: await keptPorts(after, this.given) };
      try {
        await start(started, operation);
        return started;
      } catch (error) {
        if (attempt === PORT_ATTEMPTS || (await takenOf(started.listening)).length === 0) throw error;
      }
    }
  }

  async delete(_id: string, inputs: ProcessInputs, outputs: ProcessOutputs, operation: Operation): Promise<void> {
    await stop(outputs.directory, { ...outputs, ...inputs }, operation);
    removeDirectory(outputs.directory);
    removeIfEmpty(outputs.home);
  }

  /**
   * Notes in what this run knows under the same URN who took its place: a run that fails before the balancers have let go of it leaves it to
   * a later one, which is not told of it before it makes its own.
   */
  private succeed(successor: string, home: string, { urn }: Operation): void {
    for (const { directory, record } of recordsUnder(home)) {
      if (record.urn === urn && directory !== successor && this.known.has(directory))
        writeRecord(directory, { ...record, successor });
    }
  }

  /** A process that a killed run, or lost state, left behind under the same URN: taken over when it is what is wanted, else ended. */
  private async adopt(inputs: ProcessInputs, home: string, operation: Operation): Promise<ProcessOutputs | undefined> {
    const isLeft = (directory: string, { urn, successor }: ProcessRecord): boolean =>
      urn === operation.urn && !this.known.has(directory) && (successor === undefined || readRecord(successor) === undefined);
    const left = recordsUnder(home).filter(({ directory, record }) => isLeft(directory, record));
    for (const { directory, record } of left) {
      this.known.add(directory);
      if (runningIn(directory) !== undefined && record.specification === specificationOf(inputs)) {
        operation.status("taking over what an earlier run left");
        return { ...inputs, home, directory, listening: record.ports };
      }
      await end(directory, record.stop.signal, Duration.parse(record.stop.within).milliseconds);
      removeDirectory(directory);
    }
    return undefined;
  }
}

/** Whether it runs and, if it is a balancer, heeds commands: one that hangs is as good as dead, and is started again as such. */
async function works({ directory, ready }: ProcessOutputs): Promise<boolean> {
  if (runningIn(directory) === undefined) return false;
  if (ready.socket === undefined) return true;
  return ask(path.join(directory, ready.socket), "show info").then(
    () => true,
    () => false,
  );
}

/** The name that the program gave to a resource. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** What a process was started with, as a fingerprint. */
function specificationOf(inputs: ProcessInputs): string {
  return fingerprint(JSON.stringify([...REPLACES.map((property) => inputs[property] ?? null), inputs.ports]));
}

/** The ports that a process had, less those that it shall have no more, and others for those that it shall have too. */
async function portsFor(
  { ports }: ProcessInputs,
  { listening, home }: ProcessOutputs,
  given: Set<number>,
): Promise<Record<string, number>> {
  const others = Object.entries(ports).filter(([name, wish]) => !isGranted(wish, listening[name]));
  const had = Object.entries(listening).filter(([name]) => isGranted(ports[name], listening[name]));
  return { ...Object.fromEntries(had), ...(await choosePorts(Object.fromEntries(others), reservedUnder(home), given)) };
}

/** Whether a port is what is wished: one that is merely preferred was so at the first start, and is kept. */
function isGranted(wish: PortWish | undefined, port: number | undefined): boolean {
  return wish !== undefined && port !== undefined && (wish.exact ?? port) === port;
}

/** Tells of an error whose it is, and where the stack file speaks of it. */
function naming(name: string, { at }: Pick<ProcessInputs, "at">): (error: unknown) => never {
  return (error) => {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)} (${at})`, { cause: error });
  };
}

/** Has a process that runs on be found with the ports that it has now, should all else be lost. */
function noteInRecord(outputs: ProcessOutputs): void {
  const record = runningIn(outputs.directory);
  const specification = specificationOf(outputs);
  if (record === undefined) return;
  if (record.specification === specification && JSON.stringify(record.ports) === JSON.stringify(outputs.listening)) return;
  writeRecord(outputs.directory, { ...record, ports: outputs.listening, specification });
}

async function start(outputs: ProcessOutputs, operation: Operation): Promise<void> {
  const { directory, listening } = outputs;
  const specification = specificationOf(outputs);
  await launch(
    { urn: operation.urn, name: nameOf(operation.urn), directory, inputs: outputs, ports: listening, specification },
    operation.signal,
    (message) => operation.status(message),
  );
}

async function stop(
  directory: string,
  { stop: rule, at }: Pick<ProcessInputs, "stop" | "at">,
  operation: Operation,
): Promise<void> {
  const record = readRecord(directory);
  if (record === undefined) return;
  operation.status(`stopping: it may finish its requests for ${rule.within} (${at})`);
  await end(directory, rule.signal, Duration.parse(rule.within).milliseconds);
}

function removeFiles(directory: string, { files }: ProcessInputs): void {
  for (const file of Object.keys(files)) removeDirectory(path.join(directory, file));
}

/** Ports of every process of the stack, so that one which is down keeps its own. */
function reservedUnder(home: string): Set<number> {
  return new Set(recordsUnder(home).flatMap(({ record }) => Object.values(record.ports)));
}

/** The names of those ports that some program listens on. */
async function takenOf(listening: Readonly<Record<string, number>>): Promise<string[]> {
  return (await Promise.all(Object.entries(listening).map(async ([name, port]) => ((await isFree(port)) ? [] : [name])))).flat();
}

/** The ports that a process had, or others for those that another program took meanwhile. */
async function keptPorts({ listening, ports, home }: ProcessOutputs, given: Set<number>): Promise<Record<string, number>> {
  const taken = (
    await Promise.all(Object.entries(listening).map(async ([name, port]) => ((await isFree(port)) ? [] : [name])))
  ).flat();
  if (taken.length === 0) return { ...listening };
  const wishes = Object.fromEntries(taken.map((name) => [name, ports[name] ?? {}]));
  return { ...listening, ...(await choosePorts(wishes, reservedUnder(home), given)) };
}
