/** Most networks of a block: what eight bits tell apart. */
const MOST = 256;

/**
 * One of the 256 networks, each a /64, of the /56 that AWS gives a VPC: number 1 of `2600:1f18:1:ab00::/56` is
 * `2600:1f18:1:ab01::/64`.
 *
 * @throws RangeError when the block is no /56 as AWS writes it, or the index is not from 0 to 255.
 */
export function networkIn(block: string, index: number): string {
  const [, head = ""] = /^([0-9a-f:]+)::\/56$/i.exec(block) ?? [];
  // Groups that are zero may be left out at the end.
  const groups = [...head.split(":"), "0", "0", "0"].slice(0, 4);
  const last = Number.parseInt(groups[3] ?? "", 16);
  if (head === "" || last % MOST !== 0) throw new RangeError(`${block} is not a block such as 2600:1f18:1:ab00::/56`);
  if (!Number.isInteger(index) || index < 0 || index >= MOST) throw new RangeError(`${index} is not from 0 to ${MOST - 1}`);
  return `${[...groups.slice(0, 3), (last + index).toString(16)].join(":")}::/64`;
}
