import { z } from "zod";
import { NAME, NAME_RULE } from "./name";
import { nearest, type Problem } from "./problem";

/** Says what a value must be without the value: what stands where a reference to a secret should may be the secret itself. */
export const unshown = (what: string) => ({
  error: ({ input }: { input?: unknown }) => `${input === undefined ? "is missing; it must be" : "is not"} ${what}`,
});

const named = unshown(`the name of a secret: ${NAME_RULE}`);

/** A reference to one of the stack's secrets, by its name. */
export const secretReference = (description: string) =>
  z.strictObject(
    { secret: z.string(named).regex(NAME, named).describe(description) },
    unshown("a reference to a secret: { secret: NAME }"),
  );

/**
 * What is wrong with a reference whose secret the stack does not have. The name is not shown: it may be the secret itself.
 *
 * @param at Path of the reference.
 * @param known Names of the stack's secrets.
 */
export function referenceProblems({ secret }: { readonly secret: string }, at: string, known: readonly string[]): Problem[] {
  if (known.includes(secret)) return [];
  const none = "names a secret, but the stack has none; npx pulumi config set --secret --path 'evenkeel:secrets.NAME' adds one";
  const message = known.length === 0 ? none : `is not one of the secrets${nearest(secret, known)}`;
  return [{ path: `${at}.secret`, message }];
}
