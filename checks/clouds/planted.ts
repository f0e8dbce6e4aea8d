import { shown } from "./own-checks/check";
import { AWS_ERRORS } from "./planted/aws";
import { DIGITALOCEAN_ERRORS } from "./planted/digitalocean";
import type { PlantedError } from "./planted/error";
import { GCP_ERRORS } from "./planted/gcp";
import type { DeclaredResource } from "./record";

/** At least one error for every type of resource that Evenkeel declares. */
export const PLANTED_ERRORS: readonly PlantedError[] = [...AWS_ERRORS, ...GCP_ERRORS, ...DIGITALOCEAN_ERRORS];

/** A planted error, to be judged. */
export interface Trial {
  readonly error: PlantedError;
  /** Everything that was declared, with the error in it. */
  readonly all: readonly DeclaredResource[];
  /** The resource with the error, and what it needs, as few as can be. */
  readonly few: readonly DeclaredResource[];
  /** The same without the error: what is refused here was not refused for the error. */
  readonly control: readonly DeclaredResource[];
}

/**
 * Puts an error into the first resource that it fits, in order of the given sets.
 * @throws Error when it fits none.
 */
export function plant(error: PlantedError, ...sets: readonly (readonly DeclaredResource[])[]): Trial {
  const { type, what, into = () => true, change, besideOthers = false } = error;
  for (const declared of sets) {
    const sound = declared.find((resource) => resource.type === type && into(resource.inputs, declared));
    if (sound === undefined) continue;
    const others = declared.filter((resource) => resource.type === type && resource !== sound);
    const unsound = { ...sound, inputs: change(sound.inputs, others) };
    const swap = (resources: readonly DeclaredResource[]): DeclaredResource[] =>
      resources.map((resource) => (resource === sound ? unsound : resource));
    const needed = [sound, ...(besideOthers ? others : [])];
    return { error, all: swap(declared), few: swap(withNeeds(needed, declared)), control: withNeeds(needed, declared) };
  }
  throw new Error(`no ${type} is there to have the error "${what}"`);
}

/** The table of planted errors, in Markdown. */
export function plantedTable(): string {
  const rows = PLANTED_ERRORS.map(({ type, what, refusedBy }) => `| \`${type}\` | ${what} | ${refusedBy.join(", ")} |`);
  return ["| resource | planted error | refused by |", "| --- | --- | --- |", ...rows].join("\n");
}

/** Resources with all that they refer to, directly or not, in order of creation. */
function withNeeds(some: readonly DeclaredResource[], declared: readonly DeclaredResource[]): DeclaredResource[] {
  const byId = new Map(declared.map((resource) => [resource.id, resource]));
  const needed = new Set<DeclaredResource>();
  const add = (resource: DeclaredResource | undefined): void => {
    if (resource === undefined || needed.has(resource)) return;
    needed.add(resource);
    for (const id of textsIn(resource.inputs)) add(byId.get(id));
  };
  some.forEach(add);
  return declared.filter((resource) => needed.has(resource));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(textsIn);
  return [shown(value)];
}
