import { X509Certificate } from "node:crypto";
import { NodeTrouble } from "./node-trouble";

/** How far a clock may be off before it is worth a word, in milliseconds. */
const TOLERATED = 300_000;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;
const UNITS = [
  ["days", 86_400_000],
  ["hours", 3_600_000],
  ["minutes", 60_000],
] as const;

/** How far the clock of a machine is ahead of this one's, in milliseconds; negative when it is behind. */
export async function clockAhead(clock: () => Promise<number>): Promise<number> {
  const before = Date.now();
  const there = await clock();
  return there - (before + Date.now()) / 2;
}

/** What is said of a clock that is off by more than 5 minutes. */
export function clockWarning(name: string, ahead: number): string | undefined {
  if (Math.abs(ahead) <= TOLERATED) return undefined;
  return `${name}: the clock of its machine is ${off(ahead)} this one's; certificates are judged by it, and logs dated: look at \`timedatectl\` there`;
}

/**
 * What would break by a clock that is off: certificates that hold now, but not by that clock.
 *
 * @param files Texts that may hold certificates in PEM.
 */
export function clockTrouble(name: string, ahead: number, files: readonly string[], now = Date.now()): NodeTrouble | undefined {
  if (Math.abs(ahead) <= TOLERATED) return undefined;
  for (const [pem] of files.flatMap((text) => [...text.matchAll(CERTIFICATE)])) {
    const { subject, validFrom, validTo } = new X509Certificate(pem);
    const holds = (at: number): boolean => Date.parse(validFrom) <= at && at <= Date.parse(validTo);
    if (!holds(now) || holds(now + ahead)) continue;
    const which = now + ahead < Date.parse(validFrom) ? `is not valid before ${validFrom}` : `expired on ${validTo}`;
    return new NodeTrouble(
      `${name}: the clock of its machine is ${off(ahead)} this one's: by it the certificate of ${subject} ${which}, and no encrypted connection would be made. Set it (\`timedatectl\` there), then run \`pulumi up\` again`,
      "the clock of its machine is off",
    );
  }
  return undefined;
}

function off(ahead: number): string {
  const [unit, length] = UNITS.find(([, milliseconds]) => Math.abs(ahead) >= 2 * milliseconds) ?? UNITS[2];
  return `${Math.round(Math.abs(ahead) / length)} ${unit} ${ahead > 0 ? "ahead of" : "behind"}`;
}
