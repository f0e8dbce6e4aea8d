import type { StackInput } from "../../components/model/stack";
import { type Certified, DOMAIN } from "./certificate";

/** A change that a team plans, of which its clients shall notice nothing. */
export interface PlannedChange {
  /** What it is called in the report. */
  readonly name: string;
  /** The stacks that are brought up for it, one after the other; the last one stays. */
  readonly steps: readonly StackInput[];
  /** Servers and balancers that it ends, and with them the connections that outlast the drain limit. @default none */
  readonly ends?: { readonly servers?: RegExp; readonly balancer?: "primary" | "secondary" };
  /** Servers that must have answered some of the load meanwhile: otherwise it saw nothing of the change. @default any */
  readonly reaches?: RegExp;
}

/** What a site of the proof is told from outside. */
export interface SiteWishes {
  /** How long what is removed may finish its work. */
  readonly drainWithin: string;
  /** Where its page is. @default as for every site */
  readonly failover?: NonNullable<StackInput["failover"]>;
}

/** A stack with what the changes are about, quick to check its servers. */
export function siteOfProof({ drainWithin, failover }: SiteWishes): StackInput {
  return {
    site: { name: "shop" },
    dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
    loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
    pools: { web: pool({ a: 2, b: 1 }) },
    routes: [{ pool: "web" }],
    rollout: { drainWithin },
    ...(failover === undefined ? {} : { failover }),
  };
}

/** Every planned change, in an order in which each begins where the one before it ended; the first from {@link siteOfProof}. */
export function plannedChanges(base: StackInput): PlannedChange[] {
  const { web } = base.pools ?? {};
  const servers = (counts: Record<string, number>): StackInput => ({ ...base, pools: { web: { ...web, servers: counts } } });
  const out = (maintenance: StackInput["maintenance"]): StackInput => ({ ...base, maintenance });
  const third = servers({ ...web?.servers, c: 1 });
  const withThird = { ...third, dataCenters: { ...base.dataCenters, c: { provider: "local" as const } } };
  const split = (...routes: NonNullable<StackInput["routes"]>): StackInput => ({
    ...base,
    pools: { ...base.pools, api: pool({ a: 1, b: 1 }) },
    routes,
  });
  const routed = (...routes: NonNullable<StackInput["routes"]>): StackInput => split(...routes, { pool: "web" });
  const canary = (percent: number): StackInput => split({ pools: { web: 100 - percent, api: percent } });
  return [
    { name: "scale up", steps: [servers({ a: 3, b: 2 })] },
    { name: "scale down", steps: [base], ends: { servers: /^web-(a-3|b-2)$/ } },
    { name: "a server drained", steps: [out([{ server: "web-a-1" }])] },
    { name: "a server put back", steps: [base] },
    { name: "a data center drained", steps: [out([{ dataCenter: "a" }])], ends: { balancer: "primary" } },
    { name: "a data center put back", steps: [base] },
    { name: "a data center added", steps: [withThird] },
    { name: "a data center removed", steps: [base], ends: { servers: /^web-c-1$/ } },
    { name: "the primary replaced", steps: [out([{ balancer: "primary" }]), base], ends: { balancer: "primary" } },
    { name: "the secondary replaced", steps: [out([{ balancer: "secondary" }]), base], ends: { balancer: "secondary" } },
    { name: "a pool added", steps: [routed()] },
    { name: "a route added", steps: [routed({ path: "/api/*", pool: "api" })], reaches: /^api-/ },
    { name: "a route changed", steps: [routed({ path: "/api/x", pool: "api" })] },
    { name: "a route removed", steps: [routed()] },
    { name: "a canary at 0 %", steps: [canary(0)] },
    { name: "a canary at 10 %", steps: [canary(10)], reaches: /^api-/ },
    { name: "a canary at 100 %", steps: [canary(100)], reaches: /^api-/ },
    { name: "a canary taken back", steps: [routed()], reaches: /^web-/ },
    { name: "a pool removed", steps: [base], ends: { servers: /^api-/ } },
    { name: "a health check changed", steps: [healthCheckChanged(base)] },
    { name: "a deploy", steps: [deployed(base)], ends: { servers: /^web-/ } },
  ];
}

/** The same site with TLS of clients. */
export function certifiedSite(wishes: SiteWishes, { tls }: Certified): StackInput {
  const base = siteOfProof(wishes);
  return { ...base, site: { name: base.site?.name ?? "shop", domain: DOMAIN }, tls };
}

/**
 * Changes of which each also has to leave alone what takes long or speaks something else: a reload, a server drain, a balancer
 * replaced, a deploy; and a certificate renewed.
 */
export function changesUnderTls(base: StackInput, renewed: Certified): PlannedChange[] {
  const out = (maintenance: StackInput["maintenance"]): StackInput => ({ ...base, maintenance });
  return [
    { name: "a certificate renewed", steps: [{ ...base, tls: renewed.tls }, base] },
    { name: "a reload", steps: [healthCheckChanged(base), base] },
    { name: "a server drained and put back", steps: [out([{ server: "web-a-1" }]), base] },
    { name: "a balancer replaced", steps: [out([{ balancer: "primary" }]), base], ends: { balancer: "primary" } },
    { name: "a deploy", steps: [deployed(base)], ends: { servers: /^web-/ } },
  ];
}

function healthCheckChanged(base: StackInput): StackInput {
  const { web } = base.pools ?? {};
  return { ...base, pools: { ...base.pools, web: { ...pool({}), ...web, healthCheck: { path: "/whoami", interval: "300ms" } } } };
}

/** Another version of the app, which replaces all of the pool's servers. */
function deployed(base: StackInput): StackInput {
  const { web } = base.pools ?? {};
  return { ...base, pools: { ...base.pools, web: { ...pool({}), ...web, app: { environment: { RELEASE: "2" } } } } };
}

function pool(servers: Record<string, number>): NonNullable<StackInput["pools"]>[string] {
  return { healthCheck: { interval: "200ms" }, slowStart: "1s", servers };
}
