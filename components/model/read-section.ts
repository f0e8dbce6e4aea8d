import type { z } from "zod";
import { NAME_RULE } from "./name";
import { pathOf, type Problem, shown, suggestion } from "./problem";
import { soundPart } from "./sound-part";

/** A section that was read. */
export interface ReadSection {
  /** Its value with every default; where there are problems, what can be validated further all the same. */
  readonly value: unknown;
  /** The problems of its shape. */
  readonly problems: readonly Problem[];
}

/** Reads one section of a stack by its schema. */
export function readSection(section: string, schema: z.ZodType, given: unknown): ReadSection {
  const result = schema.safeParse(given, { reportInput: true });
  if (result.success) return { value: result.data, problems: [] };
  const { issues } = result.error;
  return {
    value: soundPart(section, schema, given, issues),
    problems: issues.flatMap((issue) => problemsOf(issue, section, schema)),
  };
}

/** One finding of the schema library in our words; an object with three unknown keys is three problems. */
function problemsOf(issue: z.core.$ZodIssue, section: string, schema: z.ZodType): Problem[] {
  const at = [section, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => ({
      path: pathOf([...at, key]),
      message: `is not a key here: ${known.join(", ")}${suggestion(key, known)}`,
    }));
  }
  if (issue.code === "invalid_key") {
    const rule = issue.issues[0]?.message.replace(/^.*, but must be /s, "") ?? `a name: ${NAME_RULE}`;
    return [{ path: pathOf(at), message: `is not ${rule}` }];
  }
  const message =
    issue.input === undefined ? issue.message.replace(/^is missing, but must/, "is missing; it must") : issue.message;
  return [{ path: pathOf(at), message: message.startsWith("is ") ? message : `is ${shown(issue.input)}: ${message}` }];
}

/** The keys that the schema allows at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here = unwrapped(schema);
  for (const part of path) {
    const { shape, valueType, element } = here.def as unknown as {
      shape?: Record<PropertyKey, z.ZodType>;
      valueType?: z.ZodType;
      element?: z.ZodType;
    };
    const next = shape?.[part] ?? valueType ?? element;
    if (next === undefined) return [];
    here = unwrapped(next);
  }
  return Object.keys((here.def as unknown as { shape?: object }).shape ?? {});
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const { innerType } = schema.def as unknown as { innerType?: z.ZodType };
  return innerType === undefined ? schema : unwrapped(innerType);
}
