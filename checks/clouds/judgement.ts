import { ownComplaints } from "./own-checks";
import { PLANTED_ERRORS, plant, type Trial } from "./planted";
import { JUDGES, type JudgeName, type PlantedError } from "./planted/error";
import { CLOUDS, type Cloud, type Complaint, type DeclaredResource, isOf } from "./record";
import type { Case, Verdict } from "./run";

/** What one judge, or all of our own checks, have against what was declared. */
export interface Opinion {
  readonly judge: string;
  /** How many resources were judged. */
  readonly judged: number;
  readonly complaints: readonly Complaint[];
}

/** What became of a planted error. */
export interface Outcome {
  readonly error: PlantedError;
  /** Everyone who refused it; nobody when those who would were not asked. */
  readonly refusedBy: readonly string[];
}

/** Everything that the judges say. */
export interface Judgement {
  readonly opinions: readonly Opinion[];
  readonly outcomes: readonly Outcome[];
  /** What is wrong besides complaints, a sentence each. */
  readonly failures: readonly string[];
}

/** Has cases judged by those who judge a cloud. */
export type Ask = (cloud: Cloud, cases: readonly Case[]) => Promise<readonly Verdict[]>;

/** Names of cases; those of trials have the trial's number. */
const [DECLARED, SAMPLE] = ["declared", "sample"];

/**
 * Has everything judged that was declared, and every planted error.
 *
 * @param declared What the program declares.
 * @param sample Sound resources for errors that fit nothing of it.
 * @param ask Asks the judges that others wrote; without it, our own checks judge alone.
 */
export async function judgeAll(
  declared: readonly DeclaredResource[],
  sample: readonly DeclaredResource[],
  ask?: Ask,
): Promise<Judgement> {
  const trials = PLANTED_ERRORS.map((error) => plant(error, declared, sample));
  const asked = CLOUDS.map(async (cloud) => (await ask?.(cloud, casesOf(cloud, declared, sample, trials))) ?? []);
  const verdicts = (await Promise.all(asked)).flat();
  const own = [declared, sample].map((resources) => ownComplaints(resources));
  const outcomes = trials.map((trial, index) => ({ error: trial.error, refusedBy: refusals(trial, index, verdicts) }));
  return {
    opinions: [
      ...verdicts.filter((verdict) => verdict.case === DECLARED),
      { judge: "own checks", judged: cloudsOwn(declared).length, complaints: own[0] ?? [] },
    ],
    outcomes,
    failures: [
      ...unplanted(declared),
      ...verdicts.flatMap((verdict) => unjudged(verdict, declared)),
      ...[...verdicts.filter(isOfSound).flatMap(({ complaints }) => complaints), ...(own[1] ?? [])].map(
        ({ judge: who, type, name, message }) =>
          `${who} refuses the sound ${name} (${type}), which an error was to be planted in: ${message}`,
      ),
      ...outcomes.flatMap((outcome) => accepted(outcome, ask !== undefined)),
    ],
  };
}

/** What the judges of a cloud are asked. Each trial has its control, of which many are the same. */
function casesOf(
  cloud: Cloud,
  declared: readonly DeclaredResource[],
  sample: readonly DeclaredResource[],
  trials: readonly Trial[],
): Case[] {
  const mine = (name: string, all: readonly DeclaredResource[]): Case => ({
    name,
    records: all.filter((one) => isOf(cloud, one)),
  });
  const here = trials.map((trial, index) => ({ trial, index })).filter(({ trial }) => trial.error.type.startsWith(`${cloud}:`));
  const controls = new Map(here.map(({ trial: { control } }) => [control.map(({ id }) => id).join(" "), control]));
  return [
    mine(DECLARED, declared),
    mine(SAMPLE, sample),
    ...[...controls].map(([ids, control]) => ({ name: `control ${ids}`, records: control })),
    ...here.map(({ trial, index }) => ({ name: String(index), records: trial.few })),
  ];
}

function refusals({ error, all }: Trial, index: number, verdicts: readonly Verdict[]): string[] {
  const own = ownComplaints(all).map((complaint) => complaint.judge);
  const theirs = verdicts.filter((verdict) => verdict.case === String(index) && verdict.complaints.length > 0);
  const found = new Set<string>([...theirs.map((verdict) => verdict.judge), ...own]);
  // In the order of the table, so that they can be compared.
  return [...error.refusedBy.filter((name) => found.delete(name)), ...found];
}

/** Types that are declared, and of which no error shows that they are judged at all. */
function unplanted(declared: readonly DeclaredResource[]): string[] {
  const planted = new Set(PLANTED_ERRORS.map(({ type }) => type));
  const types = new Set(cloudsOwn(declared).map(({ type }) => type));
  return [...types].filter((type) => !planted.has(type)).map((type) => `${type} is declared, but no error is planted in one`);
}

function unjudged(verdict: Verdict, declared: readonly DeclaredResource[]): string[] {
  const cloud = CLOUDS.find((one) => verdict.cloud === one);
  if (verdict.case !== DECLARED || cloud === undefined || verdict.complaints.length > 0) return [];
  const count = declared.filter((one) => isOf(cloud, one)).length;
  return verdict.judged === count ? [] : [`${verdict.judge} judged ${verdict.judged} of ${count} resources of ${cloud}`];
}

function isOfSound({ case: name }: Verdict): boolean {
  return name === SAMPLE || name.startsWith("control ");
}

/** Whether those refuse an error of whom the table says so, as far as they were asked; others may, too. */
function accepted({ error, refusedBy }: Outcome, all: boolean): string[] {
  const asked = (name: JudgeName): boolean => all || !JUDGES.some((judge) => judge === name);
  return error.refusedBy
    .filter((name) => asked(name) && !refusedBy.includes(name))
    .map((name) => `${name} accepts "${error.what}" in a ${error.type}, but the table of planted errors says that it refuses`);
}

function cloudsOwn(declared: readonly DeclaredResource[]): DeclaredResource[] {
  return declared.filter((one) => CLOUDS.some((cloud) => isOf(cloud, one)));
}
