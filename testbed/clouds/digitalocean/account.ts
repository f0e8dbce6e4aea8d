import { createHash } from "node:crypto";
import type { Properties } from "../../../provider/resource";
import { type ResourceType, text, type Thing } from "../cloud";

export const SSH_KEY = "digitalocean:index/sshKey:SshKey";
export const DOMAIN_TYPE = "digitalocean:index/domain:Domain";

/** The domain that the account has from the start. */
export const DOMAIN: Thing = {
  type: DOMAIN_TYPE,
  urn: "",
  name: "example.com",
  place: "",
  id: "example.com",
  inputs: { name: "example.com" },
  outputs: { name: "example.com", domainUrn: "do:domain:example.com", ttl: 1800 },
};

/** What an account has in no region. */
export const ACCOUNT: Readonly<Record<string, ResourceType>> = {
  [SSH_KEY]: {
    autoName: "name",
    replaces: ["publicKey"],
    knownAs: ["fingerprint"],
    id: ({ urn }, world) => String(40_000_000 + (Number.parseInt(world.newDigits(urn).slice(0, 8), 16) % 10_000_000)),
    refuses: (draft, world) => {
      const twin = world.all(SSH_KEY).some((other) => other !== draft.before && digest(other.inputs) === digest(draft.inputs));
      return twin ? "422 SSH Key is already in use on your account" : undefined;
    },
    outputs: ({ inputs }) => ({ fingerprint: digest(inputs) }),
  },
  "digitalocean:index/tag:Tag": {
    autoName: "name",
    replaces: ["name"],
    knownAs: ["name"],
    // Making a tag that is there is no error, and makes no second one.
    overwrites: true,
    id: ({ inputs }) => text(inputs, "name"),
    invalid: ({ name }) =>
      typeof name === "string" && !/^[a-zA-Z0-9:\-_]{1,255}$/.test(name)
        ? "tags may only contain lowercase letters, numbers, colons, dashes, and underscores, and be 255 long at most"
        : undefined,
  },
  [DOMAIN_TYPE]: {
    replaces: ["name", "ipAddress"],
    id: ({ inputs }) => text(inputs, "name"),
    outputs: ({ id }) => ({ domainUrn: `do:domain:${id}`, ttl: 1800 }),
  },
  "digitalocean:index/dnsRecord:DnsRecord": {
    autoName: "name",
    replaces: ["domain", "type"],
    refers: { domain: { to: DOMAIN_TYPE, holds: false } },
    id: ({ urn }, world) => String(Number.parseInt(world.newDigits(urn).slice(0, 8), 16)),
    outputs: ({ inputs }) => ({ fqdn: `${text(inputs, "name")}.${text(inputs, "domain")}`, ttl: inputs.ttl ?? 1800 }),
  },
};

/** The fingerprint of a public key, whose comment does not count. */
function digest(inputs: Properties): string {
  const [, key = ""] = text(inputs, "publicKey").split(" ");
  const digits = createHash("md5").update(Buffer.from(key, "base64")).digest("hex");
  return digits.replaceAll(/(..)(?=.)/g, "$1:");
}
