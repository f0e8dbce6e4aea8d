import { fingerprint } from "../../model/name";

/** What one stack of one checkout is called among this machine's processes. Commands ask it too, which do without Pulumi's SDK. */
export function stackOnThisMachine(root: string, stack: string): string {
  return `${stack}-${fingerprint(root)}`;
}
