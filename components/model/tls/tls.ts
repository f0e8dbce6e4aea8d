import { z } from "zod";
import { acme } from "./acme";
import { byKey, duration, mustBe, text } from "../schema";
import { secretReference } from "../secret-reference";

/** Where the page of a local site that has certificates is looked for first. */
export const DEFAULT_HTTPS_PORT = 8443;
/** How long browsers keep to HTTPS where a stack says no more than `hsts: {}`: Mozilla's recommendation, two years. */
export const DEFAULT_MAX_AGE = "17520h";
/** The shortest time with which browsers take a site into the list that they ship with (hstspreload.org). */
export const PRELOAD_MAX_AGE = "8760h";

const certificate = z.strictObject(
  {
    certificate: text("a certificate in PEM, with those between it and its authority").describe(
      "The certificate in PEM, and after it those between it and its authority, as issuers give them (fullchain.pem).",
    ),
    key: secretReference("Name of the secret.").describe("Its private key in PEM, without a passphrase: a secret, by name."),
  },
  mustBe("a map such as { certificate: PEM, key: { secret: NAME } }"),
);

const hsts = z
  .strictObject(
    {
      maxAge: duration("0s", "87600h")
        .default(DEFAULT_MAX_AGE)
        .describe("How long a browser that was here asks over HTTPS only; 0s has browsers forget it."),
      includeSubDomains: z.boolean(mustBe("true or false")).default(false).describe("Whether it holds for all names below too."),
      preload: z
        .boolean(mustBe("true or false"))
        .default(false)
        .describe("Whether browsers may ship with it; hardly to be taken back."),
    },
    mustBe("a map such as { maxAge: 24h }"),
  )
  .describe("Tells browsers to ask over HTTPS only (Strict-Transport-Security). Default: they are told nothing.");

/** TLS of clients. */
export const tls = z
  .strictObject(
    {
      certificates: byKey(
        certificate,
        "a map from name to certificate, such as { shop: { certificate: PEM, key: { secret: NAME } } }",
      )
        .default({})
        .describe(
          "The certificates by names of your own. A client gets the one that is for the name it asks for, else the first by name.",
        ),
      acme: acme.optional(),
      redirect: z
        .boolean(mustBe("true or false"))
        .default(true)
        .describe("Whether requests over HTTP are sent to HTTPS (308), all but those by which certificates are issued."),
      hsts: hsts.optional(),
    },
    mustBe("a map such as { certificates: { shop: { certificate: PEM, key: { secret: NAME } } } }"),
  )
  .optional()
  .describe("TLS between clients and the site, ended by the balancers. Default: there is none.");

/** TLS of clients, as a stack that has it says. */
export type TlsSettings = NonNullable<z.output<typeof tls>>;

/** What both balancers are told of TLS between clients and the site; everything here is public. */
export interface HttpsPlan {
  /** Chains in PEM by the certificate's name. */
  readonly certificates: Readonly<Record<string, string>>;
  /** What an ACME server is answered that asks whether a name is the site's own; absent where no certificate is ordered. */
  readonly thumbprint?: string;
  /** Whether requests over HTTP are sent to HTTPS. */
  readonly redirect: boolean;
  /** What browsers are told of HTTPS. */
  readonly hsts?: TlsSettings["hsts"];
}
