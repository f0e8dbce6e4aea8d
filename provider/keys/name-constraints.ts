/** The object identifier of the extension. */
export const NAME_CONSTRAINTS = "2.5.29.30";

/** Every address of both kinds. */
const EVERY_ADDRESS = ["0.0.0.0/0", "::/0"];

/**
 * The value of the extension in DER (RFC 5280, 4.2.1.10): DNS names below the domain are permitted, all IP addresses excluded. The
 * libraries are loaded here, since most runs need none of them; `reflect-metadata` must be loaded before.
 */
export async function nameConstraints(domain: string): Promise<ArrayBuffer> {
  const { AsnConvert } = await import("@peculiar/asn1-schema");
  const { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } = await import("@peculiar/asn1-x509");
  const subtree = (base: ConstructorParameters<typeof GeneralName>[0]) => new GeneralSubtree({ base: new GeneralName(base) });
  return AsnConvert.serialize(
    new NameConstraints({
      permittedSubtrees: new GeneralSubtrees([subtree({ dNSName: domain })]),
      excludedSubtrees: new GeneralSubtrees(EVERY_ADDRESS.map((iPAddress) => subtree({ iPAddress }))),
    }),
  );
}
