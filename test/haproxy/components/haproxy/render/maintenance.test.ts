import { expect } from "chai";
import * as fc from "fast-check";
import { BALANCER_HEALTH_PATH } from "../../../../../components/haproxy/defaults";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import type { MaintenancePage } from "../../../../../components/model/operations/maintenance-page";
import { LONGEST_BODY } from "../../../../../components/model/pools/page";
import type { Plan } from "../../../../../components/model/plan";
import { choosePorts } from "../../../../../provider/process/ports";
import { expectTaken } from "../../../../support/programs/haproxy-check";
import { startHaproxy } from "../../../../support/programs/haproxy-process";
import { sampleNode, samplePlan, samplePool, servers } from "../../../../support/sites/sample-plan";
import { scratch } from "../../../../support/scratch";

const PAGE: MaintenancePage = { body: "Back soon", contentType: "text/plain", retryAfter: "30m", exceptFrom: [] };
/** A text that means much to HAProxy and its kind, wherever it stands. */
const HOSTILE = `"' # \\ $HOME \${HOME} %[src] %% }\n  use_backend web\r\n\t{ always_true } é ☃ \\x41 "`;

const withPage = (page: Partial<MaintenancePage> = {}): Plan =>
  samplePlan({
    web: samplePool({ page: { ...PAGE, ...page } }),
    api: samplePool({ servers: servers("a", { "api-a-1": 20_021 }) }),
  });

describe("The page of a pool that is out", () => {
  const here = scratch();

  it("is given to requests for that pool alone, but not to those from addresses that are excepted", () => {
    const rules = renderBalancer(withPage({ exceptFrom: ["198.51.100.0/24", "2001:db8::/32"] }), sampleNode()).text;
    expect(rules.split("\n").filter((line) => line.includes("status 503 content-type"))).to.deep.equal([
      '  http-request return status 503 content-type "text/plain" hdr Retry-After 1800 hdr Cache-Control no-store string "Back soon"' +
        " if { var(txn.pool) -m str web } !excepted-web",
    ]);
    expect(rules).to.include("\n  acl excepted-web src 198.51.100.0/24 2001:db8::/32\n");
    expectTaken(rules);
    // One line of HAProxy's has 64 words at most.
    const many = Array.from({ length: 200 }, (_, i) => `203.0.113.${i}/32`);
    expectTaken(renderBalancer(withPage({ exceptFrom: many }), sampleNode()).text);
  });

  it("is taken by HAProxy whatever it says, up to its longest", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (body) => {
        expectTaken(renderBalancer(withPage({ body: body.replaceAll("\0", "") }), sampleNode()).text);
      }),
      { numRuns: 15, examples: [[HOSTILE], ["\u0001".repeat(LONGEST_BODY)]] },
    );
  });

  it("reaches clients as it was written, with its status, its type and when to ask again; and the balancer is healthy", async () => {
    const { site = 0, health = 0 } = await choosePorts({ site: {}, health: {} }, new Set());
    const directory = here.directory();
    const node = sampleNode({
      directory,
      site: { address: "127.0.0.1", port: site },
      health: { address: "127.0.0.1", port: health },
      frontSocket: `${directory}/front.sock`,
    });
    const plan = samplePlan({ web: samplePool({ servers: {}, page: { ...PAGE, body: HOSTILE } }) });
    await startHaproxy(here, directory, renderBalancer(plan, node).text);
    const answer = await fetch(`http://127.0.0.1:${site}/any/where`, { method: "POST", body: "order" });
    expect(answer.status).to.equal(503);
    expect(answer.headers.get("retry-after")).to.equal("1800");
    expect(answer.headers.get("content-type")).to.equal("text/plain");
    expect(await answer.text()).to.equal(HOSTILE);
    expect((await fetch(`http://127.0.0.1:${health}${BALANCER_HEALTH_PATH}`)).status).to.equal(200);
  });
});
