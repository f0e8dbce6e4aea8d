import { type PluginOptions, resourceTypes, VERSION } from "../../provider/plugin";
import { type AnyResource, serve, type Server } from "../../provider/server";

/** The project's plugin, served by this process to one run of the engine after the other. */
export class InProcessPlugin {
  private types: Readonly<Record<string, AnyResource>> = {};

  private constructor(
    private readonly options: PluginOptions,
    private readonly server: Server,
  ) {}

  /** Starts to serve it. */
  static async serve(options: PluginOptions): Promise<InProcessPlugin> {
    const server = await serve(VERSION, (type) => plugin.types[type]);
    const plugin = new InProcessPlugin(options, server);
    return plugin;
  }

  /** The environment that has the engine use it. */
  get environment(): NodeJS.ProcessEnv {
    return { PULUMI_DEBUG_PROVIDERS: `evenkeel-node:${this.server.port}` };
  }

  /** Forgets what the run before has shown, as a plugin does that is started for each run. */
  beginRun(): void {
    this.types = resourceTypes(this.options);
  }

  /** Ends what is going on, and stops serving. */
  async stop(): Promise<void> {
    this.server.abort();
    await this.server.drain();
    this.server.stop();
  }
}
