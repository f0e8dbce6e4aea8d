import { baseImage, SUITES } from "../../../testbed/machines/base-image";
import { runInLab } from "../../../testbed/machines/lab";
import { MachineRoom } from "../../../testbed/machines/machine-room";
import type { CloudMachine } from "../../../testbed/clouds/hardware";

/** The word by which this program boots the machine; without it makes the lab in which it does. */
const INSIDE = "inside";

/** A machine of a cloud, by no stack. */
export function oneMachine(cloud: string): CloudMachine {
  return {
    ...{ id: `one-${cloud}`, name: `one-${cloud}`, cloud, place: "here" },
    userData: '#cloud-config\npackages: [haproxy, docker.io]\nruncmd: ["echo as it was told > /root/told"]\n',
    ...{ own: ["10.20.0.5", "2001:db8:1::5"], translated: [{ outside: "198.18.0.5", inside: "10.20.0.5" }], forwarded: [] },
    openings: [{ from: "198.51.100.0/24", protocol: "tcp", ports: [22, 22] }],
  };
}

/** Boots a machine in a lab, says so, and goes on until it is killed. */
async function main(): Promise<void> {
  if (process.argv[2] !== INSIDE) {
    for (const suite of SUITES) await baseImage(suite);
    await runInLab([process.execPath, "--require", "tsx/cjs", __filename, INSIDE]);
    return;
  }
  const room = await MachineRoom.open();
  await room.run([oneMachine("gcp")]);
  await room.machine("one-gcp").run("cloud-init status --wait");
  console.log("ready");
  setInterval(() => undefined, 1_000);
}

if (require.main === module) void main();
