import { pause } from "../../wait";
import { NodeTrouble, STATES } from "../node-trouble";
import type { Visit } from "../transport";
import { CutError, type SshConnection } from "./connection";
import { DialError, type DialFailure } from "./dial-error";
import { script } from "./shell";

/** How long a machine is waited for, in milliseconds. */
export interface ArrivalPatience {
  /** One that may be booting for the first time. */
  readonly young: number;
  /** One that was there before: long enough for a reboot. */
  readonly known: number;
  /** The first pause between two tries, and the longest that it grows to; a server that is asked too often turns away. */
  readonly pause: number;
  readonly longestPause: number;
}

export const ARRIVAL_PATIENCE: ArrivalPatience = { young: 600_000, known: 60_000, pause: 500, longestPause: 5_000 };

const CLOUD_INIT_LOG = "/var/log/cloud-init-output.log";
/** Lines of that log that an error message shows. */
const LAST_LINES = 20;
/** How long a question to cloud-init may take, in milliseconds: it is a slow program on a busy young machine. */
const COMMAND_WITHIN = 30_000;
const CLOUD_INIT_STATUS = "command -v cloud-init >/dev/null || exit 0; cloud-init status --format json || true";

/** What is to be done about something that can't be dialled, and what a refresh says of the machine. */
interface Advice {
  readonly advice: string;
  readonly state: string;
  /** It stays so until somebody does something. */
  readonly final?: true;
}

/** What is to be done about a machine that can't be dialled. */
export const DIAL_ADVICE: Readonly<Record<DialFailure, Advice>> = {
  refused: {
    advice: "look whether its SSH server runs",
    state: "its machine refuses connections",
  },
  silent: {
    advice: "look whether the machine runs, and whether its firewall lets this address in",
    state: "its machine does not answer",
  },
  unreachable: {
    advice: "look whether the machine runs, and whether there is a way from here to it",
    state: "its machine can't be reached",
  },
  "not let in": {
    advice: "its first boot may have failed, or the key was changed on it; see its console",
    state: "its machine does not know the key",
  },
  "another host key": {
    advice:
      "nothing was sent to it. If the machine was replaced by hand, have it made anew: `pulumi up --replace` with its URN; else find out who answers at this address",
    state: "its machine was replaced: it has another host key",
    final: true,
  },
  "unreadable key": {
    advice: "give the keys as the resource SshKeyPair makes them",
    state: "its keys can't be read",
    final: true,
  },
};

/** The same about the host through which it is reached. */
const JUMP_ADVICE: Readonly<Record<DialFailure, Advice>> = {
  refused: {
    advice: "look whether its SSH server runs, and whether access.jump is right",
    state: "its jump host refuses connections",
  },
  silent: {
    advice: "look whether it runs, and whether its firewall lets this address in",
    state: "its jump host does not answer",
  },
  unreachable: {
    advice: "look whether access.jump is right, and whether there is a way from here to it",
    state: "its jump host can't be reached",
  },
  "not let in": {
    advice: "`ssh-add` a key that it knows to the SSH agent of whoever runs `pulumi up` (SSH_AUTH_SOCK)",
    state: "its jump host does not know any key",
    final: true,
  },
  "another host key": {
    advice:
      "nothing was sent to it. If it was made anew, put its new host key into access.jump.hostKey; else find out who answers there",
    state: "its jump host has another host key",
    final: true,
  },
  "unreadable key": {
    advice: "give access.jump.hostKey as it stands in /etc/ssh/ssh_host_ed25519_key.pub there",
    state: "the host key of its jump host can't be read",
    final: true,
  },
};

function adviceOn({ hop, failure }: DialError): Advice {
  return (hop === "machine" ? DIAL_ADVICE : JUMP_ADVICE)[failure];
}

/**
 * Waits until a machine can be worked on: it is dialled again and again and, when it is young, cloud-init waited for.
 * @throws NodeTrouble when it can't in time, never will, or cloud-init failed.
 */
export async function arrive(
  dial: () => Promise<SshConnection>,
  { name, young, operation }: Visit,
  patience: ArrivalPatience = ARRIVAL_PATIENCE,
): Promise<SshConnection> {
  const within = young ? patience.young : patience.known;
  const end = performance.now() + within;
  let connection: SshConnection | undefined;
  try {
    for (let step = patience.pause; ; step = Math.min(step * 1.5, patience.longestPause)) {
      const waits = await reasonToWait();
      if (waits === undefined && connection !== undefined) {
        const arrived = connection;
        connection = undefined;
        return arrived;
      }
      if (performance.now() >= end) throw late(waits);
      operation.status(`waiting for ${name}: ${words(waits)}`);
      await pause(Math.min(step, Math.max(0, end - performance.now())), operation.signal);
    }
  } finally {
    connection?.close();
  }

  async function reasonToWait(): Promise<string | DialError | undefined> {
    try {
      if (connection?.alive !== true) connection = await dial();
      return young ? await cloudInitAtWork(connection, name) : undefined;
    } catch (error) {
      if (error instanceof DialError && adviceOn(error).final !== true) return error;
      // A machine that restarts at the end of its first boot.
      if (error instanceof CutError) return error.message;
      throw trouble(name, error);
    }
  }

  function late(waits: string | DialError | undefined): NodeTrouble {
    const time = `not ready within ${within / 1_000} s`;
    if (waits instanceof DialError) return trouble(name, waits, time);
    return new NodeTrouble(`${name}: ${time}: ${words(waits)}; \`pulumi up\` goes on from here`, "its machine is not ready");
  }
}

/** An error as one that names the node, says what to do, and what a refresh shows. */
export function trouble(name: string, error: unknown, what?: string): NodeTrouble {
  if (error instanceof NodeTrouble) return error;
  const said = `${name}: ${what === undefined ? "" : `${what}: `}${error instanceof Error ? error.message : String(error)}`;
  if (error instanceof DialError) {
    const { advice, state } = adviceOn(error);
    return new NodeTrouble(`${said}; ${advice}`, state, { cause: error });
  }
  if (error instanceof CutError) {
    return new NodeTrouble(`${said}; \`pulumi up\` goes on from here`, "its machine stopped answering", { cause: error });
  }
  return new NodeTrouble(said, STATES.noAnswer, { cause: error });
}

function words(waits: string | DialError | undefined): string {
  return waits instanceof DialError ? waits.message : (waits ?? "no answer");
}

/**
 * What cloud-init still does, undefined when it is done, or not there.
 * @throws NodeTrouble with the end of its log when it failed.
 */
async function cloudInitAtWork(connection: SshConnection, name: string): Promise<string | undefined> {
  const { stdout } = await connection.exec(script(CLOUD_INIT_STATUS), "", COMMAND_WITHIN);
  if (stdout.trim() === "") return undefined;
  const { status, detail, errors } = statusIn(stdout);
  if (status === "done" || status === "disabled") return undefined;
  if (status !== "error") return `cloud-init: ${status}${detail === "" ? "" : ` (${detail})`}`;
  const log = await connection.exec(script(`tail -n "$1" "$2" 2>&1`, String(LAST_LINES), CLOUD_INIT_LOG), "", COMMAND_WITHIN);
  const lines = log.stdout
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}`);
  throw new NodeTrouble(
    `${name}: cloud-init failed on its machine: ${errors === "" ? detail || "no reason given" : errors}; the end of ${CLOUD_INIT_LOG}:\n${lines.join("\n")}`,
    "its first boot failed",
  );
}

function statusIn(json: string): { status: string; detail: string; errors: string } {
  try {
    const { status, detail, errors } = JSON.parse(json) as { status?: string; detail?: string; errors?: string[] };
    return { status: status ?? "unknown", detail: detail ?? "", errors: (errors ?? []).join("; ") };
  } catch {
    // One that knows no JSON says `status: running`.
    return { status: /status: (\w+)/.exec(json)?.[1] ?? "unknown", detail: "", errors: "" };
  }
}
