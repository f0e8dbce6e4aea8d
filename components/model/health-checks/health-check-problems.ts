import { Duration } from "../duration";
import { DEFAULT_CHECK_PATH, type HealthCheck } from "./health-check";
import type { Problem } from "../problem";

/** Headers that say where a request ends or whom it is for; a check's are HAProxy's own. */
const OWN_HEADERS = ["connection", "content-length", "transfer-encoding"];

/** The problems of a health check that show only when its keys are held against each other. */
export function healthCheckProblems(check: HealthCheck, at: string): Problem[] {
  const { type = "http", method, headers = {}, body, timeout, interval, status } = check;
  const problems: Problem[] = [];
  const add = (key: string, message: string): number => problems.push({ path: `${at}.${key}`, message });
  if (timeout !== undefined && interval !== undefined && milliseconds(timeout) > milliseconds(interval))
    add("timeout", `is ${timeout}, but must not be longer than the interval, ${interval}`);
  if (type !== "http") {
    const path = check.path === DEFAULT_CHECK_PATH ? undefined : check.path;
    const host = type === "tcp" ? check.host : undefined;
    for (const [key, value] of Object.entries({ method, path, host, headers: check.headers, status, body }))
      if (value !== undefined) add(key, `is for type http; this check is ${type}, which asks nothing`);
    return problems;
  }
  if (method === "HEAD" && body !== undefined)
    add("body", "can't be found with method HEAD, whose answer has none; use method GET");
  for (const name of Object.keys(headers)) {
    if (name.toLowerCase() === "host") add(`headers.${name}`, "has a key of its own: host");
    if (OWN_HEADERS.includes(name.toLowerCase())) add(`headers.${name}`, "is the balancer's own to set");
  }
  for (const range of String(status ?? "").split(",")) {
    const [from = 0, to = from] = range.split("-").map(Number);
    if (from > to) add("status", `says ${range}, but a range begins with the lower status`);
  }
  return problems;
}

function milliseconds(text: string): number {
  return Duration.parse(text).milliseconds;
}
