/** The library: what another Pulumi program imports. Data centers come from their clouds, for example `evenkeel/local`. */
export {
  BalancedDeployment,
  type BalancedDeploymentArgs,
  type DeployedBalancer,
  type DeployedServer,
} from "./balanced-deployment";
export type { BalancerNode, BalancerNodeArgs, DataCenter, WebServer, WebServerArgs } from "./data-center";
export type { Failover, Publication } from "./failover";
export { type HealthCheck, httpCheck } from "./health-check";
export { LoadBalancerPair, type LoadBalancerPairArgs } from "./load-balancer-pair";
export type { Listener, NodePlan, Plan, PoolPlan, ServerPlan } from "./model/plan";
export type { AppSettings, BalancerRole, StackInput } from "./model/stack";
export { Rollout, type RolloutArgs } from "./rollout";
export { WebServerPool, type WebServerPoolArgs } from "./web-server-pool";
