import * as pulumi from "@pulumi/pulumi";
import { type Validity, validityOf } from "./model/tls/certificate";
import { orderCertificate, type OrderedCertificate } from "./ordered-certificate";
import type { HttpsPlan, TlsSettings } from "./model/tls/tls";
import type { Secrets } from "./web-server-pool";

/** TLS between clients and a site, as its balancers are told. */
export interface ClientTls {
  /** What is public of it. */
  readonly plan: pulumi.Output<HttpsPlan>;
  /** The private keys of its certificates by the certificate's name; a secret. */
  readonly keys: pulumi.Output<Readonly<Record<string, string>>>;
  /** Until when its certificates are good, by their names. */
  readonly validity: pulumi.Output<Record<string, Validity>>;
  /** The certificate that is ordered; absent where none is. */
  readonly ordered?: pulumi.Output<OrderedCertificate>;
}

/**
 * TLS of clients as a stack says it; `rotation` is how often the account was renewed by which a certificate is ordered.
 *
 * @param name Name of the certificate that is ordered, where one is.
 * @param secrets The secrets that keys refer to, by name.
 */
export function clientTls(
  name: string,
  { certificates, acme, redirect, hsts, rotation }: TlsSettings & { readonly rotation: number },
  secrets: Secrets = {},
  opts: pulumi.CustomResourceOptions = {},
): ClientTls {
  const of = <Value>(pick: (certificate: TlsSettings["certificates"][string]) => Value): Record<string, Value> =>
    Object.fromEntries(Object.entries(certificates).map(([name, certificate]) => [name, pick(certificate)]));
  const plan = pulumi.output({
    certificates: of(({ certificate }) => certificate),
    redirect,
    ...(hsts === undefined ? {} : { hsts }),
  });
  const own = {
    plan,
    validity: plan.certificates.apply(validities),
    keys: pulumi.secret(of(({ key }) => pulumi.output(secrets[key.secret] ?? ""))),
  };
  return acme === undefined ? own : { ...own, ...orderCertificate(name, { ...acme, rotation }, own, opts) };
}

function validities(chains: Readonly<Record<string, string>>): Record<string, Validity> {
  return Object.fromEntries(
    Object.entries(chains).flatMap(([name, chain]) => {
      const validity = validityOf(chain);
      return validity === undefined ? [] : [[name, validity]];
    }),
  );
}
