/** Values that cross between engine and plugin: what JSON can hold, and, in previews, {@link UNKNOWN}. */
export type Properties = Record<string, unknown>;

/** The engine's mark for a value that a preview can't know yet (Pulumi's provider protocol). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** How one property differs; `replace` means that the resource must be made anew for it. */
export type Change = "add" | "delete" | "update" | "replace";

/** What an operation can do besides its work. */
export interface Operation {
  /** The resource's URN. */
  readonly urn: string;
  /** Raised when the user interrupts, or the engine is gone: stop soon and leave things whole. */
  readonly signal: AbortSignal;
  /** Shows what the resource is doing, in its line of `pulumi up`; the next one takes its place. */
  status(message: string): void;
  /** Leaves a warning under the resource's diagnostics. */
  warn(message: string): void;
}

/** One type of resource: everything the engine asks of it. The dispatcher in `server.ts` knows no more than this. */
export interface Resource<Inputs extends object, Outputs extends object> {
  /** Fills in what the program left out. `before` are the inputs in state, absent when the resource is new or made anew. */
  check(inputs: Inputs, before: Inputs | undefined): Inputs;
  /** What an update would change, by property path; nothing means that nothing is to be done. */
  diff(before: Inputs, outputs: Outputs, inputs: Inputs): Record<string, Change>;
  /** Whether the old one must be gone before a new one can take its place. @default no: the new one is made first */
  deleteBeforeReplace?(inputs: Inputs): boolean;
  /** What a preview can say of the outputs; what is left out is shown as not known yet. */
  preview(inputs: Inputs, outputs: Outputs | undefined): Partial<Outputs>;
  create(inputs: Inputs, operation: Operation): Promise<{ id: string; outputs: Outputs }>;
  /** What really stands; undefined when it is gone. Inputs that differ from those in state are drift, which the next `up` mends. */
  read(
    id: string,
    inputs: Inputs,
    outputs: Outputs,
    operation: Operation,
  ): Promise<{ inputs: Inputs; outputs: Outputs } | undefined>;
  update(id: string, before: Inputs, outputs: Outputs, inputs: Inputs, operation: Operation): Promise<Outputs>;
  delete(id: string, inputs: Inputs, outputs: Outputs, operation: Operation): Promise<void>;
}

/** Whether a value holds a mark for something not known yet, anywhere in it. */
export function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

/** How two values differ, as deep as they are both maps: `{ "plan.pools.web.servers.web-a-3": "add" }`. */
export function differences(before: unknown, after: unknown, path = ""): Record<string, Change> {
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return Object.assign(
      {},
      ...keys.map((key) => differences(before[key], after[key], path === "" ? key : `${path}${segment(key)}`)),
    ) as Record<string, Change>;
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return {};
  return { [path]: before === undefined ? "add" : after === undefined ? "delete" : "update" };
}

/** `.name`, or quoted as the engine's property paths want it. */
function segment(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `["${key}"]`;
}

function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
