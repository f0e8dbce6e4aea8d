import { existsSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../components/model/problem";
import type { Context } from "./context";

/** What a provider can't do without, and where it would be found: a key of the stack file, one of the environment's variables, or a file of the user's home. */
const NEEDED: Readonly<Record<string, { key: string; variables: readonly string[]; what: string; file?: readonly string[] }>> = {
  aws: {
    key: "aws:region",
    variables: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    what: "the region of whatever has none of its own, such as us-east-1",
    file: [".aws", "config"],
  },
  gcp: {
    key: "gcp:project",
    variables: ["GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"],
    what: "the project that Google Cloud's resources belong to",
  },
  digitalocean: {
    key: "digitalocean:token",
    variables: ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"],
    what: "a token of DigitalOcean's API",
  },
};

/** What the providers of a stack's data centers lack, told before anything is made. Credentials of AWS and Google Cloud are found in too many places to be sure. */
export function providerProblems(dataCenters: unknown, { environment, home }: Context): Problem[] {
  const providers = new Set(Object.values(dataCenters ?? {}).map((place) => (place as { provider?: unknown } | null)?.provider));
  const config = pulumi.runtime.allConfig();
  return Object.entries(NEEDED).flatMap(([provider, { key, variables, what, file }]) => {
    if (file !== undefined && existsSync(path.join(home, ...file))) return [];
    if (!providers.has(provider) || config[key] !== undefined || variables.some((name) => (environment[name] ?? "") !== ""))
      return [];
    return [{ path: key, message: `is missing; it must be ${what}, here or in the environment as ${variables[0] ?? ""}` }];
  });
}
