/*
 * A user's text in HAProxy's configuration. Nothing of it is read as anything but that text: no end of a line or a quote, no
 * variable of the environment, no comment, no option, no expression.
 */

/** How HAProxy reads what can't stand in double quotes as it is (its manual, 2.2 "Quoting and escaping"). */
const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", '"': '\\"', $: "\\$" };

/**
 * A text as one word of a line. Where options may stand, `--` has to come before it.
 *
 * @throws Error when it has a NUL, at which HAProxy would end it.
 */
export function quoted(text: string): string {
  if (text.includes("\0")) throw new Error(`${JSON.stringify(text)} has a NUL, which no text of HAProxy's can`);
  // eslint-disable-next-line no-control-regex -- it is these that must not stand there
  return `"${text.replace(/[\x00-\x1f\x7f"$\\]/g, (one) => ESCAPES[one] ?? hexadecimal(one))}"`;
}

/** A text as one word where HAProxy expects a format: no part of it is an expression. */
export function quotedFormat(text: string): string {
  return quoted(text.replaceAll("%", "%%"));
}

/** Whether a text means itself without quotes, also where options may stand, or the brace that ends a condition. */
export function isPlainWord(text: string): boolean {
  return /^[A-Za-z0-9._~%:@!+;=/*][A-Za-z0-9._~%:@!+;=/*-]*$/.test(text);
}

function hexadecimal(control: string): string {
  return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
