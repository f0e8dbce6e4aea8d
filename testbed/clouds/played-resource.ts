import type { Change, Properties, Resource } from "../../provider/resource";
import { DEFAULTS } from "./cloud";
import { changes, without } from "./property-paths";
import { nameIn, touched, type World } from "./world";

/** One resource of a cloud, as the real provider handles its type. */
export class PlayedResource implements Resource<Properties, Properties> {
  constructor(
    private readonly world: World,
    private readonly type: string,
    private readonly urn: string,
    /** Has the machines run as the cloud now has them. @default there are none */
    private readonly settle: () => Promise<void> = () => Promise.resolve(),
  ) {}

  check(given: Properties, before: Properties | undefined): Properties {
    const { autoName, invalid } = this.world.typeOf(this.type);
    const inputs = { ...given, [DEFAULTS]: [] as string[] };
    if (autoName !== undefined && given[autoName] === undefined && given[`${autoName}Prefix`] === undefined) {
      const kept = before !== undefined && filledIn(before).includes(autoName) ? before[autoName] : undefined;
      Object.assign(inputs, {
        [autoName]: kept ?? this.world.autoName(this.urn, nameIn(this.urn)),
        [DEFAULTS]: [autoName],
      });
    }
    const complaint = invalid?.(inputs);
    if (complaint !== undefined) throw new Error(complaint);
    return inputs;
  }

  diff(noted: Properties, _outputs: Properties, inputs: Properties): Record<string, Change> {
    const { replaces } = this.world.typeOf(this.type);
    const [before, after] = [without(noted, DEFAULTS), without(inputs, DEFAULTS)];
    return Object.fromEntries(
      Object.entries(changes(before, after)).map(([path, change]) => [
        path,
        touched([path], replaces, after, before) ? "replace" : change,
      ]),
    );
  }

  /** As the real providers have it: a name that nobody chose at random would be taken twice. */
  deleteBeforeReplace(inputs: Properties): boolean {
    const { autoName } = this.world.typeOf(this.type);
    return autoName !== undefined && inputs[autoName] !== undefined && !filledIn(inputs).includes(autoName);
  }

  preview(inputs: Properties, outputs: Properties | undefined): Properties {
    return { ...outputs, ...without(inputs, DEFAULTS) };
  }

  async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const { id, outputs } = await atOnce(() => this.world.create(this.type, this.urn, inputs));
    await this.settle();
    return { id, outputs };
  }

  read(id: string): Promise<{ inputs: Properties; outputs: Properties } | undefined> {
    return atOnce(() => {
      const thing = this.world.read(this.type, this.urn, id);
      return thing === undefined ? undefined : { inputs: thing.inputs, outputs: thing.outputs };
    });
  }

  async update(id: string, before: Properties, _outputs: Properties, inputs: Properties): Promise<Properties> {
    const { outputs } = await atOnce(() => this.world.update(this.type, this.urn, id, before, inputs));
    await this.settle();
    return outputs;
  }

  async delete(id: string): Promise<void> {
    await atOnce(() => this.world.delete(this.type, this.urn, id));
    await this.settle();
  }
}

function filledIn(inputs: Properties): readonly unknown[] {
  const filled = inputs[DEFAULTS];
  return Array.isArray(filled) ? (filled as unknown[]) : [];
}

/** A step done in one go, so that no other operation sees half of it; what it throws becomes the promise's. */
async function atOnce<Result>(step: () => Result): Promise<Result> {
  await Promise.resolve();
  return step();
}
