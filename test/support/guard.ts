import childProcess, { ChildProcess } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import * as net from "node:net";
import * as path from "node:path";
import type { TierName } from "../run/tiers";

/*
 * Keeps each tier to what it may start. A test that starts more fails on the spot: it belongs into another tier.
 */

let tier: TierName | undefined;
const refusals: string[] = [];

/** Sets the tier whose tests run now; undefined may start anything. */
export function allow(now: TierName | undefined): void {
  tier = now;
}

/** What was refused since it was last called. */
export function takeRefusals(): string[] {
  return refusals.splice(0);
}

/** @throws Error when the tier may not start these words. */
function checkStart(words: readonly string[]): void {
  const started = words.join(" ");
  if (tier === "unit")
    refuse(`A test of the unit tier starts no program, but this one starts ${started}: move it to test/haproxy/`);
  if (tier === "haproxy" && isPulumi(words))
    refuse(`A test of the haproxy tier does not run Pulumi, but this one starts ${started}: move it to test/engine/`);
}

/** @throws Error when the tier may not use the network. */
function checkSocket(use: string): void {
  if (tier === "unit") refuse(`A test of the unit tier ${use} no socket, but this one does: move it to test/haproxy/`);
}

function refuse(message: string): never {
  refusals.push(message);
  throw new Error(message);
}

/** Whether a command line runs the Pulumi CLI, or a shell's script that does. */
function isPulumi([program = "", ...words]: readonly string[]): boolean {
  return path.basename(program) === "pulumi" || [program, ...words].some((word) => /(^|[\s/;&|])pulumi\s/.test(word));
}

/** Has a function of an object checked before it is called. */
function guard<K extends string>(
  object: Record<K, (...args: never[]) => unknown>,
  name: K,
  check: (args: readonly unknown[]) => void,
): void {
  const original = object[name];
  object[name] = function (this: unknown, ...args: never[]): unknown {
    check(args);
    return original.apply(this, args);
  };
}

// Every asynchronous start, whatever function of the module began it, ends in this one.
const { prototype } = ChildProcess as unknown as { prototype: { spawn: (...args: never[]) => unknown } };
guard(prototype, "spawn", ([options]) => {
  const { file, args } = options as { file: string; args?: readonly string[] };
  checkStart([file, ...(args ?? []).slice(1)]);
});
for (const name of ["spawnSync", "execFileSync", "execSync"] as const)
  guard(childProcess as unknown as Record<typeof name, (...args: never[]) => unknown>, name, ([command, args]) =>
    checkStart([String(command), ...(Array.isArray(args) ? args.map(String) : [])]),
  );
guard(net.Server.prototype as unknown as Record<"listen", (...args: never[]) => unknown>, "listen", () =>
  checkSocket("listens on"),
);
guard(net.Socket.prototype as unknown as Record<"connect", (...args: never[]) => unknown>, "connect", () =>
  checkSocket("connects"),
);
syncBuiltinESMExports();
