import { NO_ROTATION } from "../../../../../components/model/operations/rotation";
import * as pulumi from "@pulumi/pulumi";
import { DigitalOceanDataCenter } from "../../../../../components/clouds/digitalocean";
import type { BalancerNode, BalancerNodeArgs, OpenArgs, OpenDataCenter, WebServer } from "../../../../../components/data-center";
import { httpCheck } from "../../../../../components/health-check";
import type { CloudSettings } from "../../../../../components/model/clouds/data-center";
import type { PlainApp } from "../../../../../components/model/pools/app";
import { type Declared, declared } from "../../../../support/declared";

/** Who may reach the machines in New York. */
export const ACCESS: OpenArgs["access"] = {
  ssh: ["192.0.2.0/24", "2001:db8::/32"],
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

/** The data center newyork of the site shop, open. */
export interface NewYork {
  readonly open: OpenDataCenter;
  /** Lets a resource's options be recorded. */
  readonly opts: pulumi.ResourceOptions;
  /** Makes a server of the pool web. */
  readonly server: (name: string, args?: { readonly size?: string; readonly app?: Partial<PlainApp> }) => WebServer;
  /** Makes the primary balancer. */
  readonly balancer: (args?: Partial<BalancerNodeArgs>) => BalancerNode;
}

/** What came of it. */
export interface Made<Result> {
  /** Inputs of all resources, by `Droplet web-newyork-1`. */
  readonly inputs: Record<string, Record<string, unknown>>;
  /** Their types, by the same. */
  readonly types: Record<string, string>;
  /** What their options say, by the same. */
  readonly options: Record<string, pulumi.CustomResourceOptions>;
  /** What was made of it, with every output known. */
  readonly result: pulumi.Unwrap<Result>;
}

/** Runs what makes machines in New York, which a test may call otherwise. */
export async function inNewYork<Result>(
  make: (place: NewYork) => Result,
  { name: place = "newyork", site = "shop", access, ...settings }: Partial<CloudSettings & OpenArgs & { name: string }> = {},
): Promise<Made<Result>> {
  const options: Made<Result>["options"] = {};
  const opts: pulumi.ResourceOptions = {
    transformations: [
      (made) => {
        options[label(made)] = made.opts;
        return undefined;
      },
    ],
  };
  const { resources, result } = await declared(
    () => {
      const dataCenter = new DigitalOceanDataCenter(place, { region: "nyc3", ...settings });
      const open = dataCenter.open({ site, access: { ...ACCESS, ...access }, rotation: NO_ROTATION }, opts);
      return make({
        open,
        opts,
        server: (name, { size = "small", app } = {}) =>
          open.webServer(name, { pool: "web", site, ordinal: 1, size, app: { ...APP, ...app }, healthCheck: httpCheck() }, opts),
        balancer: (args) =>
          open.balancerNode("shop-primary", { role: "primary", size: "medium", out: false, stopWithin: "30s", ...args }, opts),
      });
    },
    { outputs },
  );
  return {
    inputs: Object.fromEntries(resources.map((resource) => [label(resource), resource.inputs])),
    types: Object.fromEntries(resources.map((resource) => [label(resource), resource.type])),
    options,
    result,
  };
}

/** A secret, as it goes over the wire. */
export function secret(value: unknown): Record<string, unknown> {
  return { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig, value };
}

/** What DigitalOcean, and our own plugin, would answer. */
function outputs({ type, name }: Declared): Record<string, unknown> {
  switch (kindOf(type)) {
    case "SshKeyPair":
      return { publicKey: `ssh-ed25519 AAAA${name} ${name}`, privateKey: pulumi.secret(`private key ${name}`) };
    case "Tag":
      return { name: `tag-${name}` };
    case "Droplet":
      return {
        ipv4Address: `IPv4 of ${name}`,
        ipv4AddressPrivate: `private address of ${name}`,
        ipv6Address: `IPv6 of ${name}`,
      };
    case "ReservedIp":
      return { ipAddress: `reserved for ${name}` };
    default:
      return {};
  }
}

function label({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${kindOf(type)} ${name}`;
}

function kindOf(type: string): string {
  return type.split(":").pop() ?? "";
}
