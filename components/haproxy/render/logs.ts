import type { NodePlan, Plan } from "../../model/plan";
import { IS_PROBE } from "./routes";

/** Longest line, in bytes; what a client chooses is cut so that no line is longer. */
const LONGEST_LINE = 8192;
/** Most that a line says of a path or a query, and of what a client says of itself, in bytes. */
const [MOST_OF_PATH, MOST_OF_NAME] = [1024, 256];
/** Escapes what is special in JSON; bytes that are no UTF-8 are left out. */
const AS_JSON = "json(utf8s)";

/** What the frontend of the site says of its access log: where lines go, and what stands in them. No header but User-Agent and Host. */
export function logRules({ logs, site }: Plan, { logTo = "stdout", role }: NodePlan): string[] {
  if (logs === undefined) return [];
  const text = (name: string, value: string): string => `"${name}":"${value}"`;
  const fields = [
    text("time", "%[date,utime(%Y-%m-%dT%H:%M:%SZ)]"),
    text("site", site),
    text("balancer", role),
    text("id", `%[var(txn.id),${AS_JSON}]`),
    text("client", "%[src]"),
    text("method", "%HM"),
    text("host", `%[var(txn.host),${AS_JSON}]`),
    text("path", `%[var(txn.path),${AS_JSON}]`),
    ...(logs.query ? [text("query", `%[var(txn.query),${AS_JSON}]`)] : []),
    text("protocol", "%HV"),
    text("agent", `%[var(txn.agent),${AS_JSON}]`),
    `"status":%ST`,
    `"bytesIn":%U`,
    `"bytesOut":%B`,
    text("pool", "%[var(txn.pool)]"),
    text("server", "%s"),
    text("retries", "%rc"),
    text("ended", "%tsc"),
    // Milliseconds; -1 where it did not come to that.
    `"requestMs":%TR`,
    `"queueMs":%Tw`,
    `"connectMs":%Tc`,
    `"answerMs":%Tr`,
    `"totalMs":%Ta`,
  ];
  return [
    // Neither of them is ever waited for: a line that is not taken at once is dropped, and counted.
    `  log ${logTo} len ${LONGEST_LINE} format raw local0 info`,
    `  http-request set-log-level silent if ${IS_PROBE}`,
    // A connection without a request is no line.
    "  option dontlognull",
    `  log-format '{${fields.join(",")}}'`,
    `  http-request set-var(txn.host) req.hdr(host),bytes(0,${MOST_OF_NAME})`,
    `  http-request set-var(txn.path) path,bytes(0,${MOST_OF_PATH})`,
    ...(logs.query ? [`  http-request set-var(txn.query) query,bytes(0,${MOST_OF_PATH})`] : []),
    `  http-request set-var(txn.agent) req.hdr(user-agent),bytes(0,${MOST_OF_NAME})`,
  ];
}
