import { z } from "zod";
import { addressBlocks } from "./address-block";
import { mustBe, whole } from "../schema";

const HOST_RULE = "a host name or an IP address, such as bastion.example.com";
const USER_RULE = "a user name, such as ops";
const HOST_KEY_RULE = "its public host key, such as ssh-ed25519 AAAA…: cat /etc/ssh/ssh_host_ed25519_key.pub there shows it";
const KEY_RULE = "a public SSH key, such as ssh-ed25519 AAAA… name";

/** The port of SSH unless another is stated. */
const SSH_PORT = 22;

const jump = z
  .strictObject(
    {
      host: z
        .string(mustBe(HOST_RULE))
        .max(253, mustBe(HOST_RULE))
        .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/, mustBe(HOST_RULE))
        .describe("Its host name or IP address."),
      port: whole(1, 65_535, "a port from 1 to 65535").default(SSH_PORT).describe("The TCP port of its SSH server."),
      user: z
        .string(mustBe(USER_RULE))
        .regex(/^[A-Za-z_][A-Za-z0-9._-]*$/, mustBe(USER_RULE))
        .describe("The user to log in as there; by the SSH agent of whoever runs pulumi up."),
      hostKey: z
        .string(mustBe(HOST_KEY_RULE))
        .regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+) [A-Za-z0-9+/=]+( \S.*)?$/, mustBe(HOST_KEY_RULE))
        .describe("Its public host key, such as ssh-ed25519 AAAA…. No other is ever accepted."),
    },
    mustBe("a map such as { host: bastion.example.com, user: ops, hostKey: ssh-ed25519 AAAA… }"),
  )
  .describe("A host through which rollouts reach the machines. Default: they are dialled directly.");

/** Who may reach the machines of the clouds by SSH, and how rollouts do. */
export const access = z
  .strictObject(
    {
      ssh: addressBlocks().describe(
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
      address: z
        .enum(["public", "private"], mustBe("public or private"))
        .default("public")
        .describe("The address at which rollouts reach machines: private where a VPN, a peering or a jump host leads there."),
      jump: jump.optional(),
    },
    mustBe("a map such as { ssh: [198.51.100.0/24] }"),
  )
  .describe("Who may reach the machines of the clouds by SSH, and how rollouts do.");

/** Who may reach the machines of the clouds by SSH, and how rollouts do. */
export type AccessSettings = z.output<typeof access>;

/** Whether a block holds every address there is. */
export function isAnywhere(cidr: string): boolean {
  return cidr.endsWith("/0");
}
