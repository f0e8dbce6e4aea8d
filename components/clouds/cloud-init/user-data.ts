import { stringify } from "yaml";

/**
 * Most bytes that user data may have, before base64: "limited to 16 KB, in raw form" (Amazon EC2 User Guide, "Run
 * commands when you launch an EC2 instance with user data input"). The smallest limit of the clouds: DigitalOcean takes
 * 64 KiB, Google Cloud 256 KB.
 */
export const USER_DATA_LIMIT = 16_384;

/** Where a machine's set-up lies. cloud-init runs what is there once, after the packages and before any script of a user's. */
const SET_UP = "/var/lib/cloud/scripts/per-instance/evenkeel";
/** How a user's part is added to ours: lists grow, and of a key that both have ours stays. */
const MERGE_TYPE = "list(append)+dict(no_replace,recurse_array)+str()";
/** What every program of a machine reads as it is written here. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;
/** Most characters of a line that mail agents, and so MIME, take (RFC 5322, 2.1.1). */
const LONGEST_LINE = 998;

/** A file of a machine. */
export interface MachineFile {
  /** Absolute path. */
  readonly path: string;
  /** Its text. */
  readonly content: string;
  /** Its mode, in octal. It is root's. @default "0644" */
  readonly permissions?: string;
}

/** What a machine is made of. */
export interface Machine {
  /** Packages of the distribution. */
  readonly packages: readonly string[];
  /** Its files; they are there before its packages. */
  readonly files: readonly MachineFile[];
  /** Lines of `/bin/sh`, run once by root when files and packages are there. The first that fails ends it, and cloud-init reports an error. */
  readonly setUp: readonly string[];
  /** Further keys of cloud-config, such as `users`. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** One text of user data that consists of several. */
export interface Part {
  /** What cloud-init's log calls it. */
  readonly name: string;
  /** What cloud-init makes of it. */
  readonly type: "cloud-config" | "x-shellscript";
  /** The text. */
  readonly text: string;
}

/** Size of user data in bytes, as {@link USER_DATA_LIMIT} counts it. */
export function userDataSize(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** A machine as a `#cloud-config` text. The same machine gives the same text. */
export function cloudConfig({ packages, files, setUp, config }: Machine): string {
  const script: MachineFile = { path: SET_UP, permissions: "0755", content: lines("#!/bin/sh", "set -eu", ...setUp) };
  const document = {
    ...config,
    // Without its packages a machine is no machine: cloud-init ends as an error when one can't be had.
    package_update: true,
    packages,
    write_files: [...files, script].map(fileEntry),
  };
  // cloud-init reads YAML 1.1, where more texts need quotes (`yes`, `0755`, `12:30`); a folded line would be another text.
  return `#cloud-config\n${stringify(document, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** Several texts as one, in their order. Keys of a later cloud-config never replace those of an earlier one; its lists are appended. */
export function multipart(parts: readonly Part[]): string {
  let boundary = "=-evenkeel";
  while (parts.some(({ text }) => text.includes(boundary))) boundary += "-";
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "MIME-Version: 1.0",
    "",
    ...parts.flatMap((part) => [`--${boundary}`, ...partLines(part)]),
    `--${boundary}--`,
    "",
  ].join("\n");
}

/** A text of these lines, each with its end. */
export function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

function fileEntry({ path, content, permissions }: MachineFile): object {
  return {
    path,
    ...(permissions === undefined ? {} : { permissions }),
    // YAML readers differ in what they take for the end of a line, and some refuse control characters.
    ...(PLAIN.test(content) ? { content } : { encoding: "b64", content: base64(content) }),
  };
}

function partLines({ name, type, text }: Part): string[] {
  // cloud-init reads a part that is not ASCII wrongly unless it is encoded.
  const plain = PLAIN.test(text) && text.split("\n").every((line) => line.length <= LONGEST_LINE);
  return [
    `Content-Type: text/${type}; charset="utf-8"`,
    `Content-Transfer-Encoding: ${plain ? "7bit" : "base64"}`,
    `Content-Disposition: attachment; filename="${name}"`,
    ...(type === "cloud-config" ? [`Merge-Type: ${MERGE_TYPE}`] : []),
    "",
    plain ? text : base64(text),
  ];
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
