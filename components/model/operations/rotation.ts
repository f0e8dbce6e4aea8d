import { z } from "zod";
import { mustBe, whole } from "../schema";

/** No stack will come to renew anything so often; a number above it is a slip. */
const MOST = 10_000;

const number = whole(0, MOST).default(0);

/** What is renewed: another number renews. */
export const rotation = z
  .strictObject(
    {
      acme: number.describe(
        "The account by which certificates are ordered (tls.acme), and with it the certificate's key: another number makes another one.",
      ),
      authority: number.describe(
        "The authority of the certificates between balancers and servers, one step at a time: an odd number makes a new one, and both are trusted; the next even one drops the old one.",
      ),
      primary: number.describe(
        "The SSH keys of the primary: another number replaces its machine, which is then best declared out.",
      ),
      secondary: number.describe(
        "The SSH keys of the secondary: another number replaces its machine, which is then best declared out.",
      ),
      servers: number.describe("The SSH keys of the web servers' machines: another number replaces all of them, new ones first."),
    },
    mustBe("a map such as { authority: 1 }"),
  )
  .describe("What is renewed, by numbers that go up.");

/** How often each key was renewed. */
export type Rotation = z.output<typeof rotation>;
/** A stack in which nothing was renewed. */
export const NO_ROTATION: Rotation = { acme: 0, authority: 0, primary: 0, secondary: 0, servers: 0 };
