import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { Route53Failover } from "../../../../../components/clouds/aws";
import type { BalancerNode } from "../../../../../components/data-center";
import { declared } from "../../../../support/declared";
import { ROOT } from "../../../../support/sites/test-site";
import { everything, inVirginia } from "./virginia";

describe("The page on AWS", () => {
  it("lists exactly what is created, with its names", async () => {
    const { types } = await inVirginia(everything);
    const made = Object.entries(types).map(([label, type]) => `${type} ${label.split(" ")[1] ?? ""}`);
    expect(listed()).to.have.members([...made, ...(await publishedNames())]);
  });

  it("has a policy that is JSON, of actions that are named once", () => {
    const [, json = ""] = /```json\n(.*?)```/s.exec(page()) ?? [];
    const { Statement: statements } = JSON.parse(json) as { Statement: { Action: string | string[] }[] };
    const actions = statements.flatMap(({ Action: action }) => action);
    expect(new Set(actions).size).to.equal(actions.length);
    for (const action of actions) expect(action).to.match(/^(ec2|route53):[A-Z]\w+\*?$/);
  });
});

/** What a failover makes of a pair with addresses of both kinds. */
async function publishedNames(): Promise<string[]> {
  const { resources } = await declared(() => {
    const node = (): BalancerNode => {
      const address = pulumi.output("203.0.113.1");
      return { machine: address, node: pulumi.output({} as never), address, ipv6: address, sendsFrom: address };
    };
    const failover = new Route53Failover({ zone: "example.com", createZone: true });
    return failover.publish("shop-front", { nodes: { primary: node(), secondary: node() }, domain: "example.com" }, {}).url;
  });
  return resources.map(({ type, name }) => `${type} ${name}`);
}

/** Types and names of the page's table. */
function listed(): string[] {
  const table = /<!-- created -->(.*)<!-- \/created -->/s.exec(page())?.[1] ?? "";
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) => {
    const [, type = "", names = ""] = row.split("|");
    return quoted(names).map((name) => `${quoted(type)[0] ?? ""} ${name}`);
  });
}

function page(): string {
  return readFileSync(path.join(ROOT, "docs/clouds/aws.md"), "utf8");
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
}
