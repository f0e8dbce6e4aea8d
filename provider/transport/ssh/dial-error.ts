import { createHash } from "node:crypto";
import { utils } from "ssh2";

/**
 * Why a dial failed. A young machine may still come to refuse no more; another host key, a host key that can't be read
 * and a private key that can't be read stay what they are.
 */
export type DialFailure = "refused" | "silent" | "unreachable" | "not let in" | "another host key" | "unreadable key";

/** Thrown when a machine can't be dialled. */
export class DialError extends Error {
  override readonly name = "DialError";

  /** @param hop What could not be dialled: the machine itself, or the host through which it is reached. */
  constructor(
    readonly failure: DialFailure,
    message: string,
    readonly hop: Hop,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What is dialled on the way to a machine. */
export type Hop = "machine" | "jump host";

/** One thing that is dialled, as messages call it. */
export interface Dialled {
  /** `evenkeel@192.0.2.1:22`, or `the jump host ops@bastion.example.com:22`. */
  readonly where: string;
  readonly hop: Hop;
}

/** The host key that is accepted, and the algorithms that a server may prove it by. */
export function pinnedKey(hostKey: string, { where, hop }: Dialled) {
  const parsed = utils.parseKey(hostKey);
  if (parsed instanceof Error) {
    throw new DialError(
      "unreadable key",
      `${where}: its host key is ${JSON.stringify(hostKey)}, but must be one line such as "ssh-ed25519 AAAA…"`,
      hop,
    );
  }
  const algorithms = parsed.type === "ssh-rsa" ? (["rsa-sha2-512", "rsa-sha2-256"] as const) : [parsed.type as "ssh-ed25519"];
  return { key: parsed.getPublicSSH(), algorithms: [...algorithms] };
}

export function otherKey({ where, hop }: Dialled, pinned: Buffer, shown: Buffer): DialError {
  const known = hop === "machine" ? "the machine that this stack made has" : "the one that access.jump names has";
  return new DialError("another host key", `${where} shows the host key ${print(shown)}, but ${known} ${print(pinned)}`, hop);
}

/** A key's fingerprint, as `ssh-keygen -l` prints it. */
function print(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** What went wrong before the user was let in. */
export function dialError(error: Error & { level?: string; code?: string }, { where, hop }: Dialled): DialError {
  const { level, code, message } = error;
  const failed = (failure: DialFailure, text: string): DialError => new DialError(failure, text, hop, { cause: error });
  if (level === "client-authentication") {
    return failed(
      "not let in",
      `${where}: it ${hop === "machine" ? "does not know the key" : "knows no key that it was offered"}`,
    );
  }
  if (code === "ECONNREFUSED") return failed("refused", `${where}: connection refused`);
  if (level === "client-timeout" || code === "ETIMEDOUT" || code === "ECONNRESET") return failed("silent", `${where}: no answer`);
  if (message.includes("no matching host key")) {
    const type = hop === "machine" ? "that this stack made for it" : "that access.jump names";
    return failed("another host key", `${where} has no host key of the type ${type}`);
  }
  return failed("unreachable", `${where}: ${message}`);
}

/** Why a machine can't be reached from its jump host, by the reason that this gives. */
export function beyondJump(reason: string, { where, hop }: Dialled, cause: unknown): DialError {
  const failure = reason.includes("refused") ? "refused" : /no answer|timed out/.test(reason) ? "silent" : "unreachable";
  return new DialError(failure, `${where}: ${reason}`, hop, { cause });
}
