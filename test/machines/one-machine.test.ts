import { expect } from "chai";
import { MachineRoom } from "../../scripts/machines/machine-room";
import type { CloudMachine } from "../../scripts/stand-in-clouds/hardware";

describe("A machine of a cloud", () => {
  for (const cloud of ["aws", "gcp"]) {
    it(`boots with its user data, in ${cloud}`, async () => {
      const room = await MachineRoom.open();
      const machine: CloudMachine = {
        ...{ id: `i-${cloud}`, name: "one", cloud, place: "here" },
        userData: '#cloud-config\npackages: [haproxy]\nruncmd: ["echo told > /root/told"]\n',
        ...{ own: ["10.20.0.5", "2001:db8:1::5"], translated: [{ outside: "198.18.0.5", inside: "10.20.0.5" }], forwarded: [] },
        openings: [{ from: "198.51.100.0/24", protocol: "tcp", ports: [22, 22] }],
      };
      await room.run([machine]);
      const one = room.machine("one");
      expect(await one.run("cloud-init status --wait; cat /root/told; ip -br addr; ip route")).to.include("told");
      console.log(await one.run("cloud-init status --long; systemctl is-system-running; ip -br addr; ip route; systemd-analyze"));
      await room.run([]);
    });
  }
});
