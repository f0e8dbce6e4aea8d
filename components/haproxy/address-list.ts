/** Most blocks on one line; HAProxy takes 64 words. */
const ON_A_LINE = 50;

/** Lines that give the blocks of addresses a name, which as a condition holds for a client in one of them. */
export function addressList(name: string, blocks: readonly string[]): string[] {
  const lines = Math.ceil(blocks.length / ON_A_LINE);
  return Array.from(
    { length: lines },
    (_, i) => `  acl ${name} src ${blocks.slice(i * ON_A_LINE, (i + 1) * ON_A_LINE).join(" ")}`,
  );
}
