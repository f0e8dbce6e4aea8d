import { z } from "zod";
import { pathOf, type Problem } from "./problem";
import { byKey, mustBe } from "./schema";

/** What `pulumi config set --secret` writes in the place of a value. */
const sealed = z.strictObject(
  { secure: z.string(mustBe("an encrypted text")).describe("The encrypted text, as `pulumi config set --secret` writes it.") },
  mustBe("a secret, as `pulumi config set --secret` writes it"),
);

/** Stands for a value that is encrypted in the stack file, wherever what it is is nobody's business. */
export const SEALED: z.output<typeof sealed> = { secure: "" };

/** The secrets of a stack file by name. */
export const secrets = byKey(sealed, "a map from name to secret")
  .default({})
  .describe(
    "Secrets by name, each set by `npx pulumi config set --secret --path evenkeel:secrets.NAME`; the rest refers to them.",
  );

/** Whether a value of a stack file is one that is encrypted there. */
export function isSealed(value: unknown): value is typeof SEALED {
  return isMap(value) && typeof value.secure === "string" && Object.keys(value).length === 1;
}

/**
 * What stands in clear and should not, and what is encrypted where nothing can use it. No message shows a value.
 *
 * @param raw The values below `evenkeel:` by section.
 * @param name Name of the Pulumi stack, for the commands that messages tell.
 */
export function sealProblems(raw: Readonly<Record<string, unknown>>, name: string): Problem[] {
  const { secrets: own, ...rest } = raw;
  return [...clearProblems(own, name), ...sealedPaths(rest).map(misplaced)];
}

function clearProblems(given: unknown, name: string): Problem[] {
  const command = (secret: string): string =>
    `npx pulumi config set --secret --path 'evenkeel:secrets.${secret}'${name === "" ? "" : ` --stack ${name}`}`;
  if (given === undefined) return [];
  if (!isMap(given) || isSealed(given)) {
    const message = `is ${isMap(given) ? "one secret" : "no map"}, but must be a map from name to secret; ${command("NAME")} adds one`;
    return [{ path: "secrets", message }];
  }
  return Object.entries(given).flatMap(([secret, value]): Problem[] => {
    if (isSealed(value)) return [];
    const is = typeof value === "object" ? "is not one text" : "stands in clear, so whoever can read the file can read it";
    return [{ path: `secrets.${secret}`, message: `${is}; make it a secret: ${command(secret)}` }];
  });
}

function misplaced(path: readonly PropertyKey[]): Problem {
  return {
    path: pathOf(path),
    message:
      (path.length === 5 && path[0] === "pools" && path[3] === "environment") || (path[0] === "tls" && path[3] === "key")
        ? "is a secure value, which would stand in clear in the state; set it below evenkeel:secrets, and refer to it here: { secret: NAME }"
        : "is a secure value, which would stand in clear in the state; secrets stand below evenkeel:secrets only",
  };
}

/** Where in a value encrypted ones are. */
function sealedPaths(value: unknown, at: readonly PropertyKey[] = []): PropertyKey[][] {
  if (isSealed(value)) return [[...at]];
  if (Array.isArray(value)) return value.flatMap((member, i) => sealedPaths(member, [...at, i]));
  return isMap(value) ? Object.entries(value).flatMap(([key, member]) => sealedPaths(member, [...at, key])) : [];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
