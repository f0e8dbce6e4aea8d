import type { Change, Operation, Properties, Resource } from "../../provider/resource";
import type { AnyResource } from "../../provider/server";
import type { EventKind, Recorder } from "./recorder";
import { nameIn } from "./world";

/** A resource of the project's own plugin, whose operations are recorded as they end. */
export class RecordedResource implements Resource<Properties, Properties> {
  constructor(
    private readonly resource: AnyResource,
    private readonly recorder: Recorder,
    private readonly type: string,
    private readonly urn: string,
  ) {}

  check(inputs: Properties, before: Properties | undefined): Properties {
    return this.resource.check(inputs, before);
  }

  diff(before: Properties, outputs: Properties, inputs: Properties): Record<string, Change> {
    return this.resource.diff(before, outputs, inputs);
  }

  preview(inputs: Properties, outputs: Properties | undefined): Partial<Properties> {
    return this.resource.preview(inputs, outputs);
  }

  async create(inputs: Properties, operation: Operation): Promise<{ id: string; outputs: Properties }> {
    const made = await this.orRecorded("create", "", inputs, () => this.resource.create(inputs, operation));
    this.recorder.made(this.described(made.id, inputs));
    return made;
  }

  async read(
    id: string,
    inputs: Properties,
    outputs: Properties,
    operation: Operation,
  ): Promise<{ inputs: Properties; outputs: Properties } | undefined> {
    const found = await this.orRecorded("read", id, inputs, () => this.resource.read(id, inputs, outputs, operation));
    this.recorder.record({ kind: "read", ...this.described(id, inputs) });
    return found;
  }

  async update(
    id: string,
    before: Properties,
    outputs: Properties,
    inputs: Properties,
    operation: Operation,
  ): Promise<Properties> {
    const after = await this.orRecorded("update", id, inputs, () => this.resource.update(id, before, outputs, inputs, operation));
    this.recorder.changed(this.described(id, inputs));
    return after;
  }

  async delete(id: string, inputs: Properties, outputs: Properties, operation: Operation): Promise<void> {
    await this.orRecorded("delete", id, inputs, () => this.resource.delete(id, inputs, outputs, operation));
    this.recorder.gone(this.described(id, inputs));
  }

  private described(id: string, inputs: Properties): Parameters<Recorder["made"]>[0] {
    return { type: this.type, urn: this.urn, name: nameIn(this.urn), id, inputs };
  }

  private async orRecorded<Result>(
    kind: EventKind,
    id: string,
    inputs: Properties,
    step: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await step();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.recorder.record({ kind, ...this.described(id, inputs), error: reason });
      throw error;
    }
  }
}
