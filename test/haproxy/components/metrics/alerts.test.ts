import { expect } from "chai";
import { alertRules } from "../../../../components/metrics/alerts";
import { dashboard } from "../../../../components/metrics/dashboard";
import { scrapeConfiguration } from "../../../../components/metrics/scrape";
import { metrics } from "../../../../components/model/observability/metrics";
import { complaintOfPromtool, sampleSite } from "../../../../checks/metrics/alerts";
import { findPromtool } from "../../../../checks/metrics/promtool";
import { echoingApp, realBalancer } from "../../../support/programs/real-balancer";
import { scratch } from "../../../support/scratch";
import { choosePorts } from "../../../../provider/process/ports";

const made = scratch();

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}

describe("What a site's monitoring is told", () => {
  it("asks for nothing that HAProxy does not tell", async () => {
    const { metrics: port = 0 } = await choosePorts({ metrics: {} }, new Set());
    const shown = { address: "127.0.0.1", port };
    await realBalancer(made, await echoingApp(made), { metrics: metrics.parse({ enabled: true }) }, { metrics: shown });
    const told = await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
    const known = new Set([...told.matchAll(/^haproxy_\w+/gm)].map(([name]) => name));
    const asked = [...JSON.stringify([alertRules(sampleSite()), dashboard(sampleSite())]).matchAll(/haproxy_\w+/g)].map(
      ([name]) => name,
    );
    expect(asked).to.have.length.above(20);
    expect(asked.filter((name) => !known.has(name))).to.deep.equal([]);
  });

  it("has alerts that promtool takes, and that tell of what goes wrong and of nothing else", function () {
    const promtool = findPromtool();
    if ("missing" in promtool) {
      console.log(`      not asked, since ${promtool.missing}`);
      this.skip();
    }
    expect(complaintOfPromtool(promtool.path, made.directory())).to.equal(undefined);
    const blind = complaintOfPromtool(promtool.path, made.directory(), (text) => text.replace("> 0.05", "> 0.5"));
    expect(blind).to.match(/exp: .*EvenkeelErrors.*\s+got: nil/);
    const broken = complaintOfPromtool(promtool.path, made.directory(), (text) => text.replace("sum(rate(", "sum((rate("));
    expect(broken).to.include("could not parse expression");
  });

  it("has an alert about lost lines only where there is a log, and a slow answer for each pool", () => {
    const names = (stack: Parameters<typeof alertRules>[0]): string[] =>
      alertRules(stack).groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    const site = sampleSite();
    expect(names(site)).to.include("EvenkeelLogsDropped");
    expect(names({ ...site, logs: { ...site.logs, access: false } })).not.to.include("EvenkeelLogsDropped");
    expect(names(site).filter((name) => name === "EvenkeelSlow")).to.have.length(2);
  });

  it("has a dashboard whose panels lie side by side, each with a question of this site's own", () => {
    const board = dashboard(sampleSite()) as {
      uid: string;
      title: string;
      schemaVersion: number;
      panels: Panel[];
      templating: object;
    };
    expect(board).to.deep.include({ uid: "evenkeel-shop", title: "shop (Evenkeel)" });
    expect(board.templating).to.deep.equal({
      list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus" }],
    });
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size, "no two panels overlap").to.equal(cells.length);
    expect(Math.max(...cells.map((cell) => Number(cell.split(",")[0])))).to.be.below(24);
    expect(new Set(board.panels.map(({ id }) => id)).size).to.equal(board.panels.length);
    for (const { title, targets } of board.panels) {
      expect(targets, title).to.have.length.above(0);
      expect(new Set(targets.map(({ refId }) => refId)).size).to.equal(targets.length);
      for (const { expr } of targets) expect(expr).to.include('job="evenkeel-shop"');
    }
  });

  it("has the balancers by their role and place", () => {
    const target = { balancer: "primary", dataCenter: "a", url: "http://203.0.113.4:8405/metrics" };
    expect(scrapeConfiguration(sampleSite(), [target])).to.deep.include({
      scrape_configs: [
        {
          job_name: "evenkeel-shop",
          static_configs: [{ targets: ["203.0.113.4:8405"], labels: { site: "shop", balancer: "primary", data_center: "a" } }],
        },
      ],
    });
  });
});
