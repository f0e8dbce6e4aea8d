import { z } from "zod";
import { SIZE_NAMES } from "./catalogue";
import { isBlock, isWithin, prefixLength } from "../network/cidr";
import { isAddress } from "../network/source";
import { isInstant } from "../local-time";
import { byKey, mustBe, text } from "../schema";

/** The providers whose machines are made, by the names of their clouds. */
export const CLOUDS = ["aws", "gcp", "digitalocean"] as const;
/** All providers. */
const PROVIDERS = ["local", "existing", ...CLOUDS] as const;

/** Port of SSH on machines in clouds. */
export const SSH_PORT = 22;
/** Port at which web servers in clouds end TLS, in front of their apps. */
export const TLS_PORT = 8_443;

/** An address of a server that is there already: IPv4 or a bracketed IPv6, and a port. */
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9A-Fa-f:]+\]):\d{1,5}$/;
const ADDRESS_RULE = "an IP address and port, such as 192.0.2.10:80";
/** Private addresses (RFC 1918), and how small a network may be so that its parts still hold a pool. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const NETWORK_RULE = "a block of private addresses from /16 to /24, such as 10.20.0.0/20";

/** How balancers may ask web servers. */
const ENCRYPTIONS = ["tls", "none"] as const;

const FROZEN_RULE = 'true, false, or the instant since when, in quotes, such as "2026-11-27T12:00:00Z"';

/** Whether a provider's machines are made in a cloud. */
export function isCloud(provider: string): boolean {
  return (CLOUDS as readonly string[]).includes(provider);
}

/** One data center of a stack file. */
export const dataCenter = z.strictObject(
  {
    provider: z
      .enum(PROVIDERS, mustBe(`one of: ${PROVIDERS.join(", ")}`))
      .describe(
        "Who runs it. local: this machine. aws, gcp, digitalocean: a cloud. existing: servers that you have, which are only balanced.",
      ),
    region: text("the name of a region").optional().describe("In a cloud, required: its region, such as us-east-1."),
    zones: z
      .array(text("the name of a zone"), mustBe("a list of zones"))
      .min(1, mustBe("a list of one or more zones"))
      .optional()
      .describe("With aws and gcp: the zones that machines are spread over. Default: two of the region's."),
    network: text(NETWORK_RULE)
      .refine(isNetwork, mustBe(NETWORK_RULE))
      .optional()
      .describe("In a cloud: its private network. Default: one that follows from the data center's name."),
    sizes: byKey(text("a machine type"), "a map from size to machine type, such as { small: t3.small }")
      .optional()
      .describe(
        `In a cloud: machine types in the provider's own words, by size (${SIZE_NAMES.join(", ")}, or names of your own).`,
      ),
    image: text("an image")
      .optional()
      .describe(
        "In a cloud: the machines' image in the provider's own words; another one replaces them. Default: Ubuntu 24.04 as it is when a machine is made.",
      ),
    encryption: z
      .enum(ENCRYPTIONS, mustBe(`one of: ${ENCRYPTIONS.join(", ")}`))
      .optional()
      .describe(
        "In a cloud: how balancers ask its web servers. tls: each end proves who it is by a certificate of the site's own authority; none: plain HTTP, for everybody on the way to read and change. Default: tls.",
      ),
    frozen: z
      .union([z.boolean(), z.string().refine(isInstant, mustBe(FROZEN_RULE))], mustBe(FROZEN_RULE))
      .optional()
      .describe(
        "In a cloud whose API is in trouble: nothing is made, changed or asked there, and no rollout waits for it. true: with the servers of pools.*.servers; an instant: with those of that moment, in a spike.",
      ),
    addresses: byKey(
      z.array(
        z.string(mustBe(ADDRESS_RULE)).regex(ADDRESS, mustBe(ADDRESS_RULE)).refine(isServerAddress, mustBe(ADDRESS_RULE)),
        mustBe("a list such as [192.0.2.10:80]"),
      ),
      "a map from pool to addresses, such as { web: [192.0.2.10:80] }",
    )
      .optional()
      .describe("With existing: the addresses of its servers, by pool."),
  },
  mustBe("a map such as { provider: local } or { provider: aws, region: us-east-1 }"),
);

/** A data center as the stack describes it. */
export type DataCenterSettings = z.output<typeof dataCenter>;
/** What is said of a data center in a cloud, beside its provider. */
export type CloudSettings = Omit<DataCenterSettings, "provider" | "addresses" | "region"> & { readonly region: string };

/** Whether a stack has a data center in a cloud. */
export function isInClouds({
  dataCenters,
}: {
  readonly dataCenters: Readonly<Record<string, Pick<DataCenterSettings, "provider">>>;
}): boolean {
  return Object.values(dataCenters).some(({ provider }) => isCloud(provider));
}

/** Whether nothing in a data center may be asked or changed now. */
export function isFrozen(settings: Pick<DataCenterSettings, "frozen"> | undefined): boolean {
  return settings?.frozen !== undefined && settings.frozen !== false;
}

function isServerAddress(text: string): boolean {
  const [, ipv4, ipv6, port] = /^(?:([\d.]+)|\[(.*)\]):(\d+)$/.exec(text) ?? [];
  return isAddress(ipv4 ?? ipv6 ?? "") && Number(port) >= 1 && Number(port) <= 65_535;
}

function isNetwork(cidr: string): boolean {
  return isBlock(cidr) && prefixLength(cidr) >= 16 && prefixLength(cidr) <= 24 && PRIVATE.some((block) => isWithin(cidr, block));
}
