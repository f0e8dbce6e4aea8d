import type { Operation } from "../resource";
import type { Answer, Glance, Probe, Question } from "./probe";

/** What a command ended with. */
export interface CommandResult {
  /** Its exit code; anything but 0 is a failure. */
  readonly code: number;
  /** What it wrote to its standard output and error. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Who comes to a machine, and why. */
export interface Visit {
  /** How messages call the node: `the secondary balancer`. */
  readonly name: string;
  /** Whether its machine may still be booting for the first time. */
  readonly young: boolean;
  readonly operation: Operation;
}

/**
 * How the machine of a node is worked on. A transport only runs, reads and writes; what that does to a balancer is not its
 * business. Paths are those on the machine. Every method throws an error that says why when the machine can't be worked on.
 */
export interface Transport {
  /**
   * How long beyond its own time a rollout may be cut off from the machine before that goes back to its verified configuration
   * by itself, in milliseconds; absent where nothing can cut it off.
   */
  readonly grace?: number;
  /** What messages advise when HAProxy does not run there. */
  readonly advice: string;
  /** Program name or path of HAProxy. */
  haproxy(): string;
  /** Waits until the machine can be worked on, and takes a directory of it for one run alone, until it is closed. */
  take(directory: string, visit: Visit): Promise<void>;
  /** Ends what {@link take} began. It does not throw. */
  close(): Promise<void>;
  /** Throws when another run has taken the directory over meanwhile. */
  requireTaken(): Promise<void>;
  /** What its clock says, in milliseconds since 1970. */
  clock(): Promise<number>;
  /** The text of a file, undefined when there is none. */
  read(file: string): Promise<string | undefined>;
  /** Writes a file that only its user can read; a reader sees the old text or the new one, never a part. */
  write(file: string, text: string): Promise<void>;
  /** Removes a file if it is there. */
  remove(file: string): Promise<void>;
  /** Runs a program with its arguments, without a shell's eyes on them. */
  run(command: readonly [string, ...string[]]): Promise<CommandResult>;
  /** Gives one command to HAProxy at a Unix socket. */
  ask(socket: string, command: string): Promise<string>;
  /** Asks a health check's question from the machine: why the answer is not good, or undefined when it is. */
  reasonAgainst(probe: Probe): Promise<string | undefined>;
  /** Begins a TLS handshake at a Unix socket of HAProxy's, asking for this name or none, and waits until HAProxy has closed it. */
  handshake(socket: string, name?: string): Promise<void>;
  /** The SHA-256 of the certificate that a TLS handshake from the machine is answered with; throws NoAnswer when it is not completed. */
  shownCertificate(glance: Glance): Promise<string>;
  /** Asks over HTTP from the machine for the whole answer. */
  answerTo(question: Question): Promise<Answer>;
}
