import type { StackInput } from "../components/model/stack";
import { readStackFile, sectionsOf } from "./stack-file";

/** A stack file of this project, apart: what is Evenkeel's, and what the providers are told. @throws Error when it can't be read. */
export function sampleStack(name: string): { stack: StackInput; settings: Record<string, string> } {
  const { config, problem } = readStackFile(name);
  if (problem !== undefined) throw new Error(problem);
  const others = Object.entries(config).filter(([key]) => !key.startsWith("evenkeel:"));
  return { stack: sectionsOf(config), settings: Object.fromEntries(others) as Record<string, string> };
}
