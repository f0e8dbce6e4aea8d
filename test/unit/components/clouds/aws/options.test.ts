import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { everything, inVirginia, type Made } from "./virginia";

/** Who a resource waits for beside what its inputs name, by `Route virginia-ipv4`. */
async function waitsFor({ options }: Made<unknown>, name: string): Promise<string[]> {
  const stated = options[name]?.dependsOn ?? [];
  const all = await known(pulumi.output(stated as pulumi.Input<pulumi.Input<pulumi.Resource>[]>));
  const urns = await Promise.all([all].flat().map(({ urn }) => known(urn)));
  return urns.map((urn) => `${urn.split("::")[2]?.split(":").pop() ?? ""} ${urn.split("::").pop() ?? ""}`).sort();
}

function known<Value>(value: pulumi.Output<Value>): Promise<Value> {
  return new Promise((resolve) => value.apply((all) => resolve(all)));
}

const WAYS = ["Route virginia-ipv4", "Route virginia-ipv6", "RouteTableAssociation virginia-1"];
const OUT = ["SecurityGroupEgressRule virginia-out-ipv4", "SecurityGroupEgressRule virginia-out-ipv6"];

describe("What the engine is told of AWS", () => {
  it("starts a machine only when there is a way to what it installs", async () => {
    const made = await inVirginia(everything);
    for (const name of ["Instance web-virginia-1", "Instance shop-primary"])
      expect(await waitsFor(made, name), name).to.deep.equal([...WAYS, ...OUT].sort());
  });

  it("gives a balancer's address to a machine that can be reached by it", async () => {
    const made = await inVirginia(everything);
    expect(await waitsFor(made, "EipAssociation shop-primary")).to.deep.equal(
      [
        "SecurityGroupIngressRule virginia-ssh-192.0.2.0/24",
        "SecurityGroupIngressRule virginia-ssh-2001-db8--/32",
        "SecurityGroupIngressRule virginia-http-80",
        "SecurityGroupIngressRule virginia-http-80-ipv6",
        "SecurityGroupIngressRule virginia-http-443",
        "SecurityGroupIngressRule virginia-http-443-ipv6",
        "SecurityGroupRule virginia-health",
      ].sort(),
    );
  });

  it("has the machine wait for what its caller says, and not its address, which servers must know before", async () => {
    const made = await inVirginia(({ admit, balancer }) => {
      const rollout = admit();
      balancer({}, { dependsOn: rollout });
    });
    const caller = "SecurityGroupIngressRule virginia-from-primary-8443";
    expect(await waitsFor(made, "Instance shop-primary")).to.deep.equal([...WAYS, ...OUT, caller].sort());
    expect(await waitsFor(made, "EipAssociation shop-primary")).to.include(caller);
    for (const name of ["Eip shop-primary", "SshKeyPair shop-primary-host"]) expect(await waitsFor(made, name)).to.deep.equal([]);
  });

  it("makes a server's rule depend on the address alone, and what clients use on its association", async () => {
    const { result } = await inVirginia(({ balancer }) => {
      const { address, sendsFrom, ipv6 } = balancer();
      return Promise.all([dependencies(address), dependencies(sendsFrom), ipv6 && dependencies(ipv6)]);
    });
    const [address, sendsFrom, ipv6] = result;
    expect(sendsFrom).to.deep.equal(["Eip"]);
    expect(address).to.deep.equal(["Eip", "EipAssociation"]);
    expect(ipv6).to.deep.equal(["EipAssociation", "Instance"]);
  });

  it("replaces a machine for another type, and never for a newer Ubuntu", async () => {
    const { options } = await inVirginia(everything);
    for (const name of ["Instance web-virginia-1", "Instance shop-primary"]) {
      expect(options[name]?.replaceOnChanges, name).to.deep.equal(["instanceType"]);
      expect(options[name]?.ignoreChanges, name).to.deep.equal(["ami"]);
    }
    const { options: stated } = await inVirginia(everything, { image: "ami-0123456789abcdef0" });
    expect(stated["Instance web-virginia-1"]?.ignoreChanges).to.deep.equal([]);
  });

  it("keeps what a balancer's machine is told a secret also when it is read back", async () => {
    const { options } = await inVirginia(everything);
    expect(options["Instance shop-primary"]?.additionalSecretOutputs).to.deep.equal(["userData"]);
  });

  it("replaces the rule of a balancer whose address changes, and deletes nothing before but what can't be made twice", async () => {
    const { options } = await inVirginia(everything);
    expect(options["SecurityGroupIngressRule virginia-from-primary-8443"]?.replaceOnChanges).to.deep.equal(["cidrIpv4"]);
    const before = Object.entries(options).filter(([, { deleteBeforeReplace }]) => deleteBeforeReplace);
    expect(before.map(([name]) => name)).to.deep.equal(["SecurityGroupRule virginia-health"]);
  });

  for (const frozen of [true, "2026-11-24T12:00:00Z"]) {
    it(`asks and changes nothing with frozen: ${String(frozen)}`, async () => {
      const [{ options, inputs, asked }, usual] = [await inVirginia(everything, { frozen }), await inVirginia(everything)];
      expect(asked).to.deep.equal([]);
      expect(Object.keys(inputs).sort()).to.deep.equal(Object.keys(usual.inputs).sort());
      const { "Network virginia": component, ...resources } = inputs;
      expect(component).to.deep.equal({});
      for (const [name, given] of Object.entries(resources))
        expect(options[name]?.ignoreChanges, name).to.have.members(Object.keys(given));
    });
  }

  it("changes as usual with frozen: false", async () => {
    const { options } = await inVirginia(everything, { frozen: false });
    expect(options["Vpc virginia"]?.ignoreChanges).to.equal(undefined);
  });
});

/** The types of the resources that an output depends on. */
async function dependencies(output: pulumi.Output<unknown>): Promise<string[]> {
  const { allResources } = output as unknown as { allResources?: () => Promise<Set<pulumi.Resource>> };
  const all = (await allResources?.call(output)) ?? new Set();
  return [...all].map((resource) => resource.constructor.name).sort();
}
