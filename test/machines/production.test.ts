import { expect } from "chai";
import { MachineRoom } from "../../scripts/machines/machine-room";
import { sampleStack } from "../../scripts/sample-stack";
import { CloudSite } from "../../scripts/stand-in-clouds/cloud-site";
import { StandInClouds } from "../../scripts/stand-in-clouds/stand-in-clouds";

describe("The sample stack production, on machines", () => {
  let room: MachineRoom;
  let clouds: StandInClouds;
  let site: CloudSite;

  before(async () => {
    room = await MachineRoom.open();
    clouds = await StandInClouds.start(room);
    const { stack, settings } = sampleStack("production");
    site = await CloudSite.make(stack, settings, { name: "production", clouds });
  });

  after(async () => {
    await site.remove();
    clouds.stop();
    await room.run([]);
  });

  it("comes up", async () => {
    try {
      await site.up();
    } catch (error) {
      for (const { name } of room.declared()) {
        const machine = room.machine(name);
        console.log(name, await machine.run("cloud-init status --long; systemctl --failed; systemctl list-jobs").catch(String));
      }
      throw error;
    }
    expect(await site.deployment()).to.have.property("loadBalancers");
    console.log(JSON.stringify(await site.deployment(), undefined, 1));
  });
});
