import type { ValidatedStack } from "../components/model/stack";
import { dayOf, timeProblems, validityOf } from "../components/model/tls/certificate";

/** Returns what is to be done about certificates that are not valid at a time, or end soon after it. */
export function certificateWarnings({ tls }: ValidatedStack, moment: Date): string[] {
  return Object.entries(tls?.certificates ?? {}).flatMap(([name, { certificate }]) => {
    const at = `tls.certificates.${name}`;
    const problems = timeProblems(certificate, moment);
    if (problems.length > 0) return problems.map((problem) => `${at} ${problem}: it is not valid at the time of this preview`);
    const validity = validityOf(certificate);
    if (validity === undefined || moment < new Date(validity.renewsFrom)) return [];
    return [`${at} is good until ${dayOf(validity)}: put its successor in its place`];
  });
}
