import { pulumiEnvironment } from "../workspace/backend";
import { readStackFile } from "../workspace/stack-file";

/** What to know of a stack whose secrets everybody can decrypt; undefined where there is nothing to say. */
export function warningOfSecrets(stack: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: ownPassphrase } = pulumiEnvironment(stack, env);
  const secrets = readStackFile(stack).config["evenkeel:secrets"];
  if (ownPassphrase === undefined || typeof secrets !== "object" || secrets === null) return undefined;
  return `The secrets of stacks/Pulumi.${stack}.yaml are encrypted with a passphrase that everybody knows: only made-up ones belong there. docs/security.md says how to keep real ones.`;
}
