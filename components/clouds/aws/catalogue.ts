import { Region } from "@pulumi/aws/types/enums";
import { InstanceType } from "@pulumi/aws/types/enums/ec2";
import type { Catalogue, Machine } from "../../model/clouds/catalogue";

/** The letters that zones end with. No region has all of them for everybody, and none has others. */
const ZONE_LETTERS = ["a", "b", "c", "d", "e", "f"];
/** `m7g.2xlarge`: series, generation, what sets it apart in its generation, and size. */
const TYPE = /^(?<series>[a-z]+)(?<generation>\d+)(?<variant>[a-z-]*)\.(?<size>[a-z0-9-]+)$/;
/** Families whose sizes follow no rule, or none that is known: those of the first years, for computing alone, and burstable ones to come. */
const IRREGULAR = /^(t1|t[5-9].*|m[1-4]|c[1-4]|r[34]|i2|d2|g[23]s?|p2|h1|x1e?|f1|[ch][a-z]\d|hpc.*|mac.*)$/;
/** Families whose processor time is shared, with vCPUs and memory in MiB by size. */
const BURSTABLE = /^t[2-4][a-z]*$/;
const BURSTABLE_SIZES: Readonly<Record<string, Required<Machine>>> = {
  nano: { vcpus: 2, memory: 512 },
  micro: { vcpus: 2, memory: 1024 },
  small: { vcpus: 2, memory: 2048 },
  medium: { vcpus: 2, memory: 4096 },
  large: { vcpus: 2, memory: 8192 },
  xlarge: { vcpus: 4, memory: 16_384 },
  "2xlarge": { vcpus: 8, memory: 32_768 },
};
/** Sizes of T2 that have one vCPU; later ones have two. */
const SINGLE = ["nano", "micro", "small"];
/** MiB for each vCPU in the series of which that can be said. */
const MEMORY: Readonly<Record<string, number>> = { c: 2048, m: 4096, r: 8192 };
/** The one family of these series, from the fifth generation on, that has another amount. */
const OTHER_MEMORY = "c5n";
const FIRST_REGULAR_GENERATION = 5;
/** Families with processors of AWS's own design: a `g` after the generation, and the first of them. */
const ARM = /^(?:a1|[a-z]+\d+[a-z]*g[a-z]*)$/;

const machineTypes: string[] = [...new Set(Object.values(InstanceType))];
const listed = new Set(machineTypes);
const listedSizes = new Set(machineTypes.map((type) => parts(type)?.size));
/** The newest listed generation of each series. */
const newest = new Map<string, number>();
for (const { series, generation } of machineTypes.flatMap((type) => parts(type) ?? [])) {
  newest.set(series, Math.max(generation, newest.get(series) ?? 0));
}

/** What AWS offers, as the SDK lists it. Not every region has every zone and type. */
export const catalogue: Catalogue = {
  regions: Object.values(Region),
  zonesOf: (region) => ZONE_LETTERS.map((letter) => `${region}${letter}`),
  sizes: { small: "t3.small", medium: "t3.medium", large: "m7i.xlarge" },
  machineTypes,
  isMachineType: (type) => listed.has(type) || isNewer(type),
  machine: machineOf,
};

/** The processor architecture of a machine type, as images are named after it. */
export function architectureOf(type: string): "amd64" | "arm64" {
  return ARM.test(familyOf(type)) ? "arm64" : "amd64";
}

/** Whether a type can be one that came after the SDK's list: a later generation of a known series, or another variant of its newest one. */
function isNewer(type: string): boolean {
  const named = parts(type);
  const known = named && newest.get(named.series);
  if (named === undefined || known === undefined || !listedSizes.has(named.size)) return false;
  return named.generation === known ? named.variant !== "" : named.generation === known + 1;
}

function machineOf(type: string): Machine {
  const [family, { series, generation, size } = {}] = [familyOf(type), parts(type)];
  if (size === undefined || IRREGULAR.test(family)) return {};
  if (BURSTABLE.test(family)) {
    const machine = BURSTABLE_SIZES[size];
    return machine !== undefined && family === "t2" && SINGLE.includes(size) ? { ...machine, vcpus: 1 } : { ...machine };
  }
  const vcpus = vcpusOf(size);
  if (vcpus === undefined) return {};
  const each = MEMORY[series ?? ""];
  if (each === undefined || (generation ?? 0) < FIRST_REGULAR_GENERATION || family === OTHER_MEMORY) return { vcpus };
  return { vcpus, memory: vcpus * each };
}

/** `medium` is 1, `large` 2, `xlarge` 4, and `12xlarge` twelve times that; `metal-24xl` is a whole machine of so many. */
function vcpusOf(size: string): number | undefined {
  const xlarge = /^(?:(\d*)xlarge|metal-(\d+)xl)$/.exec(size);
  if (xlarge !== null) {
    const times = xlarge[1] ?? xlarge[2];
    return 4 * (times === "" ? 1 : Number(times));
  }
  return { medium: 1, large: 2 }[size];
}

function familyOf(type: string): string {
  return type.split(".")[0] ?? "";
}

function parts(type: string): { series: string; generation: number; variant: string; size: string } | undefined {
  const { series, generation, variant, size } = TYPE.exec(type)?.groups ?? {};
  if (series === undefined || variant === undefined || size === undefined) return undefined;
  return { series, generation: Number(generation), variant, size };
}
