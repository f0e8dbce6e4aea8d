import type { Properties } from "../../provider/resource";
import type { Addresses } from "./addresses";
import type { CloudMachine } from "./hardware";

/** Inputs by their paths, with `[]` for any element of a list; or what tells them from the inputs as they shall be and were. */
export type Paths = readonly string[] | ((inputs: Properties, before: Properties) => readonly string[]);

/** A resource on its way to be made or changed. */
export interface Draft {
  readonly type: string;
  readonly urn: string;
  /** Its name in the program. */
  readonly name: string;
  /** Region that it is in; empty when it is in none. */
  readonly place: string;
  readonly inputs: Properties;
  /** As it stands; absent while it is made. */
  readonly before?: Thing;
}

/** A resource that stands. */
export interface Thing extends Omit<Draft, "before" | "inputs"> {
  readonly id: string;
  /** As a refresh finds them; other than those that it was given when something has changed behind the engine's back. */
  inputs: Properties;
  /** What the provider knows of it beside what it was told, and that too. */
  outputs: Properties;
}

/** An input that names another resource. */
export interface Reference {
  /** Type of the other. */
  readonly to: string;
  /** Whether the other can't be deleted as long as this one stands. @default true */
  readonly holds?: boolean;
}

/** What stands in a cloud, as its rules see it. */
export interface CloudState {
  /** How the provider is configured. */
  readonly settings: Readonly<Record<string, string>>;
  /** How many newer machine images were released since the start. */
  readonly imageRelease: number;
  /** The region of every machine image that a program was told of. */
  readonly images: Map<string, string>;
  readonly addresses: Addresses;
  /** Region of what says this of itself; empty when it is in none. */
  regionOf(inputs: Properties): string;
  /** Everything of a type that stands. */
  all(type: string): Thing[];
  /** The one of a type that a value names; of one region when one is given, and of those in none. */
  find(type: string, value: unknown, place?: string): Thing | undefined;
  /** The others of a type and region that say the same of some inputs. */
  others(thing: Draft | Thing, ...keys: readonly string[]): Thing[];
  /** Something new that is the same in every run of the same program: 17 hexadecimal digits. */
  newDigits(urn: string): string;
  /** Takes something away that nobody deleted. */
  lose(thing: Thing): void;
}

/** What a real provider does with one type of resource. */
export interface ResourceType {
  /** The input that holds its name at the provider, filled in from the name in the program and a random suffix. Set by hand, a replacement deletes first. */
  readonly autoName?: string;
  /** Inputs whose change makes it anew. All others are changed in place. */
  readonly replaces?: Paths;
  /** Inputs for whose change the machine is stopped and started. */
  readonly restarts?: Paths;
  /** Inputs whose change is accepted and has no effect on what runs. */
  readonly ineffective?: Paths;
  /** Inputs that name other resources. */
  readonly refers?: Readonly<Record<string, Reference>>;
  /** Outputs beside the id by which others may name it. */
  readonly knownAs?: readonly string[];
  /** Whether making one that is there already takes its place; otherwise that fails. */
  readonly overwrites?: boolean;
  /** Region that it is in. @default the cloud's */
  readonly place?: (inputs: Properties, world: CloudState) => string;
  /** Its id at the provider. */
  readonly id: (draft: Draft, world: CloudState) => string;
  /** What the provider adds to the inputs. */
  readonly outputs?: (thing: Draft & { readonly id: string }, world: CloudState) => Properties;
  /** What the provider itself finds wrong with inputs, in previews too; values may be unknown. */
  readonly invalid?: (inputs: Properties) => string | undefined;
  /** Why the API refuses to make it, or to change it. */
  readonly refuses?: (draft: Draft, world: CloudState) => string | undefined;
  /** Why the provider refuses to restart it. */
  readonly refusesRestart?: (inputs: Properties) => string | undefined;
  /** Why the API refuses to delete it. */
  readonly refusesDelete?: (thing: Thing, world: CloudState) => string | undefined;
  /** What making or changing it does to others. */
  readonly settled?: (thing: Thing, world: CloudState) => void;
  /** What deleting it does to others. */
  readonly deleted?: (thing: Thing, world: CloudState) => void;
}

/** A provider's answer to a question. */
export type Answer = (args: Properties, world: CloudState) => Properties;

/** One cloud: what its real provider does. */
export interface Cloud {
  /** Name of the package. */
  readonly name: string;
  /** Resource types by token. */
  readonly types: Readonly<Record<string, ResourceType>>;
  /** Answers by token. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** Why the provider does not do with its settings. */
  readonly misconfigured?: (settings: Readonly<Record<string, string>>) => string | undefined;
  /** Region of a resource or question; empty when it is in none. */
  readonly place: (inputs: Properties, world: CloudState) => string;
  /** How it says that something named does not exist. */
  readonly notFound: (type: string, reference: string) => string;
  /** How it says that something can't be deleted. */
  readonly inUse: (thing: Thing, holder: Thing) => string;
  /** The machine that packets to a public address reach. */
  readonly machineAt: (address: string, world: CloudState) => Thing | undefined;
  /** Its machines, with what its firewalls and addresses come to. */
  readonly running: (world: CloudState) => CloudMachine[];
  /** What it has from the start. */
  readonly standing?: (world: CloudState) => readonly Thing[];
}

/** The inputs that a provider has filled in itself: the real ones keep the list among the inputs, under this key. */
export const DEFAULTS = "__defaults";

/** An input or output that is text; empty when it is absent. */
export function text(of: Properties, key: string): string {
  const value = of[key];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** An input or output that is a list; empty when it is absent. */
export function list(of: Properties, key: string): Properties[] {
  const value = of[key];
  return Array.isArray(value) ? (value as Properties[]) : [];
}
