import * as pulumi from "@pulumi/pulumi";
import type { Batch } from "../components/model/operations/batches";
import { stackAt } from "../components/model/operations/spike";
import { readStack } from "../components/model/read-stack";
import type { ValidatedStack } from "../components/model/stack";
import { refuse } from "../components/refusal";
import { readBatch } from "./batch";
import { certificateWarnings } from "./certificates";
import { catalogueOf } from "./clouds";
import type { Context } from "./context";
import { readMoment } from "./moment";
import { providerProblems } from "./providers";
import { readSections, secretValues } from "./sections";

/** What the program is run with. */
export interface Settings {
  /** The validated stack, as it is at the time that the program runs for. */
  readonly stack: ValidatedStack;
  /** The stack's secrets by name, as outputs that are secrets: the only way by which they leave the configuration. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** The batch of a deploy; undefined where every server takes what the stack asks for. */
  readonly batch: Batch | undefined;
}

/**
 * Reads the stack file, the environment and the clock: the only place that reads any of them.
 *
 * @throws pulumi.RunError with every problem of the stack file, before the first resource is registered.
 */
export function readSettings(context: Context): Settings {
  const { environment, now } = context;
  const moment = readMoment(environment, now);
  const sections = readSections(context);
  const values = secretValues();
  // Certificates must be valid now, also in a preview of another time, which is only warned of those that are not valid then.
  const surroundings = { name: pulumi.getStack(), catalogues: catalogueOf, now, secretValues: values };
  const { stack, problems } = readStack(sections, surroundings);
  const all = [...problems, ...providerProblems(sections.dataCenters, context)];
  if (stack === undefined || all.length > 0) refuse(`stacks/Pulumi.${pulumi.getStack()}.yaml`, all);

  for (const warning of certificateWarnings(stack, moment)) void pulumi.log.warn(warning);
  const secrets = Object.entries(values).map(([name, value]) => [name, pulumi.secret(value)] as const);
  return { stack: stackAt(stack, moment), secrets: Object.fromEntries(secrets), batch: readBatch(environment) };
}
