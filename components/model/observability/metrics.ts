import { z } from "zod";
import { addressBlocks } from "../network/address-block";
import { mustBe, whole } from "../schema";

/** TCP port of a balancer's metrics in a cloud, beside that of its health. */
export const DEFAULT_METRICS_PORT = 8405;

/** Whether and to whom balancers show metrics. */
export const metrics = z
  .strictObject(
    {
      enabled: z
        .boolean(mustBe("true or false"))
        .default(false)
        .describe("Whether each balancer shows metrics to Prometheus, at /metrics on a port of its own."),
      port: whole(1_024, 65_535, "a port from 1024 to 65535")
        .default(DEFAULT_METRICS_PORT)
        .describe("In a cloud: its TCP port. On this machine it is a free one."),
      from: addressBlocks().describe("In a cloud: addresses that may ask for them. Default: only the balancer's machine itself."),
    },
    mustBe("a map such as { enabled: true, from: [198.51.100.0/24] }"),
  )
  .describe("Whether and to whom balancers show metrics.");

/** Whether and to whom, with every default filled in. */
export type Metrics = z.output<typeof metrics>;
