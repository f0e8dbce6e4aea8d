import { isCloud } from "./clouds/data-center";
import type { Problem } from "./problem";
import { referenceProblems } from "./secret-reference";
import type { Stack } from "./stack";

/**
 * The problems of the secrets in the environments of apps: references to secrets that a stack does not have, and values of several
 * lines for a machine in a cloud, where a variable is one line of a file.
 *
 * @param known Names of the stack's secrets.
 * @param values The secrets by name. @default unknown, so that any value is taken
 */
export function environmentProblems(
  { pools, dataCenters }: Pick<Stack, "pools" | "dataCenters">,
  known: readonly string[],
  values: Readonly<Record<string, string>> = {},
): Problem[] {
  return Object.entries(pools).flatMap(([pool, { app, servers }]) => {
    const inCloud = Object.keys(servers).some((place) => isCloud(dataCenters[place]?.provider ?? ""));
    return Object.entries(app.environment).flatMap(([variable, value]): Problem[] => {
      if (typeof value === "string") return [];
      const at = `pools.${pool}.app.environment.${variable}`;
      const message = `is the secret ${value.secret}, which has several lines; a variable of a server in a cloud is one line`;
      const fits = !inCloud || !/[\n\r\0]/.test(values[value.secret] ?? "");
      return [...referenceProblems(value, at, known), ...(fits ? [] : [{ path: at, message }])];
    });
  });
}
