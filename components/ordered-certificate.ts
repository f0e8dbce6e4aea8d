import * as pulumi from "@pulumi/pulumi";
import { AcmeCertificate } from "./resources/acme-certificate";
import { ACME, type AcmeSettings } from "./model/tls/acme";
import type { HttpsPlan } from "./model/tls/tls";

/** A certificate that is ordered, as it stands. */
export interface OrderedCertificate {
  /** The domains that it is for, or shall be. */
  readonly domains: readonly string[];
  /** What whoever is asked for proof of a domain says after the token, a dot between: until a domain leads here, what it leads to can say it. */
  readonly thumbprint: string;
  /** `issued`, `not ordered yet`, or why the last order came to nothing. */
  readonly state: string;
  /** Whether one that nobody trusts stands in for it. */
  readonly isStandIn: boolean;
  /** The moment from which the one that is there is taken no more, in ISO 8601. */
  readonly expires: string;
  /** The moment from which the next `pulumi up` orders another one, in ISO 8601. */
  readonly renewsFrom: string;
}

/** What is ordered. */
export interface OrderArgs extends Omit<AcmeSettings, "agree"> {
  /** How often the account was renewed. */
  readonly rotation: number;
}

/** TLS of clients as balancers are told: what is public of it, and the private keys of its certificates by the certificate's name. */
export interface TlsParts {
  readonly plan: pulumi.Output<HttpsPlan>;
  readonly keys: pulumi.Output<Readonly<Record<string, string>>>;
}

/** TLS of clients with a certificate that is ordered. */
export interface OrderingTls extends TlsParts {
  readonly ordered: pulumi.Output<OrderedCertificate>;
}

/**
 * Adds a certificate that is ordered to TLS of clients. While nobody trusts it, it is shown only where there is no other one, and nobody is
 * sent to HTTPS on its account.
 */
export function orderCertificate(
  name: string,
  { domains, directory, directoryRoot, email, rotation }: OrderArgs,
  tls: TlsParts,
  opts: pulumi.CustomResourceOptions,
): OrderingTls {
  const made = new AcmeCertificate(
    name,
    { domains, directory, directoryRoot, email, rotation: rotation === 0 ? undefined : rotation },
    opts,
  );
  const { thumbprint, certificate, isStandIn, state, expires, renewsFrom } = made;
  return {
    plan: pulumi
      .all([tls.plan, thumbprint, certificate, isStandIn])
      .apply(([plan, known, chain, standsIn]) => ({ ...withOrdered(plan, chain, standsIn), thumbprint: known })),
    keys: pulumi.secret(
      pulumi.all([tls.keys, made.privateKey]).apply(([keys, key]): Record<string, string> => ({ ...keys, [ACME]: key })),
    ),
    ordered: pulumi.output({ domains, thumbprint, state, isStandIn, expires, renewsFrom }),
  };
}

function withOrdered(plan: HttpsPlan, chain: string, isStandIn: boolean): HttpsPlan {
  const { certificates } = plan;
  if (!isStandIn) return { ...plan, certificates: { ...certificates, [ACME]: chain } };
  return Object.keys(certificates).length > 0 ? plan : { certificates: { [ACME]: chain }, redirect: false };
}
