import { expect } from "chai";
import { GUEST_AGENT } from "../../../../../components/clouds/gcp/guest-agent";

describe("What Google's agent is told on a machine whose host key is ours", () => {
  it("is to leave the host key alone, and to take what is forwarded to it", () => {
    expect(GUEST_AGENT).to.deep.equal({
      path: "/etc/default/instance_configs.cfg",
      content: [
        "[Daemons]\nnetwork_daemon = true\n[InstanceSetup]\nset_host_keys = false\n",
        "[IpForwarding]\ntarget_instance_ips = true\n[NetworkInterfaces]\nip_forwarding = true\n",
      ].join(""),
    });
  });
});
