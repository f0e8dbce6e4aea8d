import { expect } from "chai";
import { BalancedDeployment, type BalancedDeploymentArgs } from "../../../components/balanced-deployment";
import { LocalDataCenter, LocalFront } from "../../../components/clouds/local";
import { type Declared, declared } from "../../support/declared";
import { planOf, validStack } from "../../support/sites/planned-site";

const ANSWERS = { outputs: () => ({ directory: "/run/here", listening: { http: 20_001, site: 20_002, health: 20_003 } }) };

/** A site on this machine that sets everything that its plan may show. */
const SITE = {
  loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
  pools: {
    web: { servers: { a: 2, b: 1 }, whenAllDown: { pool: "api" }, healthCheck: { path: "/up" }, minimumHealthy: { a: 1 } },
    api: { servers: { a: 1, b: 1 }, capacity: { requests: 50 }, weights: { a: 50 } },
  },
  routes: [{ path: "/api/*", pool: "api" }, { pool: "web" }],
  limits: { rate: { requests: 100, per: "10s" } },
  logs: { access: true },
  metrics: { enabled: true },
  maintenance: [{ server: "web-a-2" }, { pool: "api" }],
};

/** The site as a program declares it. */
function site(more: Partial<BalancedDeploymentArgs> = {}): BalancedDeployment {
  const dataCenters = { a: new LocalDataCenter("a"), b: new LocalDataCenter("b") };
  return new BalancedDeployment("shop", { ...SITE, dataCenters, failover: new LocalFront(), ...more });
}

/** The site as a stack file states it. */
const STATED = {
  ...SITE,
  site: { name: "shop" },
  dataCenters: { a: { provider: "local" as const }, b: { provider: "local" as const } },
};

function plansOf(resources: readonly Declared[]): unknown[] {
  return resources.flatMap(({ type, inputs }) => (type === "evenkeel-node:index:Rollout" ? [inputs.plan] : []));
}

describe("A balanced deployment", () => {
  it("gives both balancers the plan that follows from its stack and the addresses of its servers", async () => {
    const { resources } = await declared(() => site().url, ANSWERS);
    const plan = planOf(validStack(STATED), () => ({ address: "127.0.0.1", port: 20_001 }));
    expect(plansOf(resources)).to.deep.equal([plan, plan]);
  });
});
