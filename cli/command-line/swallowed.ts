import type { EvenkeelCommand } from "./command";
import { slipOf } from "./nearest";

/** Options that are settings of npm too. Where the environment has one, a file of npm's may be the reason: it says nothing of this command. */
export const OF_NPM = ["help", "json", "version", "yes"];
/** How npm hands on its settings, and what it took for one. */
const PREFIX = "npm_config_";
/** An option that says which site is changed: a slip of its name counts as well. */
const STACK = "stack";

/**
 * What npm took for a setting of its own on its way to a command (`npm run down --stack=tour`), as a message that says how to write it; undefined
 * when there is nothing. Without it, a command would work on another stack than its user meant.
 */
export function swallowedByNpm(root: EvenkeelCommand, env: NodeJS.ProcessEnv): string | undefined {
  const known = new Map(optionsOf(root).map((option) => [PREFIX + option.replaceAll("-", "_"), option]));
  for (const [key, value = ""] of Object.entries(env)) {
    if (!key.startsWith(PREFIX) || value === "") continue;
    const name = key.slice(PREFIX.length);
    const option = known.get(key) ?? slipOf(name, [STACK]);
    if (option === undefined) continue;
    const words = value === "true" ? (option === STACK ? "--stack NAME" : `--${option}`) : `--${option} ${value}`;
    const { npm_lifecycle_event: script } = env;
    const right = script === undefined || script === "npx" ? `npx evenkeel COMMAND ${words}` : `npm run ${script} -- ${words}`;
    return `npm took --${name.replaceAll("_", "-")} for a setting of its own, so the command did not get it. Write: ${right}`;
  }
  return undefined;
}

/** The long names of all options below a command, less those that are npm's as well. */
function optionsOf(command: EvenkeelCommand): string[] {
  const own = command.ownOptions.flatMap(({ long }) => (typeof long === "string" ? [long.slice(2)] : []));
  return [...own, ...command.children.flatMap(optionsOf)].filter((name) => !OF_NPM.includes(name));
}
