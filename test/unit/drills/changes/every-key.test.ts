import { expect } from "chai";
import { readStack } from "../../../../components/model/read-stack";
import { SEALED } from "../../../../components/model/secret";
import { stackJsonSchema } from "../../../../components/model/stack";
import { certificates } from "../../../../drills/changes/certificate";
import { oneAfterTheOther } from "../../../../drills/changes/every-key/change";
import { NOT_CHANGED } from "../../../../drills/changes/every-key/not-changed";
import { everyKey } from "../../../../drills/changes/every-key/parts";
import { TOKEN } from "../../../../drills/changes/every-key/site";

/** What of JSON Schema says which keys there are. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

describe("The proof of every key", () => {
  const ports = { page: 20_001, passed: 20_002, https: 20_003, other: 20_004 };
  let parts: ReturnType<typeof everyKey>[keyof ReturnType<typeof everyKey>][];
  let changed: string[];
  before(async () => {
    parts = Object.values(everyKey(ports, await certificates()));
    changed = parts.flatMap(({ changes }) => changes.flatMap(({ keys }) => keys));
  });
  const known = keysOf(stackJsonSchema() as Schema, "").map((key) => key.replace(/^config\.evenkeel:/, ""));
  const excused = (key: string): string[] =>
    Object.keys(NOT_CHANGED).filter((each) => (each.endsWith(".") ? key.startsWith(each) : key === each));

  it("changes each key of a stack, or says why it does not", () => {
    expect(known.filter((key) => !changed.includes(key) && excused(key).length === 0)).to.deep.equal([]);
  });

  it("knows no key that a stack has not, and excuses none that it changes", () => {
    expect(changed.filter((key) => !known.includes(key))).to.deep.equal([]);
    expect(Object.keys(NOT_CHANGED).filter((each) => !known.some((key) => excused(key).includes(each)))).to.deep.equal([]);
    expect(changed.filter((key) => excused(key).length > 0)).to.deep.equal([]);
  });

  it("does change what it names: no stack is as the one before it, and all of them are sound", () => {
    for (const { from, changes } of parts) {
      const stacks = oneAfterTheOther(from, changes).flatMap(({ steps }) => steps);
      for (const [i, stack] of stacks.entries()) {
        const what = changes[i]?.name ?? "back";
        expect(stack, what).to.not.deep.equal(i === 0 ? from : stacks[i - 1]);
        const secrets = Object.fromEntries([TOKEN, "first-key", "renewed-key"].map((name) => [name, SEALED]));
        const { problems } = readStack({ ...stack, secrets }, { name: "test", now: new Date() });
        expect(problems, what).to.deep.equal([]);
      }
    }
  });
});

/** The keys of all values below a schema, `*` for names and `[]` for places in a list; of one value or several, those of one. */
function keysOf(schema: Schema, at: string): string[] {
  const { properties, additionalProperties, items, anyOf } = schema;
  const below = (key: string): string => (at === "" ? key : `${at}.${key}`);
  const inner = [
    ...Object.entries(properties ?? {}).flatMap(([key, value]) => keysOf(value, below(key))),
    ...(typeof additionalProperties === "object" ? keysOf(additionalProperties, below("*")) : []),
    ...(items === undefined ? [] : keysOf(items, `${at}[]`)),
    ...(anyOf ?? []).flatMap((each) => keysOf(each, at)),
  ];
  const all = [...new Set(inner.length === 0 ? [at] : inner)].map((key) => key.replace("not[].", "not."));
  // A text or a list of them is one key.
  return [...new Set(all)].filter((key) => !all.includes(`${key}[]`));
}
