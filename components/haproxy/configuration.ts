import { Duration } from "../model/duration";
import { fingerprint } from "../model/name";
import * as defaults from "./defaults";

/** Names of the files in a node's directory. */
export const FILES = {
  configuration: "haproxy.cfg",
  state: "server-state",
  admin: "admin.sock",
  master: "master.sock",
  /** Where a rollout asks which pool a connection would be passed on to. */
  passthrough: "probe-tcp.sock",
  /** What the node goes back to unless the configuration is confirmed; there only until then. */
  rollback: "haproxy.cfg.rollback",
  stateRollback: "server-state.rollback",
} as const;

/** HAProxy's configuration, and the fingerprint by which the running HAProxy says that it is the one. */
export interface Configuration {
  /** The text of `haproxy.cfg`; equal plans give equal texts. */
  readonly text: string;
  /** What `show info` answers as Description once HAProxy runs it. */
  readonly description: string;
}

/** A configuration of these sections, with its fingerprint; `name` says whose it is. */
export function withDescription(global: string[], body: string[], name: string): Configuration {
  const lines = [...global, ...body];
  const description = `evenkeel ${name} ${fingerprint(lines.join("\n"))}`;
  return {
    text: `${["# Written by Evenkeel; the next rollout replaces it.", "global", `  description ${description}`, ...lines].join("\n")}\n`,
    description,
  };
}

/**
 * Everything of the global section but the description.
 *
 * @param directory Folder of its files and sockets.
 * @param connections Most connections of clients at once.
 * @param longestConnection The longest connection that outlives a reload, such as `30m`.
 */
export function globalSection(directory: string, connections: number, longestConnection: string): string[] {
  return [
    // The new worker takes the listening sockets over from the old one: no connection is refused in a reload.
    `  stats socket "${directory}/${FILES.admin}" mode 600 level admin expose-fd listeners`,
    `  server-state-file "${directory}/${FILES.state}"`,
    `  maxconn ${connections + defaults.RESERVED_CONNECTIONS}`,
    // A port that is taken is an error, never shared in silence.
    "  noreuseport",
    `  hard-stop-after ${Duration.parse(longestConnection)}`,
    `  mworker-max-reloads ${defaults.MAX_OLD_WORKERS}`,
  ];
}
