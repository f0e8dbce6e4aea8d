import type { StackInput } from "../../components/model/stack";
import type { LoadTls } from "../load/load-options";
import type { PlannedChange } from "./changes";
import type { ProofLoad } from "./proof";

/** One site, and the changes that are made on it one after the other. */
export interface Part {
  readonly title: string;
  readonly base: StackInput;
  readonly changes: readonly PlannedChange[];
  readonly load: ProofLoad;
  /** What the site needs from the start. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly tls?: LoadTls;
  /** Whether it takes so long that it is proven only where it is asked for by its name. @default false */
  readonly long?: boolean;
}
