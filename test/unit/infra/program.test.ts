import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { BalancedDeployment } from "../../../components/balanced-deployment";
import { LocalDataCenter, LocalFront } from "../../../components/clouds/local";
import { sections } from "../../../components/model/stack";
import type { Context } from "../../../infra/context";
import program from "../../../infra/index";
import { makeCertificate, type MadeCertificate } from "../../support/certificates";
import { type Declared, declared } from "../../support/declared";

const DAY = 86_400_000;
const SITE = {
  site: { name: "shop" },
  dataCenters: { a: { provider: "local" }, b: { provider: "local" } },
  loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
  pools: { web: { servers: { a: 1, b: 1 } } },
};
const ANSWERS = { outputs: () => ({ directory: "/run/here", listening: { http: 20_001, page: 8_080, https: 8_443 } }) };

/** What a run of the program did. */
interface Run {
  readonly resources: readonly Declared[];
  readonly warnings: readonly string[];
  /** The message of the error that ended it; undefined where it ended well. */
  readonly refusal: string | undefined;
}

/** Runs the program on the sections of a stack file, with secrets in clear, in a context that differs from this process's. */
async function run(
  stack: Readonly<Record<string, unknown>>,
  context: Partial<Context> = {},
  { preview = false, secrets = {} }: { preview?: boolean; secrets?: Readonly<Record<string, string>> } = {},
): Promise<Run> {
  const given = { ...stack, ...(Object.keys(secrets).length === 0 ? {} : { secrets }) };
  const config = Object.fromEntries(Object.entries(given).map(([key, value]) => [`evenkeel:${key}`, JSON.stringify(value)]));
  const environment = { PULUMI_CONFIG_SECRET_KEYS: '["evenkeel:secrets"]', ...context.environment };
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => warnings.push(text.replace("warning: [runtime] ", ""));
  let refusal: string | undefined;
  try {
    const { resources } = await declared(
      () => {
        pulumi.runtime.setAllConfig(config, ["evenkeel:secrets"]);
        try {
          return program({ project: "/nowhere", home: "/nowhere", now: new Date(), ...context, environment });
        } catch (error) {
          refusal = (error as Error).message;
          return {};
        }
      },
      { ...ANSWERS, preview },
    );
    return { resources, warnings, refusal };
  } finally {
    console.warn = warn;
  }
}

/** Counts how often a stack is read meanwhile. */
async function reads(during: () => Promise<unknown>): Promise<number> {
  const safeParse = sections.site.safeParse.bind(sections.site);
  let count = 0;
  sections.site.safeParse = (...args) => {
    count += 1;
    return safeParse(...args);
  };
  try {
    await during();
  } finally {
    sections.site.safeParse = safeParse;
  }
  return count;
}

describe("The program", () => {
  it("declares the site of the stack file", async () => {
    const { resources, refusal } = await run(SITE);
    expect(refusal).to.equal(undefined);
    expect(resources.map(({ name }) => name)).to.include.members(["shop-primary", "shop-secondary", "web-a-1", "web-b-1"]);
  });

  it("reads a stack once", async () => {
    expect(await reads(() => run(SITE))).to.equal(1);
    expect(await reads(() => run({ ...SITE, pools: { web: { servers: { c: 1 } } } }))).to.equal(1);
  });

  it("of a user of the library reads the arguments once", async () => {
    const dataCenters = { a: new LocalDataCenter("a"), b: new LocalDataCenter("b") };
    const { loadBalancers, pools } = SITE;
    const site = () => new BalancedDeployment("shop", { loadBalancers, pools, dataCenters, failover: new LocalFront() }).url;
    expect(await reads(() => declared(site, ANSWERS))).to.equal(1);
  });

  it("records stack traces again once it ends, also when it refuses its stack", async () => {
    const { stackTraceLimit } = Error;
    await run(SITE);
    expect(Error.stackTraceLimit).to.equal(stackTraceLimit);
    expect((await run({ ...SITE, site: {} })).refusal).to.match(/site\.name +is missing/);
    expect(Error.stackTraceLimit).to.equal(stackTraceLimit);
  });

  it("reports values of secrets that do not fit together with all other problems", async () => {
    const { certificate } = await makeCertificate({ names: ["shop.example.com"] });
    const tls = { certificates: { shop: { certificate, key: { secret: "shop-key" } } } };
    const { refusal } = await run({ ...SITE, tls, maintainance: [] }, {}, { secrets: { "shop-key": "no key" } });
    expect(refusal).to.equal(
      [
        "stacks/Pulumi.test.yaml has 2 problems:",
        "  maintainance               is not a key of a stack; did you mean maintenance?",
        "  tls.certificates.shop.key  is the secret shop-key, which is not a private key in PEM",
      ].join("\n"),
    );
  });
});

describe("A preview of another time", () => {
  const NOW = new Date();
  const at = (days: number) => ({ EVENKEEL_AT: new Date(NOW.getTime() + days * DAY).toISOString() });
  let made: MadeCertificate;
  let stack: Readonly<Record<string, unknown>>;
  before(async () => {
    made = await makeCertificate({ names: ["shop.example.com"] });
    stack = { ...SITE, tls: { certificates: { shop: { certificate: made.certificate, key: { secret: "shop-key" } } } } };
  });
  const preview = (days: number) =>
    run(stack, { environment: at(days), now: NOW }, { preview: true, secrets: { "shop-key": made.key } });

  it("only warns of a certificate that has expired by then", async () => {
    const { refusal, resources, warnings } = await preview(365);
    expect(refusal).to.equal(undefined);
    expect(resources.map(({ name }) => name)).to.include("shop-primary");
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^tls\.certificates\.shop expired at [\dT:.-]+Z: it is not valid at the time of this preview$/);
  });

  it("only warns of a certificate that is not valid yet at that time", async () => {
    const { refusal, warnings } = await preview(-30);
    expect(refusal).to.equal(undefined);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(
      /^tls\.certificates\.shop is not valid before [\dT:.-]+Z: it is not valid at the time of this preview$/,
    );
  });

  it("warns of a certificate that ends soon after that time", async () => {
    const { warnings } = await preview(80);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^tls\.certificates\.shop is good until [\d-]+: put its successor in its place$/);
  });

  it("is refused where a certificate is not valid now", async () => {
    const context = { environment: at(400), now: new Date(NOW.getTime() + 90 * DAY) };
    const { refusal } = await run(stack, context, { preview: true, secrets: { "shop-key": made.key } });
    expect(refusal).to.match(/tls\.certificates\.shop\.certificate +expired at /);
  });

  it("is the only run for another time", async () => {
    const { refusal } = await run(stack, { environment: at(1), now: NOW }, { secrets: { "shop-key": made.key } });
    expect(refusal).to.match(/EVENKEEL_AT +is .*, but only a preview may be of another moment than now; unset it/);
  });
});
