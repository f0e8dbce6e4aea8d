import { dayOf, type Validity } from "../components/model/tls/certificate";

/**
 * What is to be told of the certificates between balancers and web servers, with its line break; nothing while they are good and none is
 * due.
 *
 * @param validity That of the one that ends first; undefined where there are none.
 */
export function validityInWords(validity: Validity | undefined, now: Date): string {
  if (validity === undefined) return "";
  if (now >= new Date(validity.expires))
    return `  certificates between balancers and servers ended on ${dayOf(validity)}: \`npm run up\` renews them\n`;
  if (now < new Date(validity.renewsFrom)) return "";
  return `  certificates between balancers and servers are good until ${dayOf(validity)}: the next \`npm run up\` renews them\n`;
}

/**
 * What is to be told of the certificates that clients are shown, a line each; nothing while they are good and none is due.
 *
 * @param validities Until when each is good, by its name; undefined where there are none.
 */
export function clientValidityInWords(validities: Readonly<Record<string, Validity>> | undefined, now: Date): string {
  return Object.entries(validities ?? {})
    .filter(([, { renewsFrom }]) => now >= new Date(renewsFrom))
    .map(([name, validity]) => {
      const state = now >= new Date(validity.expires) ? "ended on" : "is good until";
      return `  the certificate ${name} ${state} ${dayOf(validity)}: put its successor into evenkeel:tls, then \`npm run up\`\n`;
    })
    .join("");
}
