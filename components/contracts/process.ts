import type { CheckQuestion } from "../model/health-checks/health-check";

/** Type token of a process on this machine. */
export const PROCESS = "evenkeel-node:index:Process";

/** What a program says of a process. In a command, in files and in `environment`, `{port}` (or `{port:NAME}`), `{directory}`, `{node}` and `{haproxy}` are filled in. */
export interface ProcessInputs {
  /** Which stack it belongs to on this machine, a short name; processes of one stack stand together. */
  readonly stack: string;
  /** Run directory of the stack, under which the process gets its own. Chosen by the plugin at the first start and kept. */
  readonly home?: string;
  /** Program and arguments. `{node}` is the Node.js that runs the plugin, `{haproxy}` the HAProxy that the set-up found. */
  readonly command: readonly string[];
  /** Environment variables beside PATH, HOME, LANG and TMPDIR, the only ones that are passed on. */
  readonly environment: Readonly<Record<string, string>>;
  /** Further variables, which are secrets: passed on as they are, and not shown, also where the process prints them itself. @default none */
  readonly secretEnvironment?: Readonly<Record<string, string>>;
  /** Folder that it runs in. @default its own directory */
  readonly workingDirectory?: string;
  /** The ports it listens on, by name; each is chosen at the first start and kept. */
  readonly ports: Readonly<Record<string, PortWish>>;
  /** Files in its directory by name, as they are at the first start. */
  readonly files: Readonly<Record<string, string>>;
  /**
   * `keep`: the files belong to somebody else from then on, until a maintenance. `reload`: it is an HAProxy that reads a changed
   * configuration anew, also with another port, and refuses nobody meanwhile.
   */
  readonly changedFiles: "keep" | "reload";
  /** What tells that it is ready; the resource is not created before. */
  readonly ready: Readiness;
  /** How it is stopped. */
  readonly stop: StopRule;
  /** Whether it shall run; false stops it and keeps its place. @default true */
  readonly running?: boolean;
  /** Where the stack file speaks of it, for messages: `pools.web.app`. */
  readonly at: string;
}

/** Which port a process would like. Without a wish it gets a free one. */
export interface PortWish {
  /** This port or an error. */
  readonly exact?: number;
  /** This port, or the next free one. */
  readonly preferred?: number;
}

/** What tells that a process is ready. */
export interface Readiness {
  /** Name of the port that is asked. */
  readonly port?: string;
  /** What it is asked, and which answer is good. @default GET /, answered by a status from 200 to 399 */
  readonly check?: CheckQuestion;
  /** Name of a socket in its directory that must accept connections, instead of a port. */
  readonly socket?: string;
  /** How long it may take, such as `30s`. */
  readonly within: string;
}

/** How a process is stopped: a signal to its process group, then SIGKILL. */
export interface StopRule {
  /** SIGTERM, or SIGUSR1 for a balancer, which then finishes what it has. */
  readonly signal: "SIGTERM" | "SIGUSR1";
  /** How long it may take, such as `30s`. */
  readonly within: string;
}

/** What is known of a process once it has started. */
export interface ProcessOutputs extends ProcessInputs {
  /** Run directory of the stack. */
  readonly home: string;
  /** Its own directory: log, files, sockets. */
  readonly directory: string;
  /** The ports that it has, by name. */
  readonly listening: Readonly<Record<string, number>>;
}

/** Name of the log in a process's directory: its standard output and error. */
export const LOG_FILE = "log";
