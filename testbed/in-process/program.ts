import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import program from "../../infra";

/** What the SDK's Automation API serves inline programs with. */
interface LanguageServer {
  run(call: { readonly request: RunRequest }, respond: unknown): void;
  getRequiredPlugins(call: unknown, respond: unknown): void;
  getPluginInfo(call: unknown, respond: unknown): void;
}
const { LanguageServer } = createRequire(__filename)("@pulumi/pulumi/automation/server") as {
  LanguageServer: new (program: () => Promise<object>) => LanguageServer;
};

/** The project whose program runs in this process. */
interface Project {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Commands of the CLI that run the program. */
const RUN_THE_PROGRAM = ["preview", "up"];

/**
 * Runs a project's program in this process, as an inline program of the Automation API: with no language host and no Node.js to start, a run
 * takes a third of the time.
 */
export class InProcessProgram {
  private constructor(
    private readonly port: number,
    private readonly server: grpc.Server,
  ) {}

  /** Starts to serve this checkout's program. */
  static async serve(project: Project): Promise<InProcessProgram> {
    let secretKeys: readonly string[] = [];
    const language = new LanguageServer(() => Promise.resolve(runIn(project, secretKeys)));
    const server = new grpc.Server();
    server.addService(LanguageRuntimeService, {
      run: (call: { request: RunRequest }, respond: unknown) => {
        secretKeys = call.request.getConfigsecretkeysList();
        language.run(call, respond);
      },
      getRequiredPlugins: (call: unknown, respond: unknown) => language.getRequiredPlugins(call, respond),
      getPluginInfo: (call: unknown, respond: unknown) => language.getPluginInfo(call, respond),
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return new InProcessProgram(port, server);
  }

  /** The flags that have a command of the CLI run the program here. */
  get flags(): Readonly<Record<string, readonly string[]>> {
    const flags = [`--client=127.0.0.1:${this.port}`, "--exec-kind=auto.inline"];
    return Object.fromEntries(RUN_THE_PROGRAM.map((command) => [command, flags]));
  }

  /** Stops serving. */
  stop(): void {
    this.server.forceShutdown();
  }
}

/**
 * Runs the program where the CLI would, with the environment that it would have. It takes all that it needs of both before it returns, so
 * nothing else in this process sees them.
 */
function runIn({ folder, environment }: Project, secretKeys: readonly string[]): object {
  const { env } = process;
  const before = process.cwd();
  const { stackTraceLimit } = Error;
  process.env = { ...environment, PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys) };
  process.chdir(folder);
  try {
    return program();
  } finally {
    process.chdir(before);
    process.env = env;
    // The program turns stack traces off when it refuses a stack.
    Error.stackTraceLimit = stackTraceLimit;
  }
}
