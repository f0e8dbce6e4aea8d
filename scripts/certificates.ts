import type { Validity } from "../components/encryption";

/**
 * What is to be told of the certificates between balancers and web servers, with its line break; nothing while they are good and none is
 * due.
 *
 * @param validity That of the one that ends first; undefined where there are none.
 */
export function validityInWords(validity: Validity | undefined, now: Date): string {
  if (validity === undefined) return "";
  const { expires, renewsFrom } = validity;
  const day = expires.slice(0, "2027-11-25".length);
  if (now >= new Date(expires))
    return `  certificates between balancers and servers ended on ${day}: \`npm run up\` renews them\n`;
  if (now < new Date(renewsFrom)) return "";
  return `  certificates between balancers and servers are good until ${day}: the next \`npm run up\` renews them\n`;
}
