import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { CloudDnsFailover, GcpDataCenter } from "../../../../../components/clouds/gcp";
import { NO_ROTATION } from "../../../../../components/model/operations/rotation";
import { httpCheck } from "../../../../../components/health-check";
import { declared } from "../../../../support/declared";
import { ROOT } from "../../../../support/sites/test-site";
import { ACCESS, ANSWERS, APP } from "./iowa";

describe("The page on Google Cloud", () => {
  it("lists exactly what is created, with its names", async () => {
    const { resources } = await declared(() => {
      const iowa = new GcpDataCenter("iowa", { region: "us-central1" });
      const open = iowa.open({ site: "shop", access: { ...ACCESS, ssh: ["198.51.100.0/24"] }, rotation: NO_ROTATION }, {});
      open.webServer(
        "web-iowa-1",
        { pool: "web", site: "shop", ordinal: 1, size: "small", app: APP, healthCheck: httpCheck() },
        {},
      );
      const { sendsFrom } = open.balancerNode(
        "shop-primary",
        { role: "primary", size: "medium", out: false, stopWithin: "30s" },
        {},
      );
      open.admit?.({ role: "primary", address: sendsFrom, port: 8443 }, {});
    }, ANSWERS);
    expect(listed("created")).to.have.members(resources.map(({ type, name }) => `${type} ${name}`));
  });

  it("lists what the failover creates", async () => {
    const output = pulumi.output("192.0.2.1");
    const { resources } = await declared(() => {
      const node = { machine: output, node: pulumi.output({} as never), address: output, ipv6: output, sendsFrom: output };
      const failover = new CloudDnsFailover({ zone: "example.com", createZone: true });
      return failover.publish("shop-front", { nodes: { primary: node, secondary: node }, domain: "shop.example.com" }, {});
    });
    expect(listed("created-dns")).to.have.members(resources.map(({ type, name }) => `${type} ${name}`));
  });
});

/** Types and names of one of the page's tables. */
function listed(table: string): string[] {
  const page = readFileSync(path.join(ROOT, "docs/clouds/gcp.md"), "utf8");
  const text = new RegExp(`<!-- ${table} -->(.*)<!-- /${table} -->`, "s").exec(page)?.[1] ?? "";
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) => {
    const [, type = "", names = ""] = row.split("|");
    return quoted(names).map((name) => `${quoted(type)[0] ?? ""} ${name}`);
  });
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
}
