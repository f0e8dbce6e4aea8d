import { NO_ROTATION } from "../../../../../components/model/operations/rotation";
import * as pulumi from "@pulumi/pulumi";
import { GcpDataCenter } from "../../../../../components/clouds/gcp";
import type { BalancerNode, BalancerNodeArgs, OpenArgs, OpenDataCenter, WebServer } from "../../../../../components/data-center";
import { httpCheck } from "../../../../../components/health-check";
import type { CloudSettings } from "../../../../../components/model/clouds/data-center";
import type { PlainApp } from "../../../../../components/model/pools/app";
import { type Answers, type Declared, declared } from "../../../../support/declared";

/** Who may reach the machines in Iowa. */
export const ACCESS: OpenArgs["access"] = {
  ssh: ["198.51.100.0/24", "2001:db8:1::/48"],
  sshFromAnywhere: false,
  address: "public",
  keys: ["ssh-ed25519 AAAAoperator ann"],
};

/** What its servers run. */
export const APP: PlainApp = {
  image: "registry.example.com/shop:1.4.2",
  port: 8080,
  environment: {},
  startWithin: "30s",
  stopWithin: "30s",
};

/** What Google Cloud, and our own plugin, would answer. */
export const ANSWERS: Answers = {
  outputs: ({ type, name }) => {
    switch (kindOf(type)) {
      case "SshKeyPair":
        return { publicKey: `ssh-ed25519 AAAA${name} ${name}`, privateKey: pulumi.secret(`PRIVATE KEY of ${name}`) };
      case "Instance":
        return {
          selfLink: `link of ${name}`,
          networkInterfaces: [{ networkIp: `private address of ${name}`, accessConfigs: [{ natIp: addressOf(name) }] }],
        };
      case "Address":
        return { address: name.endsWith("-ipv6") ? "2001:db8::1" : "203.0.113.1" };
      default:
        return { selfLink: `link of ${name}` };
    }
  },
};

/** The data center iowa of the site shop, open. */
export interface Iowa {
  readonly open: OpenDataCenter;
  /** Lets a resource's options be recorded. */
  readonly opts: pulumi.ResourceOptions;
  /** Makes a server of the pool web. */
  readonly server: (ordinal: number, args?: { readonly size?: string }) => WebServer;
  /** Makes the primary balancer. */
  readonly balancer: (args?: Partial<BalancerNodeArgs>) => BalancerNode;
}

/** What came of it. */
export interface Made<Result> {
  /** Inputs of all resources, by `Instance web-iowa-1`. */
  readonly inputs: Record<string, Record<string, unknown>>;
  /** What their options say, by the same. */
  readonly options: Record<string, pulumi.CustomResourceOptions>;
  /** What was made of it, with every output known. */
  readonly result: pulumi.Unwrap<Result>;
}

/** Runs what makes machines in Iowa. */
export async function inIowa<Result>(
  make: (place: Iowa) => Result,
  { access, site = "shop", name = "iowa", ...settings }: Partial<CloudSettings & OpenArgs> & { readonly name?: string } = {},
): Promise<Made<Result>> {
  const options: Made<Result>["options"] = {};
  const { resources, result } = await declared(() => {
    const opts: pulumi.ResourceOptions = {
      transformations: [
        (made) => {
          options[label(made)] = made.opts;
          return undefined;
        },
      ],
    };
    const dataCenter = new GcpDataCenter(name, { region: "us-central1", ...settings });
    const open = dataCenter.open({ site, access: { ...ACCESS, ...access }, rotation: NO_ROTATION }, opts);
    return make({
      open,
      opts,
      server: (ordinal, { size = "small" } = {}) =>
        open.webServer(`web-${name}-${ordinal}`, { pool: "web", site, ordinal, size, app: APP, healthCheck: httpCheck() }, opts),
      balancer: (args) =>
        open.balancerNode(`${site}-primary`, { role: "primary", size: "medium", out: false, stopWithin: "30s", ...args }, opts),
    });
  }, ANSWERS);
  return { inputs: byLabel(resources), options, result };
}

/** Inputs of resources, by `Instance web-iowa-1`. */
export function byLabel(resources: readonly Declared[]): Record<string, Record<string, unknown>> {
  return Object.fromEntries(resources.map((resource) => [label(resource), resource.inputs]));
}

/** A secret, as it goes over the wire. */
export function secret(value: unknown): Record<string, unknown> {
  return { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig, value };
}

/** A machine's own address. */
function addressOf(name: string): string {
  return name.endsWith("-primary") ? "192.0.2.1" : `192.0.2.1${name.slice(-1)}`;
}

function label({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type.startsWith("evenkeel:") ? "component" : kindOf(type)} ${name}`;
}

function kindOf(type: string): string {
  return type.split(":").pop() ?? "";
}
