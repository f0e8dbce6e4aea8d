import { isAnywhere } from "./access";
import { PEER_PORT } from "./data-center";
import type { Metrics } from "./metrics";
import type { Problem } from "./problem";

/** TCP ports that a balancer's machine uses for something else. */
const TAKEN: Readonly<Record<number, string>> = { 8404: "its health", [PEER_PORT]: "what clients have used" };

/** A port that serves something else already, or metrics for the whole world to see. */
export function metricsProblems({ port, from }: Metrics): Problem[] {
  const other = TAKEN[port];
  return [
    ...(other === undefined
      ? []
      : [{ path: "metrics.port", message: `is ${port}, at which a balancer is asked for ${other}; choose another` }]),
    ...from.flatMap((block, i) =>
      isAnywhere(block)
        ? [{ path: `metrics.from[${i}]`, message: `is ${block}: metrics tell of every server, and are not for everybody` }]
        : [],
    ),
  ];
}
