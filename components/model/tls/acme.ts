import { z } from "zod";
import { hostName, mustBe, text } from "../schema";

/** The directory of Let's Encrypt, whose certificates every browser takes. */
export const DEFAULT_DIRECTORY = "https://acme-v02.api.letsencrypt.org/directory";
/** Most names in one certificate, by Let's Encrypt's limits. */
const MOST_DOMAINS = 100;
/** Below this path an authority asks whether a name is the site's own (RFC 8555, 8.3), over HTTP alone. */
export const CHALLENGE_PATH = "/.well-known/acme-challenge/";
/** What the certificate that is ordered is called beside those of a stack's own. */
export const ACME = "acme";

const DOMAIN = "a domain such as shop.example.com; a wildcard can't be proven over HTTP";
const DOMAINS = `a list of 1 to ${MOST_DOMAINS} domains, such as [shop.example.com]`;
const DIRECTORY = `the URL of an ACME directory, by https, such as ${DEFAULT_DIRECTORY}`;
const EMAIL = "an address such as ops@example.com";
const AGREE = "true: you agree to the terms of the authority that the directory is of";

/** A certificate that is ordered by ACME. */
export const acme = z
  .strictObject(
    {
      domains: z
        .array(hostName(DOMAIN), mustBe(DOMAINS))
        .min(1, mustBe(DOMAINS))
        .max(MOST_DOMAINS, mustBe(DOMAINS))
        .describe("The domains that it is for; each must lead to both balancers, port 80."),
      agree: z
        .literal(true, mustBe(AGREE))
        .describe("That you agree to the authority's terms; those of Let's Encrypt: https://letsencrypt.org/repository."),
      email: z
        .string(mustBe(EMAIL))
        .regex(/^[^\s@"<>,?&%]+@[^\s@"<>,?&%]+\.[^\s@"<>,?&%]+$/, mustBe(EMAIL))
        .optional()
        .describe("Whom the authority may write to. Default: nobody."),
      directory: z
        .string(mustBe(DIRECTORY))
        .refine((value) => isHttps(value), mustBe(DIRECTORY))
        .default(DEFAULT_DIRECTORY)
        .describe("URL of the authority's directory."),
      directoryRoot: text("a certificate in PEM")
        .optional()
        .describe(
          "The certificates, in PEM, that the directory's own is signed by. Default: those of public authorities, as Node.js has them.",
        ),
    },
    mustBe("a map such as { domains: [shop.example.com], agree: true }"),
  )
  .describe(
    "A certificate that is ordered from an authority (ACME, RFC 8555) and renewed by `npm run up`. Default: none is ordered.",
  );

/** A certificate that is ordered, as a stack says. */
export type AcmeSettings = z.output<typeof acme>;

function isHttps(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === "https:";
}
