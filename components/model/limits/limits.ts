import { z } from "zod";
import { addressBlocks } from "../network/address-block";
import { duration, mustBe, whole } from "../schema";
import { size } from "./size";

/** How long a client may take to send the headers of a request; the bound on slow clients. */
export const DEFAULT_REQUEST_TIMEOUT = "10s";
/** How long a client may say nothing amid a request or an answer. */
export const DEFAULT_CLIENT_TIMEOUT = "30s";

/** What a client may ask of the balancers: how much, from where, and how slowly. */
export const limits = z
  .strictObject(
    {
      rate: z
        .strictObject(
          {
            requests: whole(1, 1_000_000).describe("Requests of one client that are served in a period; further ones get a 429."),
            per: duration("1s", "1h").describe("The period, which slides."),
          },
          mustBe("a map such as { requests: 100, per: 10s }"),
        )
        .optional()
        .describe("Requests of one client; both balancers count together. Default: no limit."),
      connections: whole(1, 100_000)
        .optional()
        .describe("Connections of one client to one balancer at once; further ones are closed. Default: no limit."),
      allow: addressBlocks().describe("Addresses that are served; all others get a 403. Default: everybody."),
      deny: addressBlocks("[203.0.113.0/24]").describe("Addresses that get a 403, also where allow names them. Default: nobody."),
      exempt: addressBlocks("[198.51.100.7/32]").describe(
        "Addresses for which rate and connections don't count. Default: nobody.",
      ),
      trustedProxies: addressBlocks("[192.0.2.0/24]").describe(
        "Addresses of proxies, such as a CDN's, that say in X-Forwarded-For who their client is. Nobody else is believed. Default: none.",
      ),
      headerSize: size("1KiB", "12KiB")
        .optional()
        .describe(
          "Most that the headers of a request may take; more gets a 431. Default: a balancer's buffer of 15 KiB; more gets a 400.",
        ),
      bodySize: size("1B", "100GiB")
        .optional()
        .describe(
          "Most that the body of a request may take; more gets a 413, and a body that does not tell its length a 411. Default: no limit.",
        ),
      requestTimeout: duration("1s", "5m")
        .default(DEFAULT_REQUEST_TIMEOUT)
        .describe("How long a client may take to send the headers of a request."),
      clientTimeout: duration("1s", "1h")
        .default(DEFAULT_CLIENT_TIMEOUT)
        .describe("How long a client may say nothing amid a request or an answer."),
    },
    mustBe("a map such as { rate: { requests: 100, per: 10s } }"),
  )
  .describe("What a client may ask of the balancers: how much, from where, and how slowly.");

/** What a client may ask, with every default filled in. */
export type Limits = z.output<typeof limits>;

/** Whether a stack says nothing of limits: then balancers are told nothing of them either. */
export function isUnlimited(given: Limits): boolean {
  return JSON.stringify(given) === JSON.stringify(limits.parse({}));
}
