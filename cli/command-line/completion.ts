import type { EvenkeelCommand } from "./command";

export const SHELLS = ["bash", "zsh", "fish"] as const;
/** A shell that completes command lines. */
export type Shell = (typeof SHELLS)[number];

/** What prints the names of the stacks of the folder that the shell is in. */
const STACKS = "for f in stacks/Pulumi.*.yaml; do f=${f#stacks/Pulumi.}; echo ${f%.yaml}; done 2>/dev/null";

/** A script that completes commands, options and stacks. */
export function completionScript(root: EvenkeelCommand, shell: Shell): string {
  if (shell === "fish") return fishScript(root);
  const script = bashScript(root);
  return shell === "bash" ? script : `#compdef ${root.name()}\nautoload -U +X bashcompinit && bashcompinit\n${script}`;
}

/** The commands below one, with the words that lead to each. */
function pathsBelow(command: EvenkeelCommand, words: readonly string[] = []): [string, EvenkeelCommand][] {
  return command.children.flatMap((child) => {
    const own = [...words, child.name()];
    return [[own.join(" "), child] as [string, EvenkeelCommand], ...pathsBelow(child, own)];
  });
}

/** What may follow a command: its subcommands, the words that it knows, and its options. */
function wordsAfter(command: EvenkeelCommand): string[] {
  const words = command.name() === "help" ? (command.parent?.commands ?? []).map((each) => each.name()) : [];
  return [
    ...command.children.map((child) => child.name()),
    ...command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    ...words,
    ...command.ownOptions.flatMap(({ long }) => long ?? []),
    "--help",
  ];
}

function bashScript(root: EvenkeelCommand): string {
  const paths = pathsBelow(root);
  const cases = [["", root] as const, ...paths].map(
    ([words, command]) => `    "${words}") words="${wordsAfter(command).join(" ")}" ;;`,
  );
  return `_evenkeel() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" path="" words="" word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [ "$word" = -- ]; then return; fi
    case "\${path:+$path }$word" in
      ${paths.map(([words]) => `"${words}"`).join(" | ")}) path="\${path:+$path }$word" ;;
    esac
  done
  if [ "$current" = = ]; then before="$before" current=""; elif [ "$before" = = ]; then before="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  case "$before" in
    -s | --stack) COMPREPLY=($(compgen -W "$(${STACKS})" -- "$current")); return ;;
    --out) COMPREPLY=($(compgen -d -- "$current")); return ;;
  esac
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _evenkeel ${root.name()}
`;
}

function fishScript(root: EvenkeelCommand): string {
  const name = root.name();
  const seen = (words: string): string =>
    words
      .split(" ")
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join("; and ");
  const lines = pathsBelow(root).flatMap(([words, command]) => {
    const above = words.split(" ").slice(0, -1).join(" ");
    const siblings = (command.parent?.commands ?? []).map((each) => each.name()).join(" ");
    const here = above === "" ? "__fish_use_subcommand" : `${seen(above)}; and not __fish_seen_subcommand_from ${siblings}`;
    return [
      `complete -c ${name} -f -n '${here}' -a ${command.name()} -d ${quoted(command.summary())}`,
      ...command.registeredArguments.flatMap(({ argChoices = [] }) =>
        argChoices.map((choice) => `complete -c ${name} -f -n '${seen(words)}' -a ${choice}`),
      ),
      ...command.ownOptions.map(({ long = "", short, required, description }) => {
        const value = long === "--stack" ? ` -x -a ${quoted(`(sh -c '${STACKS}')`)}` : required ? " -r" : "";
        return `complete -c ${name} -n '${seen(words)}' -l ${long.slice(2)}${short === undefined ? "" : ` -s ${short.slice(1)}`}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  return `complete -c ${name} -f\n${lines.join("\n")}\n`;
}

/** A text as fish reads it back. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
