/** What HAProxy's configuration gives a meaning to inside double quotes, and how it is written there (configuration manual, 2.2). */
const ESCAPED: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', $: "\\$", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * A text as one word of HAProxy's configuration, which can't end the word or the line, nor name a variable.
 * A word that HAProxy reads as a format needs {@link literal} first.
 *
 * @throws Error when it holds a control character that no configuration can.
 */
export function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex -- They are what is refused.
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) throw new Error(`${JSON.stringify(text)} holds a control character`);
  return `"${text.replace(/["$\\\n\r\t]/g, (character) => ESCAPED[character] ?? character)}"`;
}

/** A text of which a format of HAProxy's (log-format) makes itself. */
export function literal(text: string): string {
  return text.replaceAll("%", "%%");
}
