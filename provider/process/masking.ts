/** Stands where a secret was; the engine's own word for one. */
const MASK = "[secret]";

/** A text in which no secret stands as it is, nor a line of one. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const parts = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]).filter((part) => part.trim() !== "");
  // The longest first: of one that holds another nothing must be left.
  return [...new Set(parts)]
    .sort((left, right) => right.length - left.length)
    .reduce((masked, part) => masked.replaceAll(part, MASK), text);
}
