import { expect } from "chai";
import { renderBalancer } from "../../../../components/haproxy/render/balancer";
import { metrics } from "../../../../components/model/observability/metrics";
import { problemsWith } from "../../../support/sites/sound-stack";
import { sampleNode, samplePlan } from "../../../support/sites/sample-plan";

const remote = { address: "192.0.2.1", port: 22, user: "evenkeel", hostKey: "ssh-ed25519 AAAA" };

/** The lines of the frontend of metrics, of a balancer on a machine of a cloud. */
function frontend(from: readonly string[]): string {
  const plan = samplePlan(undefined, { metrics: metrics.parse({ enabled: true, from }) });
  const { text } = renderBalancer(plan, sampleNode({ remote, ipv6: true }));
  return /frontend metrics\n((?: {2}.*\n)*)/.exec(text)?.[1] ?? "";
}

describe("The metrics of a balancer in a cloud", () => {
  it("are shown to its machine alone unless the stack says otherwise", () => {
    expect(frontend([]))
      .to.include("  bind 127.0.0.1:8405\n")
      .and.not.to.match(/bind .*bind/s);
  });

  it("are shown to the addresses that the stack names, over IPv6 only where one of them is", () => {
    expect(frontend(["198.51.100.7/32"]))
      .to.include("  bind 0.0.0.0:8405\n")
      .and.not.to.include(":::8405");
    const both = frontend(["198.51.100.7/32", "2001:db8::/48"]);
    expect(both).to.include("  bind :::8405 v6only\n");
    expect(both).to.include(
      "  acl welcome src 127.0.0.0/8 ::1 198.51.100.7/32 2001:db8::/48\n  tcp-request connection reject unless welcome\n",
    );
  });

  it("have connections beside those of clients and of health checks", () => {
    const connections = (plan: Parameters<typeof renderBalancer>[0]): number =>
      Number(/^ {2}maxconn (\d+)$/m.exec(renderBalancer(plan, sampleNode()).text)?.[1]);
    const shown = samplePlan(undefined, { metrics: metrics.parse({ enabled: true }) });
    expect(connections(shown) - connections(samplePlan())).to.equal(20);
  });

  it("are on a port of their own, and not for the whole world", () => {
    expect(problemsWith({ metrics: { enabled: true, port: 8404, from: ["0.0.0.0/0", "10.0.0.0/8"] } })).to.deep.equal([
      "metrics.port: is 8404, which balancers have for health checks of balancers; it needs a port of its own",
      "metrics.from[0]: is 0.0.0.0/0: metrics tell of every server, and are not for everybody",
    ]);
    expect(problemsWith({ metrics: { enabled: true, port: 8406 } })).to.deep.equal([
      "metrics.port: is 8406, which balancers have for what clients have used; it needs a port of its own",
    ]);
    expect(
      problemsWith({ metrics: { enabled: "yes", port: 80 }, logs: { access: 1, fileSize: "1KiB", files: 0 } }),
    ).to.deep.equal([
      "logs.access: is 1, but must be true or false",
      "logs.fileSize: is 1KiB, but must be a size from 64KiB to 1GiB, written like 512B, 8KiB or 10MiB",
      "logs.files: is 0, but must be a whole number from 1 to 100",
      "metrics.enabled: is yes, but must be true or false",
      "metrics.port: is 80, but must be a port from 1024 to 65535",
    ]);
  });
});
