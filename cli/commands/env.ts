import { pulumiEnvironment } from "../../workspace/project";
import { soundArguments } from "../verb";
import { runVerb } from "../../workspace/run-verb";

// For a shell: eval "$(npm run -s env)", after which plain `npx pulumi` works on a local stack.
runVerb(() => {
  const variables = Object.entries(pulumiEnvironment(soundArguments().stack));
  for (const [key, value] of variables) console.log(`export ${key}='${value.replaceAll("'", "'\\''")}'`);
  return Promise.resolve();
});
