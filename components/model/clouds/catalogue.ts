/** Sizes that mean something in every cloud; a stack may map more, or these to others. */
export const SIZE_NAMES = ["small", "medium", "large"] as const;
/** A size that means something in every cloud: 2 vCPUs and 2 GiB, 2 and 4, 4 and 16. */
export type SizeName = (typeof SIZE_NAMES)[number];

/** What a cloud offers, as far as it can be known without asking it: names, so that a slip is told before anything is made. */
export interface Catalogue {
  /** Names of its regions. */
  readonly regions: readonly string[];
  /** Names that the zones of a region can have; none where machines can't be placed in one. */
  zonesOf(region: string): readonly string[];
  /** Its machine type for each size. */
  readonly sizes: Readonly<Record<SizeName, string>>;
  /** Names of machine types, from which the nearest to a slip is told. */
  readonly machineTypes: readonly string[];
  /** Whether a machine type can be had, by its name. */
  isMachineType(type: string): boolean;
  /** What a machine type holds, as far as its name tells. */
  machine(type: string): Machine;
}

/** What a machine type holds. */
export interface Machine {
  /** Virtual CPUs, which quotas count; undefined when the name does not tell. */
  readonly vcpus?: number;
  /** Memory in MiB; undefined when the name does not tell. */
  readonly memory?: number;
}

/** Catalogues by provider; undefined for a provider that has none, such as `local`. */
export type Catalogues = (provider: string) => Catalogue | undefined;

/**
 * The machine type of a size in a data center: the stack's own word for it, or the cloud's.
 *
 * @param sizes The data center's own words by size.
 */
export function machineTypeOf(
  size: string,
  sizes: Readonly<Record<string, string>> | undefined,
  catalogue: Catalogue,
): string | undefined {
  // Own keys alone: a size of the user's may be called as what every object has, constructor.
  const own = (words: Readonly<Record<string, string>>) => (Object.hasOwn(words, size) ? words[size] : undefined);
  return own(sizes ?? {}) ?? own(catalogue.sizes);
}
