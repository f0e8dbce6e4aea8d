import { expect } from "chai";
import { renderTerminator } from "../../../../../components/haproxy/render/terminator";
import { tlsCheck } from "../../../../../components/model/health-checks/health-check";
import type { TerminatorPlan } from "../../../../../components/model/plan";
import { expectGolden } from "../../../../support/golden";

const PLAN: TerminatorPlan = {
  server: "web-virginia-3",
  directory: "{directory}",
  port: 8443,
  appPort: 8080,
  responseTimeout: "30s",
  peer: "balancers.shop.evenkeel.internal",
  longestConnection: "30m",
  maxConnections: 4_000,
};
const CREDENTIALS = { trusted: "the authorities", certificate: "the certificate" };

describe("The configuration of what ends TLS on a server", () => {
  it("is this text", () => {
    expectGolden(__dirname, "terminator.cfg", renderTerminator(PLAN, CREDENTIALS).text);
  });

  it("is this text where connections are passed on", () => {
    const passes = { sendProxy: "v2", tunnelTimeout: "1h", check: tlsCheck("mail.example.com", { timeout: "300ms" }) } as const;
    expectGolden(__dirname, "terminator-tcp.cfg", renderTerminator({ ...PLAN, passes }, CREDENTIALS).text);
  });

  it("is another one with another certificate or other authorities", () => {
    const { description } = renderTerminator(PLAN, CREDENTIALS);
    for (const changed of ["trusted", "certificate"] as const)
      expect(renderTerminator(PLAN, { ...CREDENTIALS, [changed]: "another" }).description).to.not.equal(description);
    expect(renderTerminator(PLAN, CREDENTIALS).description).to.equal(description);
  });
});
