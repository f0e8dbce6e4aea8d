import { expect } from "chai";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { tlsCheck } from "../../../../../components/model/health-checks/health-check";
import { expectGolden } from "../../../../support/golden";
import { sampleNode, samplePlan, samplePool } from "../../../../support/sites/sample-plan";

describe("A pool that says what happens in trouble", () => {
  it("of every kind is this text", () => {
    const web = samplePool({
      outlierDetection: { errors: 5, ejectFor: "30s" },
      whenAllDown: { page: { status: 503, body: 'Back "soon".\n', contentType: "text/plain", retryAfter: "30s" } },
      minimumHealthy: { a: 1, b: 1 },
    });
    const api = samplePool({ healthCheck: tlsCheck("api.example"), whenAllDown: { pool: "web" } });
    const { text } = renderBalancer(
      samplePlan({ web, api, spare: samplePool({ whenAllDown: { servers: "all" } }) }),
      sampleNode(),
    );
    expectGolden(__dirname, "balancer-trouble.cfg", text);
  });

  it("changes the text and the fingerprint with each of them", () => {
    const before = renderBalancer(samplePlan(), sampleNode());
    const outlierDetection = { errors: 5, ejectFor: "30s" };
    for (const more of [{ outlierDetection }, { whenAllDown: { servers: "all" } }, { minimumHealthy: { a: 1 } }] as const) {
      const after = renderBalancer(samplePlan({ web: samplePool(more) }), sampleNode());
      expect(after.text, Object.keys(more)[0]).not.to.equal(before.text);
      expect(after.description).not.to.equal(before.description);
    }
  });
});
