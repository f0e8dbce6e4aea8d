import { isAnywhere } from "../network/access";
import { isWithin } from "../network/cidr";
import type { Limits } from "./limits";
import type { Problem } from "../problem";

/** What can't be meant: everybody refused or believed, or somebody both let in and refused. */
export function limitsProblems({ allow, deny, exempt, trustedProxies }: Limits): Problem[] {
  const refused = (list: readonly string[], name: string): Problem[] =>
    list.flatMap((block, i) => {
      const by = deny.find((outer) => isWithin(block, outer));
      return by === undefined
        ? []
        : [{ path: `limits.${name}[${i}]`, message: `is ${block}, which limits.deny refuses by ${by}; it can't be both` }];
    });
  const everybody = allow.length === 0 ? deny.findIndex(isAnywhere) : -1;
  return [
    ...refused(allow, "allow"),
    ...refused(exempt, "exempt"),
    ...(everybody === -1
      ? []
      : [
          {
            path: `limits.deny[${everybody}]`,
            message: `is ${deny[everybody] ?? ""}, which is everybody; to serve only a few, name them in limits.allow`,
          },
        ]),
    ...trustedProxies.flatMap((block, i) =>
      isAnywhere(block)
        ? [{ path: `limits.trustedProxies[${i}]`, message: `is ${block}: anybody could then say to be anybody else` }]
        : [],
    ),
  ];
}
