import { type ChildProcess, fork } from "node:child_process";
import * as path from "node:path";
import { ROOT } from "../../workspace/project";
import type { Message, RunFile, TestResult } from "./messages";

const LOADER = path.join(ROOT, "setup", "run-typescript.cjs");
const WORKER = path.join(__dirname, "worker.ts");
/** How long a worker with nothing more to do may take to end, in milliseconds: longer, and a test has left something open. */
const ENDS_WITHIN = 60_000;

/** What a file's run came to. */
export interface FileResult {
  readonly file: string;
  readonly tests: readonly TestResult[];
  readonly milliseconds: number;
}

/** What the report is told while files run. */
export interface Listener {
  output(file: string, text: string): void;
  test(file: string, test: TestResult): void;
  done(result: FileResult): void;
}

/** Processes that run test files side by side. */
export class Pool {
  private readonly workers = new Set<ChildProcess>();
  private isStopped = false;

  constructor(private readonly listener: Listener) {}

  /** Runs files, `jobs` at a time. */
  async run(files: readonly RunFile[], jobs: number): Promise<FileResult[]> {
    const [queue, results] = [[...files], [] as FileResult[]];
    const work = async (): Promise<void> => {
      let worker: ChildProcess | undefined;
      const run: string[] = [];
      for (let next = queue.shift(); next !== undefined && !this.isStopped; next = queue.shift()) {
        if (worker?.connected !== true) worker = this.start();
        run.push(next.file);
        results.push(await this.runIn(worker, next));
      }
      if (worker?.connected === true) await this.end(worker, run);
    };
    await Promise.all(Array.from({ length: Math.min(jobs, files.length) }, work));
    return results;
  }

  /** Ends all workers with a signal; they remove what their tests made. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.isStopped = true;
    await Promise.all([...this.workers].map((worker) => (worker.kill(signal), exitOf(worker))));
  }

  private start(): ChildProcess {
    const worker = fork(WORKER, { cwd: ROOT, execArgv: ["--require", LOADER], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.workers.add(worker);
    void exitOf(worker).then(() => this.workers.delete(worker));
    return worker;
  }

  private async runIn(worker: ChildProcess, task: RunFile): Promise<FileResult> {
    const { file } = task;
    const begin = Date.now();
    const tests: TestResult[] = [];
    const add = (test: TestResult): void => {
      tests.push(test);
      this.listener.test(file, test);
    };
    await new Promise<void>((resolve) => {
      const onExit = (code: number | null, signal: string | null): void => {
        const error = `the process that ran it ended with ${signal ?? code ?? "nothing"}`;
        if (!this.isStopped) add({ path: [file], state: "failed", milliseconds: 0, error });
        resolve();
      };
      worker.once("exit", onExit);
      worker.on("message", (message: Message) => {
        if (message.kind === "output") this.listener.output(file, message.text);
        else if (message.kind === "test") add(message.test);
        else {
          worker.removeAllListeners("message").off("exit", onExit);
          resolve();
        }
      });
      worker.send(task);
    });
    const result = { file, tests, milliseconds: Date.now() - begin };
    this.listener.done(result);
    return result;
  }

  /** Lets a worker end by itself, which it can't while its files have left something open. */
  private async end(worker: ChildProcess, files: readonly string[]): Promise<void> {
    const force = setTimeout(() => {
      const error = `something that one of these files has left open keeps its process alive: ${files.join(", ")}`;
      const test = { path: ["the end of a worker"], state: "failed", milliseconds: 0, error } as const;
      this.listener.test(files.at(-1) ?? "", test);
      worker.kill("SIGKILL");
    }, ENDS_WITHIN);
    worker.disconnect();
    await exitOf(worker);
    clearTimeout(force);
  }
}

async function exitOf(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  await new Promise((resolve) => worker.once("exit", resolve));
}
