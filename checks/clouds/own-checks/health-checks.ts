import { type Check, isWithin, list, ofEach, shown } from "./check";

/** How often Route 53 can check, in seconds. */
const AWS_INTERVALS = [10, 30];
/** From how many regions Google checks what is not its own, and how often at most, in seconds. */
const [SOURCE_REGIONS, SHORTEST_INTERVAL] = [3, 30];
const MOST_IN_A_ROW = 10;

/** Health checks of addresses are as often, and from where, as their cloud can. */
export const healthChecks: Check = ofEach(({ type, inputs }) => {
  if (type === "aws:route53/healthCheck:HealthCheck") {
    const { requestInterval = 30, failureThreshold = 3, resourcePath = "/" } = inputs;
    return [
      ...(AWS_INTERVALS.includes(Number(requestInterval))
        ? []
        : [`checks every ${shown(requestInterval)} s, but must every 10 or 30`]),
      ...outside("failureThreshold", failureThreshold),
      ...(shown(resourcePath).startsWith("/") ? [] : [`asks for ${shown(resourcePath)}, which must begin with a slash`]),
    ];
  }
  if (type !== "gcp:compute/healthCheck:HealthCheck") return [];
  const { checkIntervalSec = 5, timeoutSec = 5, healthyThreshold = 2, unhealthyThreshold = 2 } = inputs;
  const regions = new Set(list(inputs, "sourceRegions"));
  return [
    ...(regions.size === SOURCE_REGIONS ? [] : [`checks from ${regions.size} regions, but must from ${SOURCE_REGIONS}`]),
    ...(Number(checkIntervalSec) >= SHORTEST_INTERVAL
      ? []
      : [`checks every ${shown(checkIntervalSec)} s, but can't more often than every ${SHORTEST_INTERVAL}`]),
    ...(Number(timeoutSec) <= Number(checkIntervalSec) ? [] : [`waits ${shown(timeoutSec)} s, longer than until its next check`]),
    ...outside("healthyThreshold", healthyThreshold),
    ...outside("unhealthyThreshold", unhealthyThreshold),
  ];
});

function outside(what: string, value: unknown): string[] {
  return isWithin(value, 1, MOST_IN_A_ROW) ? [] : [`has the ${what} ${shown(value)}, but it must be 1 to ${MOST_IN_A_ROW}`];
}
