import { z } from "zod";
import { Duration, isDuration } from "../duration";
import { duration, hostName, mustBe, whole } from "../schema";
import { DEFAULT_HTTPS_PORT } from "../tls/tls";

/** Where the page of a local site is looked for first. */
export const DEFAULT_PORT = 8080;
/** How long a resolver may keep an answer. */
export const DEFAULT_TTL = "30s";
/** The providers whose DNS can fail over. */
export const DNS_PROVIDERS = ["aws", "gcp"] as const;

/** How clients leave a dead balancer. */
export const failover = z
  .strictObject(
    {
      kind: z
        .enum(["front", "dns"], mustBe("one of: front, dns"))
        .default("front")
        .describe("front: one address of this machine before the pair. dns: health-checked records of the site's domain."),
      port: whole(1, 65_535).optional().describe(`With front: port of the page. Default: ${DEFAULT_PORT}, or the next free one.`),
      httpsPort: whole(1, 65_535)
        .optional()
        .describe(`With front and tls: port of the page over HTTPS. Default: ${DEFAULT_HTTPS_PORT}, or the next free one.`),
      provider: z
        .enum(DNS_PROVIDERS, mustBe(`one of: ${DNS_PROVIDERS.join(", ")}`))
        .optional()
        .describe(
          "With dns: who runs the zone: aws (Route 53) or gcp (Cloud DNS). Default: gcp where the stack has a data center there and none with aws, else aws.",
        ),
      zone: hostName("a domain such as example.com")
        .optional()
        .describe("With dns, required: the zone that the site's domain lies in."),
      createZone: z
        .boolean(mustBe("true or false"))
        .optional()
        .describe("With dns: make the zone instead of looking it up. Default: false."),
      policy: z
        .enum(["both", "active-passive"], mustBe("one of: both, active-passive"))
        .optional()
        .describe(
          "With dns: clients get the addresses of both balancers, or the secondary's only when the primary is down. Default: both.",
        ),
      ttl: duration("1s", "24h")
        .refine(isWholeSeconds, mustBe("a duration of whole seconds, such as 30s"))
        .optional()
        .describe(`With dns: how long a resolver may keep an answer. Default: ${DEFAULT_TTL}.`),
    },
    mustBe("a map such as { kind: front, port: 8080 } or { kind: dns, zone: example.com }"),
  )
  .prefault({})
  .describe("How clients leave a dead balancer.");

/** How clients leave a dead balancer. */
export type FailoverSettings = z.output<typeof failover>;

/** Resolvers count in seconds. */
function isWholeSeconds(text: string): boolean {
  return !isDuration(text) || Duration.parse(text).milliseconds % 1_000 === 0;
}
