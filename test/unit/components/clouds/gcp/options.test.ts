import { expect } from "chai";
import { inIowa } from "./iowa";

function everything({ open, opts, server, balancer }: Parameters<Parameters<typeof inIowa>[0]>[0]): void {
  server(1);
  open.admit?.({ role: "primary", address: balancer().sendsFrom, port: 8443 }, opts);
}

describe("What the engine is told of Google Cloud", () => {
  it("replaces a machine for whatever would stop it, and never for a newer Ubuntu", async () => {
    const { options } = await inIowa(everything);
    for (const name of ["Instance web-iowa-1", "Instance shop-primary"]) {
      expect(options[name]?.replaceOnChanges, name).to.deep.equal([
        ...["bootDisk", "machineType", "metadata", "networkInterfaces", "shieldedInstanceConfig"],
      ]);
      expect(options[name]?.ignoreChanges, name).to.deep.equal(["bootDisk.initializeParams.image"]);
    }
    const { options: stated } = await inIowa(everything, { image: "projects/mine/global/images/golden" });
    expect(stated["Instance web-iowa-1"]?.ignoreChanges).to.deep.equal([]);
  });

  it("replaces the rule of a balancer whose address changes, so that the old one stands until the end of the run", async () => {
    const { options } = await inIowa(everything);
    expect(options["Firewall iowa-from-primary-8443"]?.replaceOnChanges).to.deep.equal(["sourceRanges"]);
  });

  it("deletes nothing before its replacement stands", async () => {
    const { options } = await inIowa(everything);
    expect(options).to.include.keys("TargetInstance shop-primary");
    for (const [name, { deleteBeforeReplace }] of Object.entries(options)) expect(deleteBeforeReplace, name).to.equal(undefined);
  });

  it("looks at nothing that is said of a resource while its API is in trouble, but leaves its name to Pulumi", async () => {
    const { options: usual } = await inIowa(everything, { frozen: false });
    for (const frozen of [true, "2026-11-27T12:00:00Z"]) {
      const { options, inputs } = await inIowa(everything, { frozen });
      const resources = Object.entries(options).filter(([name]) => name !== "component iowa");
      expect(resources).to.have.lengthOf(Object.keys(usual).length - 1);
      for (const [name, { ignoreChanges }] of resources) {
        expect(ignoreChanges, name).to.have.members(Object.keys(inputs[name] ?? {}));
        // With it, or with all ("*"), the next run that looks again would make everything anew.
        expect(ignoreChanges, name).to.not.include("name").and.not.include("*");
      }
    }
  });
});
