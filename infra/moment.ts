import * as pulumi from "@pulumi/pulumi";
import { isInstant } from "../components/model/local-time";
import { shown } from "../components/model/problem";
import { refuse } from "../components/refusal";
import type { Context } from "./context";

/** The variable that has a preview show another time than now. */
const AT = "EVENKEEL_AT";

/**
 * Returns the time that the program runs for.
 *
 * @throws pulumi.RunError when the environment names another time than now, and this is no preview.
 */
export function readMoment(environment: Context["environment"], now: Date): Date {
  const given = environment[AT];
  if (given === undefined || given === "") return now;
  const problem = (message: string): never => refuse("The environment", [{ path: AT, message: `is ${shown(given)}${message}` }]);
  if (!isInstant(given)) return problem(", but must be an instant such as 2026-11-27T12:00:00Z");
  if (!pulumi.runtime.isDryRun()) return problem(", but only a preview may be of another moment than now; unset it");
  return new Date(given);
}
