import * as pulumi from "@pulumi/pulumi";
import { systemClock } from "../clock";
import type { DataCenter } from "../data-center";
import type { Failover } from "../failover";
import type { Catalogues } from "../model/clouds/catalogue";
import { CLOUDS, isCloud } from "../model/clouds/data-center";
import type { Batch } from "../model/operations/batches";
import { readStack } from "../model/read-stack";
import { SEALED } from "../model/secret";
import type { StackInput, ValidatedStack } from "../model/stack";
import { refuse } from "../refusal";
import type { Secrets } from "../web-server-pool";

/** What a deployment has as objects, whether its stack is validated already or not. */
interface DeploymentObjects {
  /** The data centers that balancers and servers run in, by name. */
  readonly dataCenters: Readonly<Record<string, DataCenter>>;
  /** How clients fail over from a dead balancer. */
  readonly failover: Failover;
  /** Amid a deploy, which servers are replaced now; every other one keeps what it runs. @default all that must be */
  readonly batch?: Batch | undefined;
  /** Values that the environments of apps refer to by name: `{ secret: "database-url" }`. @default none */
  readonly secrets?: Secrets | undefined;
}

/** A website: what a stack file states, with the data centers and the failover as objects. */
export interface BalancedDeploymentArgs
  extends
    DeploymentObjects,
    Pick<
      StackInput,
      | "access"
      | "limits"
      | "logs"
      | "metrics"
      | "routes"
      | "passthrough"
      | "maintenance"
      | "maintenancePage"
      | "rotate"
      | "rollout"
      | "tls"
    > {
  /** Short name of the website. @default the component's name */
  readonly site?: string;
  /** The name that clients know the website by; a failover by DNS needs it. @default none */
  readonly domain?: string;
  /** The pair of load balancers, in two of the data centers. */
  readonly loadBalancers: NonNullable<StackInput["loadBalancers"]>;
  /** The pools of web servers, by name. */
  readonly pools: NonNullable<StackInput["pools"]>;
  /** The time at which certificates must be valid. @default the time of the call */
  readonly now?: Date;
}

/** A website whose stack is validated already, as the program has it that `pulumi up` runs. */
export interface ValidatedDeploymentArgs extends DeploymentObjects {
  /** What the stack file states, as it is at the time that the program runs for. */
  readonly stack: ValidatedStack;
}

/**
 * Returns arguments with their stack validated.
 *
 * @param name Name of the component.
 * @throws pulumi.RunError with every problem of them at once.
 */
export function validatedArgs(name: string, args: BalancedDeploymentArgs | ValidatedDeploymentArgs): ValidatedDeploymentArgs {
  if ("stack" in args) return args;
  const { batch, now = systemClock(), ...stated } = args;
  const { dataCenters, failover, secrets } = stated;
  const surroundings = { name: pulumi.getStack(), catalogues: cataloguesOf(dataCenters), now };
  const { stack, problems } = readStack(statedStack(name, stated), surroundings);
  return { stack: stack ?? refuse(`The deployment ${name}`, problems), dataCenters, failover, batch, secrets };
}

/** Returns what the clouds of data centers offer, by provider. */
export function cataloguesOf(dataCenters: Readonly<Record<string, DataCenter>>): Catalogues {
  const byProvider = new Map(Object.values(dataCenters).map(({ settings, catalogue }) => [settings.provider, catalogue]));
  return (provider) => byProvider.get(provider);
}

/** The arguments as a stack file would state them. */
function statedStack(
  name: string,
  { site = name, domain, dataCenters, failover, secrets = {}, ...sections }: Omit<BalancedDeploymentArgs, "batch" | "now">,
): Readonly<Record<string, unknown>> {
  // To the rules of a stack, a cloud of somebody else's is as good as one of ours.
  const known = (provider: string): boolean => provider === "existing" || (CLOUDS as readonly string[]).includes(provider);
  const places = Object.fromEntries(
    Object.entries(dataCenters).map(([place, { settings }]) => [
      place,
      known(settings.provider) ? settings : { provider: "local" },
    ]),
  );
  const byDns = isCloud(dataCenters[sections.loadBalancers.primary.in]?.settings.provider ?? "");
  const unknown = byDns ? { kind: "dns", zone: domain } : { kind: "front" };
  return {
    ...sections,
    site: { name: site, domain },
    dataCenters: places,
    failover: failover.settings ?? unknown,
    // By name only: what they are is not known yet, and none of a stack's rules asks.
    secrets: Object.fromEntries(Object.keys(secrets).map((secret) => [secret, SEALED])),
  };
}
