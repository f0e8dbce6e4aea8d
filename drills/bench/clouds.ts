import { symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { StackInput } from "../../components/model/stack";
import { sampleStack } from "../../workspace/sample-stack";
import { ROOT } from "../../workspace/project";
import { CloudSite } from "../../testbed/clouds/cloud-site";
import type { DeclaredResource } from "../../testbed/clouds/recorder";
import { StandInClouds } from "../../testbed/clouds/stand-in-clouds";
import { table } from "../../workspace/table";
import { ThrowawayProject } from "../../testbed/throwaway-project";
import { median, type Sample, spread, timed, written } from "./sample";

/** How often each is run. */
const TIMES = 5;
/** Servers of the growing site, over its six data centers. */
const SIZES = [50, 100, 200];
/** How often each of the growing sites is previewed. */
const TIMES_GROWING = 3;

/** The three SDKs, and one resource of each so that they are really loaded. */
const THREE_SDKS = `
const [aws, gcp, digitalocean] = ["aws", "gcp", "digitalocean"].map((cloud) => require("@pulumi/" + cloud));
new aws.ec2.Vpc("one", { cidrBlock: "10.20.0.0/20", region: "us-east-1" });
new gcp.compute.Network("one", { autoCreateSubnetworks: false });
new digitalocean.Vpc("one", { region: "nyc3" });
`;

/** Brings up, flat, what another program declared: its inputs are read from a file, so that only engine and SDK are left. */
const FLAT = `
const { CustomResource } = require("@pulumi/pulumi");
class Flat extends CustomResource {}
for (const { type, name, inputs } of require("./declared.json")) new Flat(type, name, inputs);
`;

/** How long the sample stack of production takes to start and to preview, next to a program that loads the same SDKs: a table. */
export async function previewOfThreeClouds(): Promise<string> {
  const { stack, settings } = sampleStack("production");
  const site = await CloudSite.make(stack, settings, { ownProcesses: true });
  const bare = await programOn(site.clouds, THREE_SDKS);
  const samples = { bare: [] as Preview[], site: [] as Preview[] };
  for (let i = 0; i < TIMES; i++) {
    samples.bare.push(await preview(bare, "aws:ec2:Vpc one"));
    samples.site.push(await preview(site, "evenkeel:index:BalancedDeployment"));
  }
  await bare.remove();
  await site.remove();
  const rows = (["started", "whole"] as const).flatMap((part) => {
    const of = (all: readonly Preview[]): Sample => all.map((sample) => sample[part]);
    const [least, own] = [of(samples.bare), of(samples.site)];
    const row = (what: string, sample: Sample): string[] => [
      part === "started" ? `${what}, to its first resource` : `${what}, all of it`,
      written(median(sample), "s"),
      spread(sample, "s"),
      (median(sample) / median(least)).toFixed(2),
    ];
    return [row("program that loads three cloud SDKs", least), row("production, three clouds", own)];
  });
  return table([`preview on stand-in clouds, ${TIMES} times`, "median s", "min-max", "ratio"], rows);
}

/** How long one preview took, in milliseconds: until its program's first resource was seen, and in all. */
interface Preview {
  readonly started: number;
  readonly whole: number;
}

async function preview(project: ThrowawayProject, first: string): Promise<Preview> {
  const run = project.start(["preview"]);
  let started = 0;
  const whole = await timed(async () => {
    started = await timed(() => run.printed(first));
    const { code, text } = await run.outcome;
    if (code !== 0) throw new Error(text);
  });
  return { started, whole };
}

/** How the time of a preview grows with the servers, next to a flat program of the very same resources: a table. */
export async function growth(): Promise<string> {
  const rows: string[][] = [];
  for (const size of SIZES) {
    const site = await CloudSite.make(sixDataCenters(size));
    await site.up();
    const declared = site.clouds.declared();
    await site.remove();
    const fresh = await CloudSite.make(sixDataCenters(size), undefined, { ownProcesses: true });
    const flat = await flatProgram(declared);
    const samples = { flat: [] as number[], site: [] as number[] };
    for (let i = 0; i < TIMES_GROWING; i++) {
      samples.flat.push(await timed(() => flat.project.expectSuccess(["preview"])));
      samples.site.push(await timed(() => fresh.expectSuccess(["preview"])));
    }
    await flat.remove();
    await fresh.remove();
    rows.push([
      String(size),
      String(declared.length),
      written(median(samples.site), "s"),
      written((median(samples.site) / size) * 100, "s"),
      written(median(samples.flat), "s"),
      (median(samples.site) / median(samples.flat)).toFixed(2),
    ]);
  }
  return table(
    [
      `preview, servers over 6 data centers, ${TIMES_GROWING} times`,
      "resources",
      "median s",
      "s per 100",
      "flat program s",
      "ratio",
    ],
    rows,
  );
}

/** A site with so many servers, in two data centers of each cloud. */
export function sixDataCenters(servers: number): StackInput {
  const regions = {
    virginia: { provider: "aws", region: "us-east-1" },
    oregon: { provider: "aws", region: "us-west-2" },
    iowa: { provider: "gcp", region: "us-central1" },
    belgium: { provider: "gcp", region: "europe-west1" },
    newyork: { provider: "digitalocean", region: "nyc3" },
    amsterdam: { provider: "digitalocean", region: "ams3" },
  } as const;
  const places = Object.keys(regions);
  const counts = places.map((place, i) => [place, Math.floor((servers + i) / places.length)] as const);
  return {
    site: { name: "bench", domain: "bench.example.com" },
    dataCenters: regions,
    loadBalancers: { primary: { in: "virginia" }, secondary: { in: "newyork" } },
    access: { ssh: ["198.51.100.0/24"] },
    failover: { kind: "dns", zone: "example.com" },
    pools: { web: { app: { image: "registry.example.com/shop:1" }, servers: Object.fromEntries(counts) } },
  };
}

async function programOn(clouds: StandInClouds, program: string): Promise<ThrowawayProject> {
  const project = new ThrowawayProject();
  Object.assign(project.environment, clouds.environment);
  writeFileSync(
    path.join(project.folder, "Pulumi.yaml"),
    "name: bare\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.js\n",
  );
  writeFileSync(path.join(project.folder, "index.js"), program);
  symlinkSync(path.join(ROOT, "node_modules"), path.join(project.folder, "node_modules"));
  await project.makeStack();
  await project.expectSuccess(["config", "set", "gcp:project", "stand-in"]);
  await project.expectSuccess(["config", "set", "aws:region", "us-east-1"]);
  return project;
}

async function flatProgram(
  declared: readonly DeclaredResource[],
): Promise<{ project: ThrowawayProject; remove(): Promise<void> }> {
  const clouds = await StandInClouds.start();
  const project = await programOn(clouds, FLAT);
  writeFileSync(path.join(project.folder, "declared.json"), JSON.stringify(declared));
  return {
    project,
    remove: async () => {
      await project.remove();
      clouds.stop();
    },
  };
}
