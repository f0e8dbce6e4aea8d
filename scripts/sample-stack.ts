import type { StackInput } from "../components/model/stack";
import { readStackFile } from "./stack-file";

/** What begins each of Evenkeel's keys in a stack file. */
const NAMESPACE = "evenkeel:";

/** A stack file of this project, apart: what is Evenkeel's, and what the providers are told. @throws Error when it can't be read. */
export function sampleStack(name: string): { stack: StackInput; settings: Record<string, string> } {
  const { config, problem } = readStackFile(name);
  if (problem !== undefined) throw new Error(problem);
  const [own, others] = [true, false].map((wanted) =>
    Object.entries(config).filter(([key]) => key.startsWith(NAMESPACE) === wanted),
  );
  return {
    stack: Object.fromEntries((own ?? []).map(([key, value]) => [key.slice(NAMESPACE.length), value])),
    settings: Object.fromEntries(others ?? []) as Record<string, string>,
  };
}
