import * as pulumi from "@pulumi/pulumi";
import type { ClientTls } from "../client-tls";
import type { Encryption } from "../encryption";
import type { Plan } from "../model/plan";
import { sitePlan } from "../model/site-plan";
import type { ValidatedStack } from "../model/stack";
import type { WebServerPool } from "../web-server-pool";

/** What a plan takes from deployed resources. */
export interface DeployedParts {
  readonly pools: Readonly<Record<string, WebServerPool>>;
  readonly encryption: Encryption | undefined;
  readonly tls: ClientTls | undefined;
}

/** Returns the plan of both balancers, known once its servers and certificates are. */
export function deploymentPlan(stack: ValidatedStack, { pools, encryption, tls }: DeployedParts): pulumi.Output<Plan> {
  const planned = pulumi.all(Object.fromEntries(Object.entries(pools).map(([pool, { plan }]) => [pool, plan])));
  return pulumi
    .all([planned, encryption?.credentials, tls?.plan])
    .apply(([known, credentials, https]) => sitePlan(stack, { pools: known, tls: credentials, https }));
}
