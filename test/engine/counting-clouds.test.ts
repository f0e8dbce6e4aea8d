import { expect } from "chai";
import type { StackInput } from "../../components/model/stack";
import { CloudSite } from "../../testbed/clouds/cloud-site";
import { threeClouds, webIn } from "../support/sites/three-clouds";

const MACHINE = /:(Instance|Droplet)$/;
const RULE = "newyork-balancers-from-primary-8406";
const LIMITS = { rate: { requests: 100, per: "10s" } };
/** In both a machine sends from an address of its own, which another one has not. */
const BALANCERS = { primary: { in: "iowa" }, secondary: { in: "newyork" } };

const limited = (change: Partial<StackInput> = {}): StackInput =>
  threeClouds({ loadBalancers: BALANCERS, limits: LIMITS, ...change });
const plain = (encryption: "none" | "tls"): NonNullable<StackInput["dataCenters"]> =>
  Object.fromEntries(
    Object.entries(threeClouds().dataCenters ?? {}).map(([place, settings]) => [place, { ...settings, encryption }]),
  );

describe("A rate that both balancers count, in clouds", () => {
  let site: CloudSite;
  let since = 0;

  const up = async (stack: StackInput): Promise<string> => {
    since = site.clouds.events.length;
    site.change(stack);
    return site.up();
  };
  const done = (kind: string, type?: RegExp): string[] => site.clouds.done(kind, since, type);
  const expectNoMachineTouched = (): void => {
    const touched = ["create", "update", "delete", "restart"].flatMap((kind) => done(kind, MACHINE));
    expect(touched).to.deep.equal([]);
  };

  before(async () => {
    site = await CloudSite.make(threeClouds({ loadBalancers: BALANCERS }));
    await site.up();
  });
  after(() => site.remove());

  it("comes: the secondary listens, then admits the primary alone, which then calls; no machine is touched", async () => {
    expect(rules()).to.deep.equal([]);
    await up(limited());
    expectNoMachineTouched();
    expect(done("create")).to.deep.equal([RULE]);
    expect(done("rollout")).to.deep.equal(["primary", "secondary"]);
    await expectFollowed();
  });

  it("is left alone by a second up", async () => {
    expect(await up(limited())).to.match(/\d+ unchanged/);
    expect(["create", "update", "delete", "rollout"].flatMap((kind) => done(kind))).to.deep.equal([]);
  });

  for (const role of ["primary", "secondary"] as const) {
    it(`follows another machine of the ${role}`, async () => {
      const [before] = admitted();
      await up(limited({ maintenance: [{ balancer: role }] }));
      const printed = await up(limited({ loadBalancers: { ...BALANCERS, [role]: { ...BALANCERS[role], size: "large" } } }));
      expect(done("delete", MACHINE), printed).to.deep.equal([`shop-${role}`]);
      await expectFollowed();
      if (role === "secondary") return;
      // Whom the run still needs is let in until its end.
      expect(admitted()).to.not.deep.equal([before]);
      expect(site.clouds.indexOf("create", RULE, since)).to.be.lessThan(site.clouds.indexOf("rollout", role, since));
      expect(site.clouds.indexOf("rollout", role, since)).to.be.lessThan(site.clouds.indexOf("delete", RULE, since));
    });
  }

  it("goes: its rule goes when neither needs it, and no machine is touched", async () => {
    await up(limited({ loadBalancers: { ...BALANCERS, secondary: { in: "newyork", size: "large" } } }));
    await up(threeClouds({ loadBalancers: { ...BALANCERS, secondary: { in: "newyork", size: "large" } } }));
    expectNoMachineTouched();
    expect(done("delete")).to.deep.equal([RULE]);
    expect(site.clouds.indexOf("rollout", "primary", since)).to.be.lessThan(site.clouds.indexOf("delete", RULE, since));
    expect(configurations().join("\n")).to.not.match(/peers pair|8406/);
  });

  it("has the pair certified also where no server is", async () => {
    const stack = { dataCenters: plain("none"), pools: { web: webIn({ newyork: 1 }) } };
    await up(threeClouds({ loadBalancers: BALANCERS, ...stack }));
    expect(configurations().join("\n")).to.not.include("identity-");
    await up(limited(stack));
    expect(done("create")).to.deep.equal([RULE, "shop", "shop-balancers"]);
    expectNoMachineTouched();
    await expectFollowed();
  });

  /** That the secondary listens to the primary, and the primary calls where the secondary is. */
  async function expectFollowed(): Promise<void> {
    const { loadBalancers } = await site.deployment();
    const { primary, secondary } = loadBalancers;
    expect(admitted()).to.deep.equal([primary?.sendsFrom]);
    const [caller = "", called = ""] = configurations();
    expect(called).to.match(/bind 0\.0\.0\.0:8406 ssl verify required /);
    expect(called).to.include("unless { ssl_c_s_dn(cn) -m str balancers.shop.evenkeel.internal }");
    expect(caller).to.include(`server secondary ${new URL(secondary?.url ?? "").hostname}:8406 ssl verify required `);
    expect(caller).to.include(" verifyhost balancers.shop.evenkeel.internal").and.to.not.include("bind 0.0.0.0:8406");
  }

  function rules(): { name: string; inputs: Record<string, unknown> }[] {
    return site.clouds.declared().filter(({ name }) => name === RULE);
  }

  /** Whose packets the rule lets through. */
  function admitted(): unknown[] {
    return rules().flatMap(({ inputs }) => {
      const [rule] = inputs.inboundRules as { sourceAddresses: string[]; portRange: string }[];
      expect(rule?.portRange).to.equal("8406");
      return rule?.sourceAddresses ?? [];
    });
  }

  /** What the state says that the primary and the secondary run. */
  function configurations(): string[] {
    return ["primary", "secondary"].map((role) => {
      const rollout = site.resources().find(({ urn }) => urn.endsWith(`:Rollout::shop-${role}`));
      return rollout?.outputs?.configuration as string;
    });
  }
});
