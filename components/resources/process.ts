import * as pulumi from "@pulumi/pulumi";
import { PROCESS, type ProcessInputs } from "../contracts/process";

/** What a program says of a process on this machine; see the contract for each. */
export type ProcessArgs = { [Key in keyof Omit<ProcessInputs, "home">]: pulumi.Input<ProcessInputs[Key]> };

/** A process on this machine that outlives the run which started it. */
export class Process extends pulumi.CustomResource {
  /** What it was started with. */
  declare readonly environment: pulumi.Output<Record<string, string>>;
  /** Its directory: log, files, sockets. */
  declare readonly directory: pulumi.Output<string>;
  /** The ports that it listens on, by name. */
  declare readonly listening: pulumi.Output<Record<string, number>>;

  constructor(name: string, args: ProcessArgs, opts?: pulumi.CustomResourceOptions) {
    super(PROCESS, name, { ...args, directory: undefined, listening: undefined, home: undefined }, opts);
  }

  /** One of its ports. */
  port(name: string): pulumi.Output<number> {
    return this.listening.apply((ports) => ports[name] ?? 0);
  }
}
