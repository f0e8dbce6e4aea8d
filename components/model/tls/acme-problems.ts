import { ACME, type AcmeSettings } from "./acme";
import { readChain } from "./certificate";
import type { Problem } from "../problem";

/**
 * The problems of a certificate that is ordered.
 *
 * @param others Names of the certificates that the stack has beside it.
 */
export function acmeProblems({ domains, directoryRoot }: AcmeSettings, others: readonly string[]): Problem[] {
  const twice = domains.flatMap((domain, i) =>
    domains.indexOf(domain) === i ? [] : [{ path: `tls.acme.domains[${i}]`, message: `is ${domain}, which is there already` }],
  );
  return [
    ...twice,
    ...(directoryRoot !== undefined && readChain(directoryRoot).length === 0
      ? [{ path: "tls.acme.directoryRoot", message: "is not a certificate in PEM: -----BEGIN CERTIFICATE----- and so on" }]
      : []),
    ...(others.includes(ACME)
      ? [{ path: `tls.certificates.${ACME}`, message: "has the name of the one that tls.acme orders; give it another" }]
      : []),
  ];
}
