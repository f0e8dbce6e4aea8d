import type { StackInput } from "../../../components/model/stack";
import type { PlannedChange } from "../changes";

/** A change of a stack's keys, each of which may be made alone. */
export interface KeyChange extends Omit<PlannedChange, "steps"> {
  /** The keys that it changes, as in the stack file, with `*` for names and `[]` for places in a list. */
  readonly keys: readonly string[];
  /** What there is instead. */
  readonly to: StackInput;
}

/** A change of keys that go together, named after the first of them. */
export function ofKeys(keys: readonly [string, ...string[]], to: StackInput, more: Pick<PlannedChange, "ends"> = {}): KeyChange {
  return { name: keys.length === 1 ? keys[0] : `${keys[0]} and ${keys.length - 1} more`, keys, to, ...more };
}

/** A change of several things at once, beside those of each key. */
export function combined(name: string, to: StackInput, more: Pick<PlannedChange, "ends"> = {}): KeyChange {
  return { name, keys: [], to, ...more };
}

/**
 * The changes one after the other, and back at last: each takes back what the one before it changed, so that every key comes and goes.
 * What one ends, the way back from it ends too.
 */
export function oneAfterTheOther(base: StackInput, changes: readonly KeyChange[]): PlannedChange[] {
  const all = [...changes, { name: "as it was", to: base, ends: undefined }];
  return all.map(({ name, to, ends }, i) => {
    const both = [ends, changes[i - 1]?.ends];
    const servers = both.flatMap((each) => (each?.servers === undefined ? [] : [each.servers.source]));
    const balancer = both.map((each) => each?.balancer).find((each) => each !== undefined);
    return {
      name,
      steps: [to],
      ends: {
        ...(servers.length === 0 ? {} : { servers: new RegExp(servers.join("|")) }),
        ...(balancer === undefined ? {} : { balancer }),
      },
    };
  });
}
