/** Part of the URN of whatever belongs to a web server. */
const IN_POOL = "evenkeel:index:WebServerPool$";
/** What belongs to a server and is not its machine. */
const BESIDE: readonly string[] = ["evenkeel-node:index:TlsTerminator", "evenkeel-node:index:SshKeyPair"];

/** What an `up` would do to web servers that stand. */
export interface ServerSteps {
  /** Names of those that it would replace. */
  readonly outdated: ReadonlySet<string>;
  /** Names of those whose predecessor still stands, for an `up` was cut off, and which it would remove. */
  readonly unfinished: ReadonlySet<string>;
}

/** Reads it from the log of a preview's events, as Pulumi's `--event-log` writes it. */
export function serverSteps(log: string): ServerSteps {
  const made = new Map<string, number>();
  const removed = new Map<string, number>();
  for (const line of log.split("\n")) {
    if (!line.includes(IN_POOL)) continue;
    const { resourcePreEvent } = JSON.parse(line) as {
      readonly resourcePreEvent?: { readonly metadata: { readonly op: string; readonly urn: string; readonly type: string } };
    };
    if (resourcePreEvent === undefined || BESIDE.includes(resourcePreEvent.metadata.type)) continue;
    const { op, urn } = resourcePreEvent.metadata;
    const of = op === "create-replacement" ? made : op === "delete-replaced" ? removed : undefined;
    const name = urn.split("::").pop() ?? "";
    of?.set(name, (of.get(name) ?? 0) + 1);
  }
  const unfinished = [...removed].filter(([name, count]) => count > (made.get(name) ?? 0)).map(([name]) => name);
  return { outdated: new Set(made.keys()), unfinished: new Set(unfinished) };
}
