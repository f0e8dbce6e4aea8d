import { z } from "zod";
import { duration, mustBe, whole } from "../schema";

/** Failed answers in a row that eject a server: as Envoy and Google Cloud count. */
export const DEFAULT_OUTLIER_ERRORS = 5;
/** How long an ejected server stays out at least: as Envoy and Google Cloud have it the first time. */
export const DEFAULT_EJECT_FOR = "30s";

/** When a server is taken for an outlier by what it answers to clients, though it passes its check. */
export interface OutlierDetection {
  /** Answers with a status from 500 (but 501 and 505) in a row that eject a server, 1 to 100. @default 5 */
  readonly errors: number;
  /** How long it gets no requests, 1s to 10m. @default "30s" */
  readonly ejectFor: string;
}

/** Outlier detection of a pool, in a stack file. */
export const outlierDetection = z
  .strictObject(
    {
      errors: whole(1, 100)
        .default(DEFAULT_OUTLIER_ERRORS)
        .describe("Answers with a status from 500 (but 501 and 505) in a row that eject a server."),
      ejectFor: duration("1s", "10m")
        .default(DEFAULT_EJECT_FOR)
        .describe("How long an ejected server gets no requests; then it returns by its check."),
    },
    mustBe("a map such as { errors: 5 }, or {}"),
  )
  .describe("Ejects servers by what they answer to clients, half of those that pass their checks at most. Default: off.");
