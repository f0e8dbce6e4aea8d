import type { Catalogue, Machine, SizeName } from "../../model/clouds/catalogue";

/**
 * The regions, and their zones by last letter. Google's SDKs list neither, so they are written here: "Available regions and
 * zones" of Google's documentation (docs.cloud.google.com/compute/docs/regions-zones), as of 2026-11-24. Regions for machine
 * learning alone are left out.
 */
const REGIONS: Readonly<Record<string, string>> = {
  "africa-south1": "abc",
  "asia-east1": "abc",
  "asia-east2": "abc",
  "asia-northeast1": "abc",
  "asia-northeast2": "abc",
  "asia-northeast3": "abc",
  "asia-south1": "abc",
  "asia-south2": "abc",
  "asia-southeast1": "abc",
  "asia-southeast2": "abc",
  "asia-southeast3": "abc",
  "australia-southeast1": "abc",
  "australia-southeast2": "abc",
  "europe-central2": "abc",
  "europe-north1": "abc",
  "europe-north2": "abc",
  "europe-southwest1": "abc",
  "europe-west1": "bcd",
  "europe-west10": "abc",
  "europe-west12": "abc",
  "europe-west2": "abc",
  "europe-west3": "abc",
  "europe-west4": "abc",
  "europe-west6": "abc",
  "europe-west8": "abc",
  "europe-west9": "abc",
  "me-central1": "abc",
  "me-central2": "abc",
  "me-west1": "abc",
  "northamerica-northeast1": "abc",
  "northamerica-northeast2": "abc",
  "northamerica-south1": "abc",
  "southamerica-east1": "abc",
  "southamerica-west1": "abc",
  "us-central1": "abcf",
  "us-east1": "bcd",
  "us-east4": "abc",
  "us-east5": "abc",
  "us-south1": "abc",
  "us-west1": "abc",
  "us-west2": "abc",
  "us-west3": "abc",
  "us-west4": "abc",
};

/** One kind of a machine series: how many vCPUs its types have, and how much memory they have for each, where all agree. */
interface Kind {
  readonly vcpus: readonly number[];
  /** MiB for each vCPU; absent where the types of the kind differ, or where it is not known. */
  readonly memory?: number;
}

const GIB = 1024;
const UP_TO_80 = [2, 4, 8, 16, 32, 48, 64, 80];
const C4_VCPUS = [2, 4, 8, 16, 24, 32, 48, 96, 144, 192, 288];
const C4D_VCPUS = [2, 4, 8, 16, 32, 48, 64, 96, 192, 384];
const N1_VCPUS = [2, 4, 8, 16, 32, 64, 96];

/** The general-purpose and compute-optimized series with x86 processors, by the start of their types' names. */
const KINDS: Readonly<Record<string, Kind>> = {
  "c2-standard": { vcpus: [4, 8, 16, 30, 60], memory: 4 * GIB },
  "c2d-highcpu": { vcpus: [2, 4, 8, 16, 32, 56, 112], memory: 2 * GIB },
  "c2d-highmem": { vcpus: [2, 4, 8, 16, 32, 56, 112], memory: 8 * GIB },
  "c2d-standard": { vcpus: [2, 4, 8, 16, 32, 56, 112], memory: 4 * GIB },
  "c3-highcpu": { vcpus: [4, 8, 22, 44, 88, 176], memory: 2 * GIB },
  "c3-highmem": { vcpus: [4, 8, 22, 44, 88, 176], memory: 8 * GIB },
  "c3-standard": { vcpus: [4, 8, 22, 44, 88, 176], memory: 4 * GIB },
  "c3d-highcpu": { vcpus: [4, 8, 16, 30, 60, 90, 180, 360], memory: 2 * GIB },
  "c3d-highmem": { vcpus: [4, 8, 16, 30, 60, 90, 180, 360], memory: 8 * GIB },
  "c3d-standard": { vcpus: [4, 8, 16, 30, 60, 90, 180, 360], memory: 4 * GIB },
  "c4-highcpu": { vcpus: C4_VCPUS, memory: 2 * GIB },
  "c4-highmem": { vcpus: C4_VCPUS },
  "c4-standard": { vcpus: C4_VCPUS },
  "c4d-highcpu": { vcpus: C4D_VCPUS },
  "c4d-highmem": { vcpus: C4D_VCPUS },
  "c4d-standard": { vcpus: C4D_VCPUS },
  "e2-highcpu": { vcpus: [2, 4, 8, 16, 32], memory: GIB },
  "e2-highmem": { vcpus: [2, 4, 8, 16], memory: 8 * GIB },
  "e2-standard": { vcpus: [2, 4, 8, 16, 32], memory: 4 * GIB },
  "n1-highcpu": { vcpus: N1_VCPUS, memory: 0.9 * GIB },
  "n1-highmem": { vcpus: N1_VCPUS, memory: 6.5 * GIB },
  "n1-standard": { vcpus: [1, ...N1_VCPUS], memory: 3.75 * GIB },
  "n2-highcpu": { vcpus: [...UP_TO_80, 96], memory: GIB },
  // The largest has less memory for each vCPU than the others.
  "n2-highmem": { vcpus: [...UP_TO_80, 96, 128] },
  "n2-standard": { vcpus: [...UP_TO_80, 96, 128], memory: 4 * GIB },
  "n2d-highcpu": { vcpus: [...UP_TO_80, 96, 128, 224], memory: GIB },
  "n2d-highmem": { vcpus: [...UP_TO_80, 96], memory: 8 * GIB },
  "n2d-standard": { vcpus: [...UP_TO_80, 96, 128, 224], memory: 4 * GIB },
  "n4-highcpu": { vcpus: UP_TO_80, memory: 2 * GIB },
  "n4-highmem": { vcpus: UP_TO_80, memory: 8 * GIB },
  "n4-standard": { vcpus: UP_TO_80, memory: 4 * GIB },
  "t2d-standard": { vcpus: [1, 2, 4, 8, 16, 32, 48, 60], memory: 4 * GIB },
};

/**
 * Types whose vCPUs are shared with others. Quotas count what the API calls `guestCpus`, which is 2 for each of the E2 series,
 * though one vCPU at most, or a part of it, is theirs for long.
 */
const SHARED: Readonly<Record<string, Machine>> = {
  "e2-micro": { vcpus: 2, memory: GIB },
  "e2-small": { vcpus: 2, memory: 2 * GIB },
  "e2-medium": { vcpus: 2, memory: 4 * GIB },
  "f1-micro": { vcpus: 1, memory: 0.6 * GIB },
  "g1-small": { vcpus: 1, memory: 1.7 * GIB },
};

/** Types that a user composes: series, vCPUs (E2 also has shared ones) and memory in MiB; N1's may do without the series. */
const CUSTOM =
  /^(?:(?:n1-|n2-|n2d-|n4-|e2-)?custom-(?<vcpus>[1-9]\d*)|e2-custom-(?:micro|small|medium))-(?<memory>[1-9]\d*)(?:-ext)?$/;
/** vCPUs of E2's shared types. */
const SHARED_VCPUS = 2;
/** How the types of any series are named: what a series that is not written here has is not refused. */
const SHAPE = /^(?<series>[a-z]\d+[a-z]*)-[a-z]+-\d+$/;
/** What may follow a name: types with disks of their own, and whole machines. */
const VARIANT = /-(?:lssd|metal)$/;
/** The series with ARM processors, which our image does not run on. */
const ARM = ["t2a", "c4a", "n4a"];
/** The series that boot from Hyperdisk and from nothing else: those of the fourth generation on. */
const HYPERDISK = /^[a-z](?:[4-9]|\d{2,})/;

const predefined: ReadonlyMap<string, Machine> = new Map([
  ...Object.entries(SHARED).map(([type, machine]) => [type, rounded(machine)] as const),
  ...Object.entries(KINDS).flatMap(([kind, { vcpus, memory }]) =>
    vcpus.map((count) => [`${kind}-${count}`, rounded({ vcpus: count, memory: memory && memory * count })] as const),
  ),
]);

const knownSeries = new Set([...predefined.keys()].map(seriesOf));

const sizes: Readonly<Record<SizeName, string>> = { small: "e2-small", medium: "e2-medium", large: "e2-standard-4" };

/** What Google Cloud offers, as of 2026-11-24. Machine types with ARM processors are not among it. */
export const catalogue: Catalogue = {
  regions: Object.keys(REGIONS),
  zonesOf: (region) => Array.from(REGIONS[region] ?? "", (letter) => `${region}-${letter}`),
  sizes,
  machineTypes: [...predefined.keys()],
  isMachineType: (type) => {
    const plain = type.replace(VARIANT, "");
    return predefined.has(plain) || CUSTOM.test(type) || isOfAnotherSeries(plain);
  },
  machine: (type) => predefined.get(type.replace(VARIANT, "")) ?? customMachine(type),
};

/** The disk that a machine type boots from: balanced in price and speed, of the kind that it can have. */
export function bootDiskType(machineType: string): "pd-balanced" | "hyperdisk-balanced" {
  return HYPERDISK.test(machineType) ? "hyperdisk-balanced" : "pd-balanced";
}

function isOfAnotherSeries(type: string): boolean {
  const series = SHAPE.exec(type)?.groups?.series;
  return series !== undefined && !knownSeries.has(series) && !ARM.includes(series);
}

function seriesOf(type: string): string {
  return type.slice(0, type.indexOf("-"));
}

function customMachine(type: string): Machine {
  const groups = CUSTOM.exec(type)?.groups;
  if (groups === undefined) return {};
  return { vcpus: Number(groups.vcpus ?? SHARED_VCPUS), memory: Number(groups.memory) };
}

/** Memory in whole MiB, and no key for what is not known. */
function rounded({ vcpus, memory }: Machine): Machine {
  return memory === undefined ? { vcpus } : { vcpus, memory: Math.floor(memory) };
}
