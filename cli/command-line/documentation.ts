import { EXIT_CODES } from "./exit-codes";
import { EvenkeelCommand, HELP_WIDTH } from "./command";

const TOP = `# Commands

This page is written from the commands themselves: \`UPDATE_GOLDEN=1 npm run test:unit\` writes it anew.

- In a checkout, \`npx evenkeel up --stack tour\` and \`npm run up -- --stack tour\` are the same; \`npx evenkeel check tls\` is \`npm run check:tls\`.
- What is meant for Pulumi goes after \`--\`: \`npx evenkeel up -- --diff\`, or \`npm run up -- -- --diff\`.
- No output has colors of its own; \`NO_COLOR\` is passed on to Pulumi.
`;

/** The page of the documentation that has the help of every command. */
export function commandsPage(root: EvenkeelCommand): string {
  const codes = Object.entries(EXIT_CODES).map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return [
    TOP,
    `| exit code | meaning |\n| --- | --- |\n${codes.join("\n")}\n`,
    ...[root, ...below(root)].map((command) => `## ${command.fullName}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`),
  ].join("\n");
}

function below(command: EvenkeelCommand): EvenkeelCommand[] {
  return command.children.flatMap((child) => [child, ...below(child)]);
}

/** The help of a command as it is printed on a screen that is wide enough. */
function helpOf(command: EvenkeelCommand): string {
  let text = "";
  command.configureOutput({ getOutHelpWidth: () => HELP_WIDTH, writeOut: (part) => void (text += part) });
  command.outputHelp();
  return text.trimEnd();
}
