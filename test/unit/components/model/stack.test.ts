import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { z } from "zod";
import { httpCheck } from "../../../../components/model/health-checks/health-check";
import { DEFAULT_BODY } from "../../../../components/model/operations/maintenance-page";
import { readStack } from "../../../../components/model/read-stack";
import { MAX_SERVERS } from "../../../../components/model/pools/pool";
import { ROLES, sections, type StackInput, stackJsonSchema } from "../../../../components/model/stack";

const STACKS = path.resolve(__dirname, "../../../../stacks");
const SCHEMA = "stack.schema.json";

function textOf(file: string): string {
  return readFileSync(path.join(STACKS, file), "utf8");
}

/** What an editor says of a stack file's content by the schema that is committed. */
function editorAccepts(content: unknown): boolean {
  return z.fromJSONSchema(JSON.parse(textOf(SCHEMA)) as Parameters<typeof z.fromJSONSchema>[0]).safeParse(content).success;
}

/** The stack file of this project, with other values in the web pool. */
function withWebPool(changes: object): unknown {
  const file = parse(textOf("Pulumi.local.yaml")) as { config: { "evenkeel:pools": { web: object } } };
  return { config: { ...file.config, "evenkeel:pools": { web: { ...file.config["evenkeel:pools"].web, ...changes } } } };
}

describe("The editors' schema of a stack file", () => {
  it("is the one that follows from the sections", () => {
    expect(JSON.parse(textOf(SCHEMA)), `stacks/${SCHEMA} is out of date: run \`npm run schema\``).to.deep.equal(
      JSON.parse(JSON.stringify(stackJsonSchema())),
    );
  });

  it("knows every section under the name that it has in the file", () => {
    const { properties } = stackJsonSchema() as { properties: { config: { properties: object } } };
    expect(Object.keys(properties.config.properties)).to.deep.equal(Object.keys(sections).map((key) => `evenkeel:${key}`));
  });

  it("says of every key what it is for", () => {
    const undescribed: string[] = [];
    const visit = (schema: unknown, at: string): void => {
      const { properties = {}, additionalProperties } = schema as { properties?: object; additionalProperties?: unknown };
      for (const [key, value] of Object.entries(properties) as [string, { description?: string; properties?: object }][]) {
        if (value.description === undefined && value.properties === undefined) undescribed.push(`${at}.${key}`);
        visit(value, `${at}.${key}`);
      }
      if (typeof additionalProperties === "object") visit(additionalProperties, `${at}.*`);
    };
    visit(stackJsonSchema(), "");
    expect(undescribed).to.deep.equal([]);
  });

  it("accepts the stack file that comes with the project", () => {
    expect(editorAccepts(parse(textOf("Pulumi.local.yaml")))).to.equal(true);
    expect(textOf("Pulumi.local.yaml")).to.match(new RegExp(`^# yaml-language-server: \\$schema=${SCHEMA}\n`));
  });

  it("refuses what a run would refuse", () => {
    expect(editorAccepts(withWebPool({ slowStart: "5s" }))).to.equal(true);
    for (const wrong of [{ slowStart: 5 }, { slowstart: "5s" }, { servers: { a: -1 } }, { healthCheck: { path: "up" } }]) {
      expect(editorAccepts(withWebPool(wrong)), JSON.stringify(wrong)).to.equal(false);
    }
  });
});

describe("The stack file that comes with the project", () => {
  it("has no problem", () => {
    const { config } = parse(textOf("Pulumi.local.yaml")) as { config: object };
    const values = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace(/^evenkeel:/, ""), value as unknown]),
    );
    expect(readStack(values).problems).to.deep.equal([]);
  });
});

describe("A stack", () => {
  const least = {
    site: { name: "shop" },
    dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
    loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
    pools: { web: { servers: { a: 1, b: 1 } } },
  } as const satisfies StackInput;

  it("gets a default for whatever may be left out", () => {
    expect(readStack(least).stack).to.deep.equal({
      ...least,
      loadBalancers: { primary: { in: "a", size: "medium" }, secondary: { in: "b", size: "medium" } },
      access: { ssh: [], sshFromAnywhere: false, keys: [], address: "public" },
      limits: sections.limits.parse({}),
      logs: { access: false, query: false, fileSize: "10MiB", files: 5 },
      metrics: { enabled: false, port: 8405, from: [] },
      failover: { kind: "front" },
      pools: {
        web: {
          app: { port: 8080, environment: {}, startWithin: "30s", stopWithin: "30s" },
          healthCheck: { path: "/healthz", rise: 2 },
          servers: { a: 1, b: 1 },
          size: "small",
          responseTimeout: "30s",
          slowStart: "10s",
        },
      },
      secrets: {},
      spikes: {},
      rotate: { acme: 0, authority: 0, primary: 0, secondary: 0, servers: 0 },
      maintenance: [],
      maintenancePage: {
        body: DEFAULT_BODY,
        contentType: "text/html; charset=utf-8",
        retryAfter: "10m",
        exceptFrom: [],
      },
      rollout: { healthyWithin: "60s", drainWithin: "30s", longestConnection: "30m", maxSurge: "25%", pause: "0s" },
    });
  });

  it("gets the same health check as a program that asks for none", () => {
    expect(readStack(least).stack?.pools.web?.healthCheck).to.deep.equal(httpCheck());
  });

  it("takes the environment of an app as a YAML file has it, and passes texts on", () => {
    const environment = { LOG_LEVEL: "debug", WORKERS: 2, VERBOSE: true };
    const { stack } = readStack({ ...least, pools: { web: { ...least.pools.web, app: { environment } } } });
    expect(stack?.pools.web?.app.environment).to.deep.equal({ LOG_LEVEL: "debug", WORKERS: "2", VERBOSE: "true" });
  });

  it("may ask for a pool of up to two hundred servers in a data center", () => {
    const asking = (a: number) => readStack({ ...least, pools: { web: { servers: { a } } } }).problems.length;
    expect([MAX_SERVERS, asking(MAX_SERVERS), asking(MAX_SERVERS + 1)]).to.deep.equal([200, 0, 1]);
  });

  it("rolls out to the secondary first, so that the primary never meets a change untried", () => {
    expect(ROLES).to.deep.equal(["secondary", "primary"]);
  });
});
