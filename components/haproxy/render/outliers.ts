import { Duration } from "../../model/duration";
import type { PoolPlan } from "../../model/plan";
import { backendsOf, OUTLIERS } from "../backend-names";

/** A port that no app listens on (tcpmux, RFC 1078): a connection to it is refused, and so the check of a server that is ejected fails. */
const REFUSING_PORT = 1;
/** More than the servers of a pool can be. */
const TABLE_SIZE = "10k";
/** A status that a server is to blame for. Clients can ask for 501 and 505. */
const FAILED = "{ status ge 500 } !{ status 501 505 }";

/** The table that remembers what the servers of a pool answered: failures in a row (gpc0), and who is ejected (gpt0), until it is forgotten. */
export function outlierTable(pool: string, { outlierDetection }: Pick<PoolPlan, "outlierDetection">): string[] {
  if (outlierDetection === undefined) return [];
  const expire = Duration.parse(outlierDetection.ejectFor);
  return [`backend ${pool}${OUTLIERS}`, `  stick-table type string len 100 size ${TABLE_SIZE} expire ${expire} store gpc0,gpt0`];
}

/** The lines of a pool's main backend by which each answer is counted for or against its server. */
export function outlierRules(pool: string, { outlierDetection }: Pick<PoolPlan, "outlierDetection">): string[] {
  if (outlierDetection === undefined) return [];
  return [
    `  http-response track-sc2 srv_name table ${pool}${OUTLIERS}`,
    // Asking for it is how it is cleared: only failures in a row count.
    "  http-response set-var(txn.cleared) sc2_clr_gpc0 unless " + FAILED,
    `  http-response sc-inc-gpc0(2) if ${FAILED}`,
    `  http-response sc-set-gpt0(2) ${REFUSING_PORT} if { sc2_get_gpc0 ge ${outlierDetection.errors} }`,
  ];
}

/**
 * The port that the check of a server in the main backend connects to, as an expression: {@link REFUSING_PORT} while it is ejected, else none,
 * which is its own. HAProxy's `observe layer7` would not do: each check that passes clears what it has counted, and there is no time in it.
 */
export function outlierPort(pool: string, { outlierDetection }: Pick<PoolPlan, "outlierDetection">): string | undefined {
  return outlierDetection === undefined ? undefined : `srv_name,table_gpt0(${backendsOf(pool).main}${OUTLIERS})`;
}
