import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { stackJsonSchema } from "../../components/model/stack";
import { ROOT } from "../../workspace/project";

/** Writes the schema of stack files anew, from the code. */
export function schema(): void {
  writeFileSync(path.join(ROOT, "stacks", "stack.schema.json"), `${JSON.stringify(stackJsonSchema(), null, 2)}\n`);
}
