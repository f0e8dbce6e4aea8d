import { BalancedDeployment } from "../components/balanced-deployment";
import { withoutStackTraces } from "../components/stack-traces";
import { dataCentersOf, failoverOf } from "./clouds";
import { type Context, processContext } from "./context";
import { outputsOf } from "./outputs";
import { readSettings } from "./settings";

/** The program that `pulumi up` runs: settings, deployment, outputs. */
export = (context: Context = processContext()): object =>
  withoutStackTraces(() => {
    const { stack, secrets, batch } = readSettings(context);
    const objects = { dataCenters: dataCentersOf(stack), failover: failoverOf(stack) };
    return outputsOf(new BalancedDeployment(stack.site.name, { stack, secrets, batch, ...objects }));
  });
