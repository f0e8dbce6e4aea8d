import { spawn } from "node:child_process";
import * as path from "node:path";
import { onLeaving } from "../../setup/leaving.mjs";
import { withoutPython } from "../environment";
import type { Cloud, Complaint, DeclaredResource } from "./record";

/** Time in which the judges of a cloud must be through with all cases, in milliseconds. */
const DEADLINE = 5 * 60_000;

/** Resources that are judged together, apart from all others. */
export interface Case {
  /** Told apart by this from others of the same run. */
  readonly name: string;
  readonly records: readonly DeclaredResource[];
}

/** What one judge says of one case. */
export interface Verdict {
  readonly judge: string;
  readonly cloud: Cloud;
  /** Name of the case. */
  readonly case: string;
  /** How many of its resources were judged. */
  readonly judged: number;
  readonly complaints: readonly Complaint[];
}

/** A line of the judges' answer: a complaint, or the end of one judge's say on one case. */
type Line = { readonly case: string; readonly judge: string } & ({ readonly judged: number } | Complaint);

/**
 * Has cases judged by those who judge a cloud, in one process.
 *
 * @param python The Python that has the judges.
 * @throws Error when the judges themselves fail.
 */
export async function judge(python: string, cloud: Cloud, cases: readonly Case[]): Promise<Verdict[]> {
  const input = cases.map(({ name, records }) => `${JSON.stringify({ case: name, records: records.map(plain) })}\n`).join("");
  const output = await answer(python, path.join(__dirname, `${cloud}.py`), input);
  const lines = output.split("\n").filter((line) => line !== "");
  return verdictsIn(
    cloud,
    lines.map((line) => JSON.parse(line) as Line),
  );
}

/** Only what the judges know of a resource. */
function plain({ type, name, id, inputs }: DeclaredResource): DeclaredResource {
  return { type, name, id, inputs };
}

function verdictsIn(cloud: Cloud, lines: readonly Line[]): Verdict[] {
  return lines.flatMap((line) => {
    if (!("judged" in line)) return [];
    const mine = lines.filter(
      (other): other is Line & Complaint => other.case === line.case && other.judge === line.judge && "message" in other,
    );
    return [{ ...line, cloud, complaints: mine }];
  });
}

function answer(python: string, program: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // -B: no compiled copies beside the sources.
    const child = spawn(python, ["-B", program], { env: withoutPython(process.env), stdio: "pipe" });
    const kill = (): void => void child.kill("SIGKILL");
    const forget = onLeaving(kill);
    const timer = setTimeout(kill, DEADLINE);
    let [output, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    // It may end before it has read everything, and says why.
    child.stdin.on("error", () => undefined);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      forget();
      clearTimeout(timer);
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `${path.basename(program)} failed (${code === null ? String(signal) : `exit code ${code}`}):\n${errors.trim()}`,
          ),
        );
    });
    child.stdin.end(input);
  });
}
