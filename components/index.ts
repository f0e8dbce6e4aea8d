/** The library: what another Pulumi program imports. Data centers come from their clouds, for example `evenkeel/local`. */
export { BalancedDeployment, type BalancedDeploymentArgs } from "./balanced-deployment";
export type { DeployedBalancer, DeployedServer } from "./deployed";
export type {
  BalancerNode,
  BalancerNodeArgs,
  DataCenter,
  OpenArgs,
  OpenDataCenter,
  Peer,
  WebServer,
  WebServerArgs,
} from "./data-center";
export type { Failover, Publication, PublishArgs } from "./failover";
export { type CheckQuestion, type HealthCheck, httpCheck, tcpCheck, tlsCheck } from "./health-check";
export { type Backends, LoadBalancerPair, type LoadBalancerPairArgs, type PlacedBalancer } from "./load-balancer-pair";
export type { AccessSettings } from "./model/network/access";
export type { Catalogue, Machine } from "./model/clouds/catalogue";
export type { CloudSettings, DataCenterSettings } from "./model/clouds/data-center";
export type { FailoverSettings } from "./model/network/failover";
export type { JumpHost, Listener, NodePlan, Plan, PoolPlan, RemoteAccess, ServerPlan } from "./model/plan";
export type { AppSettings, PlainApp } from "./model/pools/app";
export type { BalancerRole, StackInput } from "./model/stack";
export type { MinimumHealthy } from "./model/pools/minimum-healthy";
export type { Quotas } from "./model/clouds/quotas";
export type { OrderedCertificate } from "./ordered-certificate";
export { Rollout, type RolloutArgs } from "./resources/rollout";
export { SshKeyPair, type SshKeyPairArgs } from "./resources/ssh-key-pair";
export { type Secrets, WebServerPool, type WebServerPoolArgs } from "./web-server-pool";
