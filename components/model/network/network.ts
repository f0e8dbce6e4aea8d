import { createHash } from "node:crypto";

/** Where networks are taken from: what DigitalOcean keeps for itself (10.10, 10.229, 10.244 to 10.246) and gives to its own default networks (10.100 to 10.140) is left out. */
const SECOND_OCTETS = { from: 16, to: 99 };
/** A network has the size /20: 4096 addresses. */
const BLOCKS_AN_OCTET = 16;

/**
 * The private network of a data center, unless the stack file states one. It follows from names alone, so that another data
 * center never moves it; two that fall together are a problem that the stack file solves by stating one.
 *
 * @param stack Name of the Pulumi stack: networks of one account must not overlap either, in some clouds.
 * @param dataCenter Name of the data center.
 * @returns A block such as `10.37.16.0/20`, from 10.16.0.0 to 10.99.255.255.
 */
export function networkOf(stack: string, dataCenter: string): string {
  const blocks = (SECOND_OCTETS.to - SECOND_OCTETS.from + 1) * BLOCKS_AN_OCTET;
  const block = createHash("sha256").update(`${stack}/${dataCenter}`).digest().readUInt32BE() % blocks;
  return `10.${SECOND_OCTETS.from + Math.floor(block / BLOCKS_AN_OCTET)}.${(block % BLOCKS_AN_OCTET) * (256 / BLOCKS_AN_OCTET)}.0/20`;
}
