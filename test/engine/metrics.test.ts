import { expect } from "chai";
import { smallStack, TestSite } from "../support/sites/test-site";

describe("Metrics", () => {
  it("are told to whoever asks a balancer on this machine, by server and by status", async () => {
    const site = await TestSite.up({ ...smallStack(), metrics: { enabled: true } });
    const { url, loadBalancers } = await site.deployment();
    for (let i = 0; i < 4; i++) expect((await fetch(url)).status).to.equal(200);
    let requests = 0;
    for (const { metrics = "" } of Object.values(loadBalancers)) {
      const answer = await fetch(metrics);
      expect(answer.headers.get("content-type")).to.match(/^text\/plain; version=0\.0\.4/);
      const text = await answer.text();
      expect(text).to.match(/^haproxy_server_check_status\{proxy="web",server="web-a-1",state="L7OK"\} 1$/m);
      requests += Number(/^haproxy_frontend_http_responses_total\{proxy="site",code="2xx"\} (\d+)$/m.exec(text)?.[1]);
      expect((await fetch(new URL("/", metrics))).status).to.equal(404);
    }
    expect(requests).to.be.at.least(4);
    await site.remove();
  });
});
