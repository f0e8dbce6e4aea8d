import type { Worker } from "node:worker_threads";

/** A question as it is posted to a worker, which answers with the same id. */
export interface Asked<Question> {
  readonly id: number;
  readonly question: Question;
}

/** A worker's answer. */
export interface Answered<Reply> {
  readonly id: number;
  readonly reply: Reply;
}

interface Pending<Reply> {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** Questions to a worker thread. One that crashes or exits rejects what was asked and what will be; nothing hangs. */
export class WorkerLine<Question, Reply> {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending<Reply>>();
  #asked = 0;
  #broken: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", ({ id, reply }: Answered<Reply>) => {
      this.#pending.get(id)?.resolve(reply);
      this.#pending.delete(id);
    });
    worker.on("messageerror", (error) => this.#break(`sent what cannot be read: ${error.message}`, error));
    worker.on("error", (error) => this.#break(`crashed: ${messageOf(error)}`, error));
    worker.on("exit", (code) => this.#break(`exited early with code ${code}`));
  }

  /** Asks the worker. Rejects if it is gone, or goes before it has answered. */
  ask(question: Question): Promise<Reply> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#asked += 1;
      this.#pending.set(this.#asked, { resolve, reject });
      this.#worker.postMessage({ id: this.#asked, question: question } satisfies Asked<Question>);
    });
  }

  /** Ends the worker, in whatever state it is. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #break(what: string, cause?: unknown): void {
    this.#broken ??= new Error(`The worker thread ${what}`, { cause });
    for (const { reject } of this.#pending.values()) reject(this.#broken);
    this.#pending.clear();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
