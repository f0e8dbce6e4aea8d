import { fingerprint } from "../../model/name";

/** Name of the run directory of one stack of one checkout. In a file of its own, since commands start without Pulumi's SDK. */
export function stackOnThisMachine(root: string, stack: string): string {
  return `${stack}-${fingerprint(root)}`;
}
