import { pulumiEnvironment, readArguments } from "./project";

// For a shell: eval "$(npm run -s env)", after which plain `npx pulumi` works on a local stack.
for (const [key, value] of Object.entries(pulumiEnvironment(readArguments().stack)))
  console.log(`export ${key}='${value.replaceAll("'", "'\\''")}'`);
