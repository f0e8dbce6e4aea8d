import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { readStack } from "../../../components/model/read-stack";
import { sections } from "../../../components/model/stack";
import { sectionsOf as below } from "../../../workspace/stack-file";
import { ROOT } from "../../support/sites/test-site";

const STACKS = path.join(ROOT, "stacks");

describe("The stacks that ship", () => {
  for (const file of readdirSync(STACKS).filter((name) => name.endsWith(".yaml"))) {
    it(`${file} has no problem`, () => {
      expect(readStack(sectionsOf(readFileSync(path.join(STACKS, file), "utf8"))).problems).to.deep.equal([]);
    });
  }

  it("have a reference that shows every section, every key, and each default as it is", () => {
    const text = readFileSync(path.join(STACKS, "reference.yaml"), "utf8");
    const shown = sectionsOf(text);
    expect(Object.keys(shown).sort()).to.deep.equal(Object.keys(sections).sort());
    // With nothing but what is required, the reader fills in the defaults: they are those of the reference.
    const { site, dataCenters, loadBalancers, pools } = shown as Record<string, Record<string, { servers: object; in: string }>>;
    const pair = Object.entries(loadBalancers ?? {}).map(([role, balancer]) => [role, { in: balancer.in }] as const);
    const bare = { site, dataCenters, loadBalancers: Object.fromEntries(pair), pools: { web: { servers: pools?.web?.servers } } };
    expect(readStack(shown).stack).to.deep.equal({ ...readStack(bare).stack, routes: [{ pool: "web" }] });
    const schema = readFileSync(path.join(STACKS, "stack.schema.json"), "utf8");
    const keys = [...schema.matchAll(/"properties": \{\n\s+"(?!evenkeel:|config)([a-zA-Z]+)"|^\s+"([a-zA-Z]+)": \{$/gm)].map(
      ([, first, other]) => first ?? other ?? "",
    );
    const words = new Set(["config", "properties", "additionalProperties", "propertyNames", "items", "default"]);
    for (const key of keys.filter((word) => !words.has(word))) expect(text, key).to.match(new RegExp(`\\b${key}:`));
  });
});

function sectionsOf(yaml: string): Record<string, unknown> {
  const { config } = parse(yaml) as { config: Record<string, unknown> };
  return below(config);
}
