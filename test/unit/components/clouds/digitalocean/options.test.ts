import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { inNewYork, type Made, type NewYork } from "./new-york";

/** A server, a balancer, and the balancer let in. */
function everything({ open, opts, server, balancer }: NewYork): void {
  server("web-newyork-1");
  open.admit?.({ role: "primary", address: balancer().sendsFrom, port: 8080 }, opts);
}

async function dependenciesOf({ options }: Made<unknown>, name: string): Promise<(string | undefined)[]> {
  const all = [options[name]?.dependsOn ?? []].flat() as pulumi.Resource[];
  return Promise.all(
    all.map(({ urn }) => new Promise<string>((resolve) => urn.apply((known) => resolve(known.split("::").slice(2).join(" "))))),
  );
}

describe("What the engine is told of DigitalOcean", () => {
  it("makes a droplet only when its firewall stands, and after what its caller says", async () => {
    const made = await inNewYork(({ open, opts, server, balancer }) => {
      server("web-newyork-1");
      const secondary = balancer();
      const admitted = open.admit?.({ role: "primary", address: secondary.sendsFrom, port: 8080 }, opts);
      const dependsOn = admitted === undefined ? [] : [admitted];
      open.balancerNode(
        "blog-primary",
        { role: "primary", size: "small", out: false, stopWithin: "30s" },
        { ...opts, dependsOn },
      );
    });
    const firewall = "evenkeel:digitalocean:Network$digitalocean:index/firewall:Firewall";
    expect(await dependenciesOf(made, "Droplet web-newyork-1")).to.deep.equal([`${firewall} newyork-servers`]);
    expect(await dependenciesOf(made, "Droplet shop-primary")).to.deep.equal([`${firewall} newyork-balancers`]);
    expect(await dependenciesOf(made, "Droplet blog-primary")).to.have.members([
      "digitalocean:index/firewall:Firewall newyork-from-primary-8080",
      `${firewall} newyork-balancers`,
    ]);
    const admitted = ["digitalocean:index/firewall:Firewall newyork-from-primary-8080"];
    expect(await dependenciesOf(made, "ReservedIpAssignment blog-primary")).to.deep.equal(admitted);
  });

  it("replaces a droplet for another size, and never for a newer Ubuntu", async () => {
    const { options } = await inNewYork(everything);
    for (const name of ["Droplet web-newyork-1", "Droplet shop-primary"]) {
      expect(options[name]?.replaceOnChanges, name).to.deep.equal(["size"]);
      expect(options[name]?.ignoreChanges, name).to.deep.equal(["image"]);
    }
    const { options: stated } = await inNewYork(everything, { image: "123456" });
    expect(stated["Droplet web-newyork-1"]?.ignoreChanges).to.deep.equal([]);
  });

  it("replaces a firewall that lets others in, so that the old one stands until the end of the run", async () => {
    const { options } = await inNewYork(everything);
    const firewalls = Object.keys(options).filter((name) => name.startsWith("Firewall "));
    expect(firewalls).to.have.lengthOf(4);
    for (const name of firewalls) expect(options[name]?.replaceOnChanges, name).to.deep.equal(["inboundRules"]);
  });

  it("deletes nothing before its replacement stands: an address is moved, and never nobody's", async () => {
    const { options } = await inNewYork(everything);
    expect(options).to.include.keys("ReservedIpAssignment shop-primary");
    for (const [name, { deleteBeforeReplace }] of Object.entries(options)) expect(deleteBeforeReplace, name).to.equal(undefined);
  });

  for (const frozen of [true, "2026-11-24T12:00:00Z"]) {
    it(`changes nothing with frozen: ${String(frozen)}`, async () => {
      const { options, types, inputs } = await inNewYork(everything, { frozen });
      const cloud = Object.keys(options).filter((name) => types[name]?.startsWith("digitalocean:"));
      expect(cloud).to.have.lengthOf(12);
      for (const name of cloud) expect(options[name]?.ignoreChanges, name).to.include.members(Object.keys(inputs[name] ?? {}));
      for (const key of Object.keys(options).filter((name) => name.startsWith("SshKeyPair ")))
        expect(options[key]?.ignoreChanges ?? [], key).to.include("comment");
      const { options: usual } = await inNewYork(everything, { frozen: false });
      for (const name of cloud.filter((one) => !one.startsWith("Droplet")))
        expect(usual[name]?.ignoreChanges, name).to.equal(undefined);
    });
  }

  it("leaves every name that DigitalOcean sees to Pulumi", async () => {
    const { inputs } = await inNewYork(everything);
    for (const [name, own] of Object.entries(inputs)) expect(own, name).to.not.have.property("name");
  });
});
