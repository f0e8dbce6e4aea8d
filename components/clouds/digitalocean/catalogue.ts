import { DropletSlug, Region } from "@pulumi/digitalocean/types/enums";
import type { Catalogue, Machine } from "../../model/clouds/catalogue";

/** Regions that are newer than the SDK's list. Atlanta stands in DigitalOcean's API document since 2025. */
const NEWER_REGIONS = ["atl1"];
/** Memory of a CPU-optimized size, whose name (`c-4`) tells its vCPUs alone: 2 GiB each. */
const CPU_OPTIMIZED_MEMORY = 2048;

/** `s-2vcpu-4gb`, and what may follow it in the name of the same size on other hardware: its disk, and the maker of its processors. */
const SIZE = /^(?<shape>[a-z]\w*-(?<vcpus>\d+)vcpu-(?<amount>\d+)(?<unit>mb|gb))(?:-\d+gb)?(?:-(?:intel|amd))?$/;
/** `c-4`. */
const CPU_OPTIMIZED = /^c-(?<vcpus>\d+)(?:-intel|-amd)?$/;

/** The SDK has some of them twice. */
const machineTypes: string[] = [...new Set<string>(Object.values(DropletSlug))];
const listed = new Set(machineTypes);
const shapes = new Set(machineTypes.map(shapeOf));

/** What DigitalOcean offers. It has no zones: a region is one data center. */
export const catalogue: Catalogue = {
  regions: [...Object.values(Region), ...NEWER_REGIONS],
  zonesOf: () => [],
  sizes: { small: "s-2vcpu-2gb", medium: "s-2vcpu-4gb", large: "g-4vcpu-16gb" },
  machineTypes,
  // The SDK's list is older than DigitalOcean's newest hardware: a size that it has is known on any.
  isMachineType: (type) => listed.has(type) || shapes.has(shapeOf(type) ?? type),
  machine: machineOf,
};

/** The number of vCPUs and memory of a size, with its family: `s-2vcpu-4gb`. */
function shapeOf(type: string): string | undefined {
  return SIZE.exec(type)?.groups?.shape;
}

function machineOf(type: string): Machine {
  const { vcpus, amount, unit } = SIZE.exec(type)?.groups ?? {};
  if (vcpus !== undefined) return { vcpus: Number(vcpus), memory: Number(amount) * (unit === "gb" ? 1024 : 1) };
  const cores = CPU_OPTIMIZED.exec(type)?.groups?.vcpus;
  return cores === undefined ? {} : { vcpus: Number(cores), memory: Number(cores) * CPU_OPTIMIZED_MEMORY };
}
