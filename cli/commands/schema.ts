import { EvenkeelCommand } from "../command-line/command";

export function schema(): EvenkeelCommand {
  return new EvenkeelCommand("schema")
    .summary("write stacks/stack.schema.json from the code")
    .description("Writes stacks/stack.schema.json, the schema by which editors check stack files, from the code.")
    .example("evenkeel schema", "after a change of a stack's keys")
    .runs(async () => (await import("../actions/schema.ts")).schema());
}
