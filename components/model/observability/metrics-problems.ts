import { isAnywhere } from "../network/access";
import { usedFor } from "../network/balancer-ports";
import type { Metrics } from "./metrics";
import type { Problem } from "../problem";

/** A port that serves something else already, or metrics for the whole world to see. */
export function metricsProblems({ port, from }: Metrics): Problem[] {
  const used = usedFor(port);
  return [
    ...(used === undefined
      ? []
      : [{ path: "metrics.port", message: `is ${port}, which balancers have for ${used}; it needs a port of its own` }]),
    ...from.flatMap((block, i) =>
      isAnywhere(block)
        ? [{ path: `metrics.from[${i}]`, message: `is ${block}: metrics tell of every server, and are not for everybody` }]
        : [],
    ),
  ];
}
