import * as pulumi from "@pulumi/pulumi";
import { type Validity, validityOf } from "./model/certificate";
import type { HttpsPlan, TlsSettings } from "./model/tls";
import type { Secrets } from "./web-server-pool";

/** TLS between clients and a site, as its balancers are told. */
export interface ClientTls {
  /** What is public of it. */
  readonly plan: pulumi.Output<HttpsPlan>;
  /** The private keys of its certificates by the certificate's name; a secret. */
  readonly keys: pulumi.Output<Readonly<Record<string, string>>>;
  /** Until when its certificates are good, by their names. */
  readonly validity: pulumi.Output<Record<string, Validity>>;
}

/**
 * TLS of clients as a stack says it.
 *
 * @param secrets The secrets that keys refer to, by name.
 */
export function clientTls({ certificates, redirect, hsts }: TlsSettings, secrets: Secrets = {}): ClientTls {
  const of = <Value>(pick: (certificate: TlsSettings["certificates"][string]) => Value): Record<string, Value> =>
    Object.fromEntries(Object.entries(certificates).map(([name, certificate]) => [name, pick(certificate)]));
  const plan = pulumi.output({
    certificates: of(({ certificate }) => certificate),
    redirect,
    ...(hsts === undefined ? {} : { hsts }),
  });
  return {
    plan,
    validity: plan.certificates.apply(validities),
    keys: pulumi.secret(of(({ key }) => pulumi.output(secrets[key.secret] ?? ""))),
  };
}

function validities(chains: Readonly<Record<string, string>>): Record<string, Validity> {
  return Object.fromEntries(
    Object.entries(chains).flatMap(([name, chain]) => {
      const validity = validityOf(chain);
      return validity === undefined ? [] : [[name, validity]];
    }),
  );
}
