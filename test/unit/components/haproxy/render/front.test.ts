import { expect } from "chai";
import { renderFront } from "../../../../../components/haproxy/render/front";
import { expectGolden } from "../../../../support/golden";
import { sampleNode } from "../../../../support/sites/sample-plan";

const PRIMARY = sampleNode({ frontSocket: "/run/primary/front.sock" });
const SECONDARY = sampleNode({
  role: "secondary",
  dataCenter: "b",
  frontSocket: "/run/secondary/front.sock",
  health: { address: "127.0.0.1", port: 20_004 },
});

describe("The configuration of the front", () => {
  const text = renderFront([PRIMARY, SECONDARY], "127.0.0.1", 4_000);

  it("is this text", () => {
    expectGolden(__dirname, "front.cfg", text);
  });

  it("leaves its port and its directory open until it is started", () => {
    expect(text).to.include("bind 127.0.0.1:{port}\n").and.include('stats socket "{directory}/admin.sock" ');
  });

  it("asks each balancer at its health listener, not at the one that is busy with the site", () => {
    expect(text).to.match(/server primary "unix@\/run\/primary\/front\.sock" .* addr 127\.0\.0\.1 port 20002 /);
    expect(text).to.match(/server secondary "unix@\/run\/secondary\/front\.sock" .* addr 127\.0\.0\.1 port 20004 /);
  });

  it("changes with each of its balancers", () => {
    for (const change of [{ frontSocket: "/elsewhere" }, { health: { address: "127.0.0.1", port: 1 } }]) {
      expect(renderFront([PRIMARY, { ...SECONDARY, ...change }], "127.0.0.1", 4_000)).not.to.equal(text);
    }
    expect(renderFront([PRIMARY, SECONDARY], "127.0.0.1", 3_999)).not.to.equal(text);
  });
});
