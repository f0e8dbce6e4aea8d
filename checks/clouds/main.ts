import { judgesEnvironment } from "../environment";
import { type Ask, type Judgement, judgeAll } from "./judgement";
import { plantedTable } from "./planted";
import { JUDGES } from "./planted/error";
import { judge } from "./run";
import { sampleResources } from "./sample";
import { declaredByTheSampleStacks } from "../../testbed/clouds/sample-stacks";
import { table } from "../../workspace/table";

/**
 * Has what the sample stacks declare for clouds judged by those who know them: moto, cfn-lint, Google's discovery documents,
 * DigitalOcean's OpenAPI document, and our own checks. Planted errors show that they would notice.
 * @throws Error when anyone complains of what is declared, or when an error is accepted.
 *
 * @param table Whether it prints the table of seeded faults in Markdown, and checks nothing.
 * @param strict Whether it fails where a validator is not available.
 */
export async function checkClouds({ table: isTable, strict }: { table?: boolean; strict?: boolean }): Promise<void> {
  if (isTable) {
    console.log(plantedTable());
    return;
  }
  const environment = await judgesEnvironment();
  const ask: Ask | undefined = "python" in environment ? (cloud, cases) => judge(environment.python, cloud, cases) : undefined;
  const judgement = await judgeAll(await declaredByTheSampleStacks(), sampleResources(), ask);
  console.log(`${inWords(judgement)}\n`);
  if ("missing" in environment) {
    console.log(`Not asked: ${JUDGES.join(", ")}, since ${environment.missing}.\n`);
    if (strict) throw new Error(`with --strict, every judge must be asked`);
  }
  const complaints = judgement.opinions.flatMap((opinion) => opinion.complaints);
  const failures = [
    ...complaints.map(({ judge, type, name, message }) => `${judge} refuses ${name} (${type}): ${message}`),
    ...judgement.failures,
  ];
  if (failures.length > 0) throw new Error(failures.join("\n"));
  const refused = judgement.outcomes.filter(({ refusedBy }) => refusedBy.length > 0).length;
  const open = judgement.outcomes.length - refused;
  console.log(
    `Nobody complains; ${refused} planted errors are refused${open === 0 ? "" : `, and nobody was asked who would know of the other ${open}`}.`,
  );
}

function inWords({ opinions, outcomes }: Judgement): string {
  return [
    table(
      ["judge", "resources", "complaints"],
      opinions.map(({ judge, judged, complaints }) => [judge, judged, complaints.length]),
    ),
    table(
      ["resource", "planted error", "refused by"],
      outcomes.map(({ error, refusedBy }) => [error.type, error.what, refusedBy.join(", ") || "(nobody was asked who would)"]),
    ),
  ].join("\n\n");
}
