import { expect } from "chai";
import { withGuestAgent } from "../../../../components/clouds/gcp/guest-agent";
import { programOrSkip, understood } from "../cloud-init/judges";

const BALANCER = ["#cloud-config", "write_files:", "  - { path: /etc/one, content: one }", "ssh_deletekeys: true", ""].join("\n");

describe("User data of a balancer in Google Cloud", () => {
  it("keeps all that the balancer needs, and has Google's agent leave the host key alone", function () {
    this.timeout(60_000);
    const [read] = understood(programOrSkip(this, "cloud-init"), [withGuestAgent(BALANCER)]);
    expect(read?.config).to.deep.include({ ssh_deletekeys: true });
    const files = read?.config.write_files as { path: string; content: string }[];
    expect(files.map(({ path }) => path)).to.deep.equal(["/etc/one", "/etc/default/instance_configs.cfg"]);
    expect(files[1]?.content).to.equal(
      [
        "[Daemons]\nnetwork_daemon = true\n[InstanceSetup]\nset_host_keys = false\n",
        "[IpForwarding]\ntarget_instance_ips = true\n[NetworkInterfaces]\nip_forwarding = true\n",
      ].join(""),
    );
  });
});
