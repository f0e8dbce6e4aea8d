import Mocha from "mocha";

/** An error as a reader of the report needs it: where it was thrown, what was expected, and what caused it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { actual, expected, showDiff } = error as { actual?: unknown; expected?: unknown; showDiff?: boolean };
  const stack = error.stack ?? error.message;
  const parts = [stack.includes(error.message) ? stack : `${error.message}\n${stack}`];
  if (showDiff !== false && expected !== undefined) parts.push(difference(actual, expected));
  if (error.cause !== undefined) parts.push(`caused by ${describeError(error.cause)}`);
  return parts.join("\n");
}

function difference(actual: unknown, expected: unknown): string {
  const [a = "", b = ""] = [actual, expected].map((value) =>
    typeof value === "string" ? value : (JSON.stringify(value, undefined, 2) as string | undefined),
  );
  return Mocha.reporters.Base.generateDiff(a, b);
}
