import { fingerprint } from "../../components/model/name";
import type { Properties } from "../../provider/resource";
import type { Addresses } from "./addresses";
import {
  type Cloud,
  type CloudState,
  DEFAULTS,
  type Draft,
  type Paths,
  type Reference,
  type ResourceType,
  type Thing,
} from "./cloud";
import type { CloudMachine } from "./hardware";
import { changes, touches, valuesAt, without } from "./property-paths";
import type { Recorder } from "./recorder";

/** One cloud with everything that stands in it. Each operation is whole: it is done, or it throws what the real API would say. */
export class World implements CloudState {
  readonly settings: Record<string, string> = {};
  imageRelease = 0;
  readonly images = new Map<string, string>();
  private things: Thing[] = [];
  private readonly usedIds = new Set<string>();
  private readonly madeOf = new Map<string, number>();
  private failure: { status: number; place: string | undefined } | undefined;

  constructor(
    readonly cloud: Cloud,
    readonly addresses: Addresses,
    private readonly recorder: Recorder,
  ) {
    this.things.push(...(cloud.standing?.(this) ?? []));
  }

  /** Has every call of the API fail, of one region when one is given. */
  fail(status: number, place?: string): void {
    this.failure = { status, place };
  }

  /** Has calls of the API succeed again. */
  mend(): void {
    this.failure = undefined;
  }

  /**
   * Takes the stack's settings of the provider.
   * @throws Error when the real one would not do with them.
   */
  configure(settings: Properties): void {
    for (const [key, value] of Object.entries(settings)) if (typeof value === "string") this.settings[key] = value;
    const complaint = this.cloud.misconfigured?.(this.settings);
    if (complaint !== undefined) throw new Error(complaint);
  }

  /** What the real provider does with a type. */
  typeOf(type: string): ResourceType {
    const known = this.cloud.types[type];
    if (known === undefined) throw new Error(`the stand-in of ${this.cloud.name} does not know ${type}`);
    return known;
  }

  regionOf(inputs: Properties): string {
    return this.cloud.place(inputs, this);
  }

  all(type: string): Thing[] {
    return this.things.filter((thing) => thing.type === type);
  }

  find(type: string, value: unknown, place = ""): Thing | undefined {
    return this.all(type).find(
      (thing) => (place === "" || thing.place === "" || thing.place === place) && this.namesOf(thing).has(String(value)),
    );
  }

  others({ type, place, inputs, ...rest }: Draft | Thing, ...keys: readonly string[]): Thing[] {
    const self = "id" in rest ? rest.id : rest.before?.id;
    const same = (other: Thing): boolean => keys.every((key) => inputs[key] !== undefined && other.inputs[key] === inputs[key]);
    return this.all(type).filter((other) => other.id !== self && other.place === place && same(other));
  }

  /** Every text that anything here is known by, its addresses among them. */
  texts(): Set<string> {
    return new Set(this.things.flatMap((thing) => strings(thing.outputs)));
  }

  newDigits(urn: string): string {
    for (let i = 0; ; i++) {
      const digits = ["a", "b", "c"].map((part) => fingerprint(`${urn} ${i} ${part}`)).join("");
      if (this.usedIds.has(digits)) continue;
      this.usedIds.add(digits);
      return digits.slice(0, 17);
    }
  }

  /** The name that the provider would give to the next one of a URN. */
  autoName(urn: string, name: string): string {
    return `${name}-${fingerprint(`${urn} ${this.madeOf.get(urn) ?? 0}`).slice(0, 7)}`;
  }

  create(type: string, urn: string, inputs: Properties): Thing {
    const draft = this.draft(type, urn, inputs);
    return this.recorded({ kind: "create", ...draft, id: "" }, () => {
      this.reach(draft.place);
      this.requireSound(draft);
      const known = this.typeOf(type);
      const id = known.id(draft, this);
      if (known.overwrites !== true && this.find(type, id) !== undefined) throw new Error(`409 ${id} already exists`);
      const thing = { ...draft, id, outputs: this.outputsOf({ ...draft, id }) };
      this.things = this.things.filter((other) => other.type !== type || other.id !== id);
      this.things.push(thing);
      this.madeOf.set(urn, (this.madeOf.get(urn) ?? 0) + 1);
      known.settled?.(thing, this);
      this.recorder.made(thing);
      return thing;
    });
  }

  read(type: string, urn: string, id: string): Thing | undefined {
    const thing = this.find(type, id);
    return this.recorded({ kind: "read", type, urn, name: nameIn(urn), id }, () => {
      this.reach(thing?.place ?? "");
      this.recorder.record({ kind: "read", type, urn, name: nameIn(urn), id });
      return thing;
    });
  }

  update(type: string, urn: string, id: string, before: Properties, inputs: Properties): Thing {
    const old = this.find(type, id);
    const draft = { ...this.draft(type, urn, inputs), ...(old === undefined ? {} : { before: old }) };
    return this.recorded({ kind: "update", ...draft, id }, () => {
      this.reach(draft.place);
      if (old === undefined) throw new Error(this.cloud.notFound(type, id));
      this.requireSound(draft);
      const known = this.typeOf(type);
      const changed = Object.keys(changes(before, inputs));
      const restarts = touched(changed, known.restarts, inputs, before);
      const refused = restarts ? known.refusesRestart?.(inputs) : undefined;
      if (refused !== undefined) throw new Error(refused);
      const thing = { ...draft, id, outputs: this.outputsOf({ ...draft, id }) };
      this.things = this.things.map((other) => (other === old ? thing : other));
      known.settled?.(thing, this);
      this.recorder.changed(thing);
      if (restarts) this.recorder.record({ kind: "restart", type, urn, name: draft.name, id, inputs });
      if (touched(changed, known.ineffective, inputs, before))
        this.recorder.record({ kind: "ineffective", type, urn, name: draft.name, id, inputs });
      return thing;
    });
  }

  delete(type: string, urn: string, id: string): void {
    const thing = this.find(type, id);
    this.recorded({ kind: "delete", type, urn, name: nameIn(urn), id }, () => {
      this.reach(thing?.place ?? "");
      if (thing === undefined) {
        // Gone already: to the real providers that is as good as deleted.
        this.recorder.gone({ type, urn, name: nameIn(urn), id, inputs: {} });
        return;
      }
      const holder = this.holderOf(thing);
      const refused = holder === undefined ? this.typeOf(type).refusesDelete?.(thing, this) : this.cloud.inUse(thing, holder);
      if (refused !== undefined) throw new Error(refused);
      this.remove(thing);
      this.recorder.gone(thing);
    });
  }

  lose(thing: Thing): void {
    this.remove(thing);
    this.recorder.lost(thing);
  }

  /** {@link lose}s the newest of a name in the program, and of a type when one is given; whether there was one. */
  loseByName(name: string, type?: string): boolean {
    const thing = this.things.filter((one) => one.urn !== "" && one.name === name && one.type === (type ?? one.type)).pop();
    if (thing !== undefined) this.lose(thing);
    return thing !== undefined;
  }

  /** The machines, as they run. */
  running(): CloudMachine[] {
    return this.cloud.running(this);
  }

  /** Answers a question. */
  answer(token: string, args: Properties): Properties {
    const event = { kind: "invoke", type: token, name: "", id: "", inputs: args } as const;
    return this.recorded(event, () => {
      const answer = this.cloud.answers[token];
      if (answer === undefined) throw new Error(`the stand-in of ${this.cloud.name} does not know ${token}`);
      this.reach(this.regionOf(args));
      const known = answer(args, this);
      this.recorder.record(event);
      return { ...args, ...known };
    });
  }

  private draft(type: string, urn: string, inputs: Properties): Draft {
    const place = (this.typeOf(type).place ?? this.cloud.place)(inputs, this);
    return { type, urn, name: nameIn(urn), place, inputs };
  }

  private outputsOf(thing: Draft & { id: string }): Properties {
    return { ...without(thing.inputs, DEFAULTS), ...this.typeOf(thing.type).outputs?.(thing, this) };
  }

  private requireSound(draft: Draft): void {
    const known = this.typeOf(draft.type);
    for (const [path, { to }] of Object.entries(known.refers ?? {})) {
      for (const value of valuesAt(draft.inputs, path)) {
        if (this.find(to, value, draft.place) === undefined) throw new Error(this.cloud.notFound(to, String(value)));
      }
    }
    const refused = known.refuses?.(draft, this);
    if (refused !== undefined) throw new Error(refused);
  }

  private holderOf(thing: Thing): Thing | undefined {
    const names = this.namesOf(thing);
    const holds = (other: Thing, path: string, { to, holds = true }: Reference): boolean =>
      holds && to === thing.type && valuesAt(other.inputs, path).some((value) => names.has(String(value)));
    return this.things.find((other) =>
      Object.entries(this.typeOf(other.type).refers ?? {}).some(([path, reference]) => holds(other, path, reference)),
    );
  }

  private namesOf(thing: Thing): Set<string> {
    const others = (this.typeOf(thing.type).knownAs ?? []).map((key) => thing.outputs[key]);
    return new Set([thing.id, ...others].filter((name) => name !== undefined).map(String));
  }

  private remove(thing: Thing): void {
    this.things = this.things.filter((other) => other !== thing);
    this.addresses.release(thing);
    this.typeOf(thing.type).deleted?.(thing, this);
  }

  private reach(place: string): void {
    if (this.failure === undefined || (this.failure.place !== undefined && this.failure.place !== place)) return;
    throw new Error(`${this.failure.status} ${this.failure.status === 500 ? "Internal Server Error" : "Error"}`);
  }

  /** Does a step that records itself when it succeeds, and records that it failed when it fails. */
  private recorded<Result>(event: Omit<Parameters<Recorder["record"]>[0], "error">, step: () => Result): Result {
    try {
      return step();
    } catch (error) {
      const { kind, type, name, id, urn, inputs } = event;
      const reason = error instanceof Error ? error.message : String(error);
      this.recorder.record({
        ...{ kind, type, name, id, error: reason },
        ...(urn === undefined ? {} : { urn }),
        ...(inputs === undefined ? {} : { inputs }),
      });
      throw error;
    }
  }
}

/** Whether any changed path is one of those. */
export function touched(changed: readonly string[], paths: Paths | undefined, inputs: Properties, before: Properties): boolean {
  const patterns = typeof paths === "function" ? paths(inputs, before) : (paths ?? []);
  return changed.some((path) => patterns.some((pattern) => touches(path, pattern)));
}

/** The name in the program, of a URN. */
export function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Every text in a value, however deep. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}
