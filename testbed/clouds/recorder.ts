import type { Properties } from "../../provider/resource";
import { DEFAULTS } from "./cloud";
import { without } from "./property-paths";

/**
 * What happened.
 * - `restart`: a machine was stopped and started in place. No program should cause it.
 * - `ineffective`: an input changed that has no effect on a machine that runs already.
 * - `reload`: a balancer took a configuration; `rollout`: it was found to serve with it.
 */
export type EventKind = "create" | "update" | "delete" | "read" | "restart" | "ineffective" | "invoke" | "reload" | "rollout";

/** One thing that happened, or failed to. */
export interface RecordedEvent {
  /** Its place in the sequence, from 0. */
  readonly at: number;
  readonly kind: EventKind;
  /** Type token of the resource, or token of the question. */
  readonly type: string;
  /** The resource's name in the program; of a question nothing; of a balancer its role. */
  readonly name: string;
  /** Id at the provider; empty while there is none. */
  readonly id: string;
  readonly urn?: string;
  /** Inputs of the resource, arguments of the question; for a balancer `servers`, the names of those that it now has. */
  readonly inputs?: Properties;
  /** Of a create: id of the one with the same URN that stands still, and that this one takes the place of. */
  readonly replaces?: string;
  /** Why it failed; absent when it was done. */
  readonly error?: string;
}

/** One resource that stands, with what the program said of it. */
export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
}

/** Keeps what happened in the stand-in clouds, in order, and what stands now. */
export class Recorder {
  /** Everything that happened. */
  readonly events: RecordedEvent[] = [];
  private standing: (DeclaredResource & { urn: string })[] = [];

  /** Records what has just happened. */
  record(event: Omit<RecordedEvent, "at">): void {
    const { inputs } = event;
    this.events.push({ at: this.events.length, ...event, ...(inputs === undefined ? {} : { inputs: asDeclared(inputs) }) });
  }

  /** Records that a resource was made, and has it among those that stand. */
  made(resource: DeclaredResource & { urn: string }): void {
    const replaces = this.standing.find(({ urn, id }) => urn === resource.urn && id !== resource.id)?.id;
    const { type, urn, name, id, inputs } = resource;
    this.lost(resource);
    this.standing.push({ type, urn, name, id, inputs: asDeclared(inputs) });
    this.record({ kind: "create", type, urn, name, id, inputs, ...(replaces === undefined ? {} : { replaces }) });
  }

  /** Records that a resource has other inputs. */
  changed({ type, urn, name, id, inputs }: DeclaredResource & { urn: string }): void {
    this.standing = this.standing.map((one) =>
      one.type === type && one.id === id ? { ...one, inputs: asDeclared(inputs) } : one,
    );
    this.record({ kind: "update", type, urn, name, id, inputs });
  }

  /** Records that a resource is gone. */
  gone({ type, urn, name, id, inputs }: DeclaredResource & { urn: string }): void {
    this.lost({ type, id });
    this.record({ kind: "delete", type, urn, name, id, inputs });
  }

  /** Notes that a resource is gone that nobody deleted. */
  lost(resource: Pick<DeclaredResource, "type" | "id">): void {
    this.standing = this.standing.filter(({ type, id }) => type !== resource.type || id !== resource.id);
  }

  /** What stands now, in the order in which it was made. */
  declared(): DeclaredResource[] {
    return this.standing.map(({ type, name, id, inputs }) => ({ type, name, id, inputs }));
  }

  /**
   * Where in the sequence something was done first.
   *
   * @param from From which place on to look, such as the number of events before an `up`.
   * @throws Error when it was not done, so that no comparison passes by accident.
   */
  indexOf(kind: EventKind, name: string, from = 0): number {
    return this.done(kind, name, from)[0] ?? this.missing(kind, name, from);
  }

  /** Where in the sequence something was done last; throws as {@link indexOf} does. */
  lastIndexOf(kind: EventKind, name: string, from = 0): number {
    return this.done(kind, name, from).pop() ?? this.missing(kind, name, from);
  }

  private done(kind: EventKind, name: string, from: number): number[] {
    return this.events
      .filter((event) => event.at >= from && event.kind === kind && event.name === name && event.error === undefined)
      .map(({ at }) => at);
  }

  private missing(kind: EventKind, name: string, from: number): never {
    const all = this.events.filter(({ at }) => at >= from);
    const lines = all.map((event) => `${event.kind} ${event.name}${event.error === undefined ? "" : ` (${event.error})`}`);
    throw new Error(`there was no ${kind} of ${name}, but:\n${lines.join("\n")}`);
  }
}

function asDeclared(inputs: Properties): Properties {
  return without(inputs, DEFAULTS);
}
