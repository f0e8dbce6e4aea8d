import { expect } from "chai";
import { EnginelessSite, quickStack } from "../../support/engineless/site";
import { scratch } from "../../support/scratch";

const made = scratch();

describe("Metrics", () => {
  it("are served by each balancer on a port of its own, by server and by status", async () => {
    const site = await EnginelessSite.up(made, {
      ...quickStack({ a: 1, b: 1 }, { healthCheck: {} }),
      metrics: { enabled: true },
    });
    for (let i = 0; i < 4; i++) expect((await fetch(site.url)).status).to.equal(200);
    let requests = 0;
    for (const { metrics = "" } of Object.values(site.deployment.loadBalancers)) {
      const answer = await fetch(metrics);
      expect(answer.headers.get("content-type")).to.match(/^text\/plain; version=0\.0\.4/);
      const text = await answer.text();
      expect(text).to.match(/^haproxy_server_check_status\{proxy="web",server="web-a-1",state="L7OK"\} 1$/m);
      requests += Number(/^haproxy_frontend_http_responses_total\{proxy="site",code="2xx"\} (\d+)$/m.exec(text)?.[1]);
      expect((await fetch(new URL("/", metrics))).status).to.equal(404);
    }
    expect(requests).to.be.at.least(4);
  });
});
