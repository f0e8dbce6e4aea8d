import { z } from "zod";
import { isBlock, isIpv6Block } from "./cidr";
import { mustBe } from "./schema";

const CIDR_RULE = "a block of addresses without host bits, such as 198.51.100.0/24 or 2001:db8::/32";
const KEY_RULE = "a public SSH key, such as ssh-ed25519 AAAA… name";

/** Who may reach the machines of the clouds by SSH. */
export const access = z
  .strictObject(
    {
      ssh: z
        .array(z.string(mustBe(CIDR_RULE)).refine(isCidr, mustBe(CIDR_RULE)), mustBe("a list such as [198.51.100.0/24]"))
        .default([])
        .describe(
          "Addresses that SSH is open to: those of whoever runs pulumi up, and of your operators. Required with a cloud.",
        ),
      sshFromAnywhere: z
        .boolean(mustBe("true or false"))
        .default(false)
        .describe("Must be true for SSH to be open to 0.0.0.0/0 or ::/0."),
      keys: z
        .array(
          z
            .string(mustBe(KEY_RULE))
            .regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+|sk-\S+) [A-Za-z0-9+/=]+( \S.*)?$/, mustBe(KEY_RULE)),
          mustBe("a list of public SSH keys"),
        )
        .default([])
        .describe("Public SSH keys of your operators, for the day that nothing else helps. Default: nobody's."),
    },
    mustBe("a map such as { ssh: [198.51.100.0/24] }"),
  )
  .describe("Who may reach the machines of the clouds by SSH.");

/** Who may reach the machines of the clouds by SSH. */
export type AccessSettings = z.output<typeof access>;

/** Whether a block holds every address there is. */
export function isAnywhere(cidr: string): boolean {
  return cidr.endsWith("/0");
}

function isCidr(text: string): boolean {
  return isBlock(text) || isIpv6Block(text);
}
