import { setTimeout as sleep } from "node:timers/promises";
import { describeResult, startLoad } from "../load/load";
import { table } from "../../workspace/table";
import type { ThrowawaySite } from "../../testbed/throwaway-site";
import { timed, written } from "./sample";

/** Requests a second: few enough that the generator, on the same machine, does not measure itself. */
const RATE = 300;
/** How long the load goes on before and after, in milliseconds. */
const AROUND = 2_000;

/** How long it takes to scale a pool from 2 to 4 servers in a data center, and what clients see of it: a table. */
export async function scaleUp(site: ThrowawaySite): Promise<string> {
  const load = await startLoad({ url: (await site.deployment()).url, requestsPerSecond: RATE });
  try {
    await sleep(AROUND);
    site.scale({ a: 4, b: 2 });
    const took = await timed(() => site.up());
    await sleep(AROUND);
    const seen = await load.stop();
    return table(
      [`2 to 4 servers, ${RATE} requests/s`, "up took s", "requests", "behind ms"],
      [["", written(took, "s"), describeResult(seen), written(seen.behindMs, "ms")]],
    );
  } finally {
    await load.stop().catch(() => undefined);
  }
}
