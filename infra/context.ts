import * as os from "node:os";
import { projectDirectory } from "../components/clouds/local/this-machine";
import { systemClock } from "../components/clock";

/** Everything that the program reads beside what the Pulumi SDK gives it. */
export interface Context {
  /** The variables of its environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The project's folder, in which `stacks/` is. */
  readonly project: string;
  /** The user's home folder, in which cloud CLIs keep their configuration. */
  readonly home: string;
  /** The current time. */
  readonly now: Date;
}

/** Returns the context of this process. */
export function processContext(): Context {
  return { environment: process.env, project: projectDirectory(), home: os.homedir(), now: systemClock() };
}
