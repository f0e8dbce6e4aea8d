import { ExistingDataCenter } from "../components/clouds/existing";
import type { DataCenter } from "../components/data-center";
import type { Failover } from "../components/failover";
import type { Catalogue } from "../components/model/clouds/catalogue";
import type { CloudSettings } from "../components/model/clouds/data-center";
import { dnsProvider } from "../components/model/network/failover-problems";
import type { Stack } from "../components/model/stack";
import type * as awsCloud from "../components/clouds/aws";
import type * as digitalOceanCloud from "../components/clouds/digitalocean";
import type * as gcpCloud from "../components/clouds/gcp";
import type * as localCloud from "../components/clouds/local";

/* eslint-disable @typescript-eslint/no-require-imports -- an import statement would load every cloud for every stack */
const local = () => require("../components/clouds/local") as typeof localCloud;
const aws = () => require("../components/clouds/aws") as typeof awsCloud;
const gcp = () => require("../components/clouds/gcp") as typeof gcpCloud;
const digitalOcean = () => require("../components/clouds/digitalocean") as typeof digitalOceanCloud;
/* eslint-enable @typescript-eslint/no-require-imports */

/** The data centers of a stack. What is in this file is the one switch on provider; a cloud is loaded only where a stack uses it. */
export function dataCentersOf({ dataCenters }: Stack): Record<string, DataCenter> {
  return Object.fromEntries(
    Object.entries(dataCenters).map(([name, settings]) => [name, makers[settings.provider](name, settings)]),
  );
}

/** The failover of a stack. */
export function failoverOf(stack: Stack): Failover {
  const { kind, port, httpsPort, zone = "", createZone, policy, ttl } = stack.failover;
  if (kind === "front") return new (local().LocalFront)({ port, httpsPort });
  const args = { zone, createZone, policy, ttl };
  return dnsProvider(stack) === "aws" ? new (aws().Route53Failover)(args) : new (gcp().CloudDnsFailover)(args);
}

/** What a cloud offers; undefined for a provider that is none. */
export function catalogueOf(provider: string): Catalogue | undefined {
  return catalogues[provider]?.();
}

type DataCenterSettings = Stack["dataCenters"][string];

const makers: Record<DataCenterSettings["provider"], (name: string, settings: DataCenterSettings) => DataCenter> = {
  local: (name) => new (local().LocalDataCenter)(name),
  existing: (name, { addresses = {} }) => new ExistingDataCenter(name, addresses),
  aws: (name, settings) => new (aws().AwsDataCenter)(name, inCloud(settings)),
  gcp: (name, settings) => new (gcp().GcpDataCenter)(name, inCloud(settings)),
  digitalocean: (name, settings) => new (digitalOcean().DigitalOceanDataCenter)(name, inCloud(settings)),
};

const catalogues: Readonly<Record<string, () => Catalogue>> = {
  aws: () => aws().catalogue,
  gcp: () => gcp().catalogue,
  digitalocean: () => digitalOcean().catalogue,
};

/** A stack that was read has a region for each data center in a cloud. */
function inCloud({ region = "", zones, network, sizes, image, encryption, frozen }: DataCenterSettings): CloudSettings {
  return { region, zones, network, sizes, image, encryption, frozen };
}
