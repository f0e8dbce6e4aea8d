import { expect } from "chai";
import type { StackInput } from "../../components/model/stack";
import { CloudSite } from "../../testbed/clouds/cloud-site";
import { threeClouds, webIn } from "../support/sites/three-clouds";

/** What stands between a client and a balancer, by what is in the name of a data center's rules. */
const RULES = {
  virginia: ["", "-ipv6"],
  iowa: ["", "-ipv6"],
  newyork: [""],
} as const;
type Place = keyof typeof RULES;

for (const [primary, secondary] of [
  ["virginia", "newyork"],
  ["iowa", "virginia"],
] as const satisfies readonly (readonly [Place, Place])[])
  describe(`A tcp pool over three clouds, with balancers in ${primary} and ${secondary}`, () => {
    let site: CloudSite;
    /** How many events there were before the last change. */
    let since = 0;

    const loadBalancers = { primary: { in: primary }, secondary: { in: secondary } };
    const withMail = (port: number): StackInput => {
      const { pools } = threeClouds();
      const mail = { protocol: "tcp", sendProxy: "v2", tunnelTimeout: "1h" } as const;
      return threeClouds({
        loadBalancers,
        pools: { ...pools, mail: { ...webIn({ virginia: 1, iowa: 1, newyork: 1 }), ...mail } },
        passthrough: { port, routes: [{ sni: "mail.example.com", pool: "mail" }] },
      });
    };
    const rulesOf = (port: number): string[] =>
      [primary, secondary].flatMap((place) => RULES[place].map((family) => `${place}-tcp-${port}${family}`)).sort();
    const done = (kind: string): string[] => site.clouds.done(kind, since).sort();
    const change = async (stack: StackInput): Promise<void> => {
      since = site.clouds.events.length;
      site.change(stack);
      await site.up();
    };
    const expectLateDeletes = (names: readonly string[]): void => {
      for (const name of names)
        for (const role of ["secondary", "primary"])
          expect(site.clouds.indexOf("rollout", role, since), `${name} after ${role}`).to.be.lessThan(
            site.clouds.indexOf("delete", name, since),
          );
    };

    before(async () => {
      site = await CloudSite.make(threeClouds({ loadBalancers }));
      await site.up();
    });
    after(() => site.remove());

    it("comes up: its port is opened, its servers are told to pass on, and of what stood nothing is replaced", async () => {
      await change(withMail(8444));
      const servers = ["mail-iowa-1", "mail-newyork-1", "mail-virginia-1"];
      expect(done("create").filter((name) => !name.startsWith("mail-"))).to.deep.equal(rulesOf(8444));
      expect(done("create")).to.include.members(servers);
      expect([...done("delete"), ...done("restart"), ...done("ineffective")]).to.deep.equal([]);
      expect(done("rollout")).to.deep.equal(["primary", "secondary"]);
      const passes = site.clouds.events
        .slice(since)
        .filter(({ kind, type }) => kind === "create" && type.endsWith(":TlsTerminator"))
        .map(({ name, inputs }) => [name, (inputs?.plan as { passes?: object }).passes]);
      expect(passes.sort()).to.deep.equal(servers.map((name) => [name, { sendProxy: "v2", tunnelTimeout: "1h" }]));

      since = site.clouds.events.length;
      expect(await site.up()).to.match(/\d+ unchanged/);
      expect(["create", "update", "delete", "rollout"].flatMap(done)).to.deep.equal([]);
    });

    it("gets another port: the old one is closed once no balancer listens there", async () => {
      await change(withMail(8445));
      expect(done("create")).to.deep.equal(rulesOf(8445));
      expect(done("delete")).to.deep.equal(rulesOf(8444));
      expectLateDeletes(rulesOf(8444));
    });

    it("goes with its rules, and replaces nothing", async () => {
      await change(threeClouds({ loadBalancers }));
      expect([...done("create"), ...done("restart")]).to.deep.equal([]);
      expect(done("delete").filter((name) => !name.startsWith("mail-"))).to.deep.equal(rulesOf(8445));
      expectLateDeletes(["mail-iowa-1", ...rulesOf(8445)]);
    });
  });
