import type { StackInput } from "../../components/model/stack";
import { issue, makeAuthority } from "../../provider/keys/x509";

/** The name that the site is asked for over TLS. */
export const DOMAIN = "shop.localhost";

/** A certificate as a stack says it, with the secret that goes with it. */
export interface Certified {
  readonly tls: NonNullable<StackInput["tls"]>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A certificate for the site and its successor, by an authority that clients trust, in PEM; each has a key of its own. */
export async function certificates(): Promise<{ ca: string; first: Certified; renewed: Certified }> {
  const { certificate: ca, privateKey: authorityKey } = await makeAuthority(DOMAIN);
  const made = async (key: string): Promise<Certified> => {
    const { certificate, privateKey } = await issue({
      ...{ name: DOMAIN, usage: "server", authority: ca, bridge: "", authorityKey },
    });
    return { tls: { certificates: { shop: { certificate, key: { secret: key } } } }, secrets: { [key]: privateKey } };
  };
  return { ca, first: await made("first-key"), renewed: await made("renewed-key") };
}
