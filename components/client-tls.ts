import * as pulumi from "@pulumi/pulumi";
import type { HttpsPlan, TlsSettings } from "./model/tls";
import type { Secrets } from "./web-server-pool";

/** TLS between clients and a site, as its balancers are told. */
export interface ClientTls {
  /** What is public of it. */
  readonly plan: pulumi.Output<HttpsPlan>;
  /** The private keys of its certificates by the certificate's name; a secret. */
  readonly keys: pulumi.Output<Readonly<Record<string, string>>>;
}

/**
 * TLS of clients as a stack says it.
 *
 * @param secrets The secrets that keys refer to, by name.
 */
export function clientTls({ certificates, redirect, hsts }: TlsSettings, secrets: Secrets = {}): ClientTls {
  const of = <Value>(pick: (certificate: TlsSettings["certificates"][string]) => Value): Record<string, Value> =>
    Object.fromEntries(Object.entries(certificates).map(([name, certificate]) => [name, pick(certificate)]));
  return {
    plan: pulumi.output({
      certificates: of(({ certificate }) => certificate),
      redirect,
      ...(hsts === undefined ? {} : { hsts }),
    }),
    keys: pulumi.secret(of(({ key }) => pulumi.output(secrets[key.secret] ?? ""))),
  };
}
