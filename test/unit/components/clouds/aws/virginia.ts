import { NO_ROTATION } from "../../../../../components/model/operations/rotation";
import * as pulumi from "@pulumi/pulumi";
import { AwsDataCenter } from "../../../../../components/clouds/aws";
import type { BalancerNode, BalancerNodeArgs, OpenArgs, OpenDataCenter, WebServer } from "../../../../../components/data-center";
import { httpCheck } from "../../../../../components/health-check";
import type { CloudSettings } from "../../../../../components/model/clouds/data-center";
import type { PlainApp } from "../../../../../components/model/pools/app";
import { type Answers, type Declared, declared } from "../../../../support/declared";

/** Who may reach the machines in Virginia. */
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

/** What calls a data center. */
const PARENT = "test:index:Parent";

/** What AWS, and our own plugin, would answer. */
export const ANSWERS: Answers = {
  outputs: ({ type, name }) => {
    switch (kindOf(type)) {
      case "SshKeyPair":
        return { publicKey: `ssh-ed25519 AAAA${name} ${name}`, privateKey: pulumi.secret(`PRIVATE KEY of ${name}`) };
      case "Vpc":
        return { ipv6CidrBlock: "2600:1f18:1:ab00::/56" };
      case "Instance":
        return {
          publicIp: `198.51.100.${name.at(-1) ?? ""}`.replace(/\D$/, "9"),
          privateIp: `private address of ${name}`,
          ipv6Addresses: ["2600:1f18:1:ab06::1"],
        };
      case "Eip":
        return { publicIp: "203.0.113.1" };
      default:
        return {};
    }
  },
  invokes: {
    "aws:ec2/getAmi:getAmi": ({ region, filters }) => ({
      id: `ami of ${/arm64|amd64/.exec(JSON.stringify(filters))?.[0] ?? ""} in ${String(region)}`,
    }),
    "aws:index/getAvailabilityZones:getAvailabilityZones": ({ region }) => ({
      names: ["d", "b", "a"].map((letter) => `${String(region)}${letter}`),
    }),
  },
};

/** The data center virginia of the site shop, open. */
export interface Virginia {
  readonly open: OpenDataCenter;
  /** What its caller says of a machine. */
  readonly opts: pulumi.ResourceOptions;
  /** Makes a server of the pool web. */
  readonly server: (ordinal: number, args?: { readonly size?: string; readonly app?: Partial<PlainApp> }) => WebServer;
  /** Makes the primary balancer. */
  readonly balancer: (args?: Partial<BalancerNodeArgs>, opts?: pulumi.CustomResourceOptions) => BalancerNode;
  /** Lets the primary balancer in. */
  readonly admit: (address?: pulumi.Input<string>, port?: number) => pulumi.Resource | undefined;
}

/** What came of it. */
export interface Made<Result> {
  /** Inputs of all resources, by `Instance web-virginia-1`. */
  readonly inputs: Record<string, Record<string, unknown>>;
  /** Their types, by the same. */
  readonly types: Record<string, string>;
  /** What their options say, by the same. */
  readonly options: Record<string, pulumi.CustomResourceOptions>;
  /** What was asked of AWS. */
  readonly asked: readonly (readonly [token: string, args: Record<string, unknown>])[];
  /** What was made of it, with every output known. */
  readonly result: pulumi.Unwrap<Result>;
}

/** Runs what makes machines in Virginia, which a test may call otherwise. */
export async function inVirginia<Result>(
  make: (place: Virginia) => Result,
  { name = "virginia", site = "shop", access, ...settings }: Partial<CloudSettings & OpenArgs & { name: string }> = {},
): Promise<Made<Result>> {
  const options: Made<Result>["options"] = {};
  const asked: [string, Record<string, unknown>][] = [];
  const { resources, result } = await declared(
    () => {
      // What a parent's transformations see is what is left of all others.
      const parent = new pulumi.ComponentResource(
        PARENT,
        "parent",
        {},
        {
          transformations: [
            (made) => {
              options[label(made)] = made.opts;
              return undefined;
            },
          ],
        },
      );
      const opts: pulumi.ResourceOptions = { parent };
      const dataCenter = new AwsDataCenter(name, { region: "us-east-1", ...settings });
      const open = dataCenter.open({ site, access: { ...ACCESS, ...access }, rotation: NO_ROTATION }, opts);
      return make({
        open,
        opts,
        server: (ordinal, { size = "small", app } = {}) =>
          open.webServer(
            `web-${name}-${ordinal}`,
            { pool: "web", site, ordinal, size, app: { ...APP, ...app }, healthCheck: httpCheck() },
            opts,
          ),
        balancer: (args, further = {}) =>
          open.balancerNode(
            "shop-primary",
            { role: "primary", size: "medium", out: false, stopWithin: "30s", ...args },
            { ...opts, ...further },
          ),
        admit: (address = "203.0.113.7", port = 8443) => open.admit?.({ role: "primary", address, port }, opts),
      });
    },
    {
      outputs: ANSWERS.outputs,
      invokes: Object.fromEntries(
        Object.entries(ANSWERS.invokes ?? {}).map(([token, answer]) => [
          token,
          (args) => {
            asked.push([token, args]);
            return answer(args);
          },
        ]),
      ),
    },
  );
  const own = resources.filter(({ type }) => type !== PARENT);
  return {
    inputs: byLabel(own),
    types: Object.fromEntries(own.map((resource) => [label(resource), resource.type])),
    options,
    asked,
    result,
  };
}

/** A server, a balancer, and the balancer let in: one of everything. */
export function everything({ server, balancer, admit }: Virginia): void {
  server(1);
  admit(balancer({ checkedFrom: ["198.51.100.0/26"] }).sendsFrom);
}

/** Inputs of resources, by `Instance web-virginia-1`. */
export function byLabel(resources: readonly Declared[]): Record<string, Record<string, unknown>> {
  return Object.fromEntries(resources.map((resource) => [label(resource), resource.inputs]));
}

/** A secret, as it goes over the wire. */
export function secret(value: unknown): Record<string, unknown> {
  return { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig, value };
}

function label({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${kindOf(type)} ${name}`;
}

function kindOf(type: string): string {
  return type.split(":").pop() ?? "";
}
