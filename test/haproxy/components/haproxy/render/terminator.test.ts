import * as fc from "fast-check";
import { expect } from "chai";
import { credentialFiles, credentialTexts } from "../../../../../components/haproxy/credentials";
import { renderTerminator } from "../../../../../components/haproxy/render/terminator";
import { tlsCheck } from "../../../../../components/model/health-checks/health-check";
import type { TerminatorPlan } from "../../../../../components/model/plan";
import { issue, makeAuthority } from "../../../../../provider/keys/x509";
import { complaintAbout, expectTaken } from "../../../../support/programs/haproxy-check";

const DOMAIN = "shop.evenkeel.internal";
/** What ends TLS on a server. */
const PLAN: TerminatorPlan = {
  server: "web-virginia-3",
  directory: "{directory}",
  port: 8443,
  appPort: 8080,
  responseTimeout: "30s",
  peer: `balancers.${DOMAIN}`,
  longestConnection: "30m",
  maxConnections: 4_000,
};

describe("The configuration of what ends TLS on a server", () => {
  let files: Readonly<Record<string, string>>;
  let credentials: { trusted: string; certificate: string };
  before(async () => {
    const { certificate, privateKey } = await makeAuthority(DOMAIN);
    const server = { name: `3.virginia.web.${DOMAIN}`, usage: "server" } as const;
    const issued = await issue({ ...server, authority: certificate, bridge: "", authorityKey: privateKey });
    credentials = { trusted: certificate, certificate: issued.certificate };
    files = credentialTexts(credentials, issued.privateKey);
  });

  it("is one that HAProxy takes, with the files that it names and not without them", () => {
    const { text } = renderTerminator(PLAN, credentials);
    expectTaken(text, files);
    expect(complaintAbout(text)).to.include(credentialFiles(credentials).authority);
  });

  it("is taken whatever the plan holds", () => {
    fc.assert(
      fc.property(
        fc.record({
          port: fc.integer({ min: 1, max: 65_535 }),
          appPort: fc.integer({ min: 1, max: 65_535 }),
          maxConnections: fc.integer({ min: 1, max: 4_000 }),
          responseTimeout: fc.constantFrom("1s", "2.5s", "1h"),
          longestConnection: fc.constantFrom("1s", "30m", "24h"),
          passes: fc.option(
            fc.record(
              {
                sendProxy: fc.constantFrom("v1", "v2"),
                tunnelTimeout: fc.constantFrom("1s", "2.5s", "24h"),
                check: fc.constantFrom(
                  tlsCheck(),
                  tlsCheck("mail.example.com", { interval: "1s", timeout: "500ms", fall: 1, rise: 5 }),
                ),
              },
              { requiredKeys: [] },
            ),
            { nil: undefined },
          ),
        }),
        (changes) => expectTaken(renderTerminator({ ...PLAN, ...changes }, credentials).text, files),
      ),
      { numRuns: 30 },
    );
  });
});
