import { isAnywhere } from "../network/access";
import { type Catalogue, type Catalogues, machineTypeOf, SIZE_NAMES } from "./catalogue";
import { overlap } from "../network/cidr";
import { type DataCenterSettings, isCloud, SSH_PORT, TLS_PORT } from "./data-center";
import { networkOf } from "../network/network";
import { nearest, type Problem, shown } from "../problem";
import { poolsAtMost } from "../operations/spike";
import type { Stack } from "../stack";

/** What only data centers in clouds have. */
const CLOUD_KEYS = ["region", "zones", "network", "sizes", "image", "encryption", "frozen"] as const;

/** The keys of an app that do not say what it runs. */
const BESIDE_WHAT_RUNS = ["environment", "port", "startWithin", "stopWithin"] as const;

/** What data centers in clouds are held by. */
export interface Held {
  /** What each cloud offers; a cloud without one is not held against it. */
  readonly catalogues: Catalogues;
  /** Name of the Pulumi stack, from which networks follow that are not stated. */
  readonly name: string;
  /** The paths of what is faulty by itself. */
  readonly faults: readonly string[];
  /** Whether something is wrong with a path already, so that nothing is said of what it lacks. */
  readonly isFaulty: (path: string) => boolean;
}

/** The problems of a stack's data centers in clouds, and of what stands in them. */
export function cloudProblems(
  { dataCenters, loadBalancers, pools = {}, spikes = {}, access }: Partial<Stack>,
  { catalogues, name, faults, isFaulty }: Held,
): Problem[] {
  const places = Object.entries(dataCenters ?? {});
  const clouds = places.filter(([, { provider }]) => isCloud(provider));
  // A spike may bring a pool to where it has no server otherwise.
  const atMost = poolsAtMost({ pools, spikes });
  return [
    ...places.flatMap(([place, settings]) => placeProblems(place, settings, catalogues(settings.provider), isFaulty)),
    ...mixture(places),
    ...overlaps(
      name,
      clouds.filter(([place]) => !isFaulty(`dataCenters.${place}.network`)),
    ),
    ...appProblems(clouds, atMost, faults),
    ...clouds.flatMap(([place, settings]) =>
      machineProblems(place, settings, catalogues(settings.provider), { loadBalancers, pools: atMost }, isFaulty),
    ),
    ...(clouds.length === 0 || access === undefined ? [] : accessProblems(access, isFaulty)),
  ];
}

function placeProblems(
  place: string,
  settings: DataCenterSettings,
  catalogue: Catalogue | undefined,
  isFaulty: (path: string) => boolean,
): Problem[] {
  const at = `dataCenters.${place}`;
  const { provider, region, zones = [] } = settings;
  if (!isCloud(provider)) {
    return CLOUD_KEYS.filter((key) => settings[key] !== undefined).map((key) => ({
      path: `${at}.${key}`,
      message: `is for a data center in a cloud; this one is ${provider}`,
    }));
  }
  if (region === undefined) {
    if (isFaulty(`${at}.region`)) return [];
    return [{ path: `${at}.region`, message: "is missing; it must be the name of a region, such as us-east-1" }];
  }
  if (catalogue === undefined) return [];
  if (!catalogue.regions.includes(region)) {
    return [
      {
        path: `${at}.region`,
        message: `is ${shown(region)}, which is not a region of ${provider}${nearest(region, catalogue.regions)}`,
      },
    ];
  }
  const known = catalogue.zonesOf(region);
  if (known.length === 0 && zones.length > 0)
    return [{ path: `${at}.zones`, message: `is for a cloud with zones; ${provider} has none` }];
  return zones.flatMap((zone, i): Problem[] => {
    const path = `${at}.zones[${i}]`;
    if (zones.indexOf(zone) < i) return [{ path, message: `is ${zone} again` }];
    return known.includes(zone)
      ? []
      : [{ path, message: `is ${shown(zone)}, which is not a zone of ${region}${nearest(zone, known)}` }];
  });
}

/** A balancer in a cloud can't reach a server on this machine. */
function mixture(places: [string, DataCenterSettings][]): Problem[] {
  const local = places.find(([, { provider }]) => provider === "local");
  return places.flatMap(([place, { provider }]) =>
    local !== undefined && isCloud(provider)
      ? [
          {
            path: `dataCenters.${place}.provider`,
            message: `is ${provider}, while ${local[0]} is on this machine; they can't reach each other, so a stack has one kind or the other`,
          },
        ]
      : [],
  );
}

function overlaps(stack: string, clouds: [string, DataCenterSettings][]): Problem[] {
  const networks = clouds.map(([place, { network }]) => ({
    place,
    network: network ?? networkOf(stack, place),
    stated: network !== undefined,
  }));
  return networks.flatMap(({ place, network, stated }, i) => {
    const other = networks.slice(0, i).find((earlier) => overlap(earlier.network, network));
    if (other === undefined) return [];
    const path = `dataCenters.${place}.network`;
    const what = stated ? `is ${network}` : `is not stated, and by its name would be ${network}`;
    return [{ path, message: `${what}, which overlaps with that of ${other.place}, ${other.network}; state one that does not` }];
  });
}

/** The pools that say nothing to run in the clouds that they stand in. */
function appProblems(clouds: [string, DataCenterSettings][], pools: Stack["pools"], faults: readonly string[]): Problem[] {
  return Object.entries(pools).flatMap(([pool, { app, servers }]) => {
    const here = clouds.filter(([place]) => Object.hasOwn(servers, place));
    const path = `pools.${pool}.app`;
    if (here.length === 0) return [];
    const encrypted = here.filter(([, { encryption = "tls" }]) => encryption === "tls").map(([place]) => place);
    const taken = app.port === SSH_PORT ? "that of SSH" : `that of TLS in front of it in ${encrypted.join(", ")}`;
    const isTaken = app.port === SSH_PORT || (app.port === TLS_PORT && encrypted.length > 0);
    const ports = isTaken ? [{ path: `${path}.port`, message: `is ${app.port}, which is ${taken}; it must be another` }] : [];
    if (app.image !== undefined || app.userData !== undefined) return ports;
    // Any other fault may be what was meant to run, an image by another name for one.
    const settled = BESIDE_WHAT_RUNS.map((key) => `${path}.${key}`);
    if (faults.some((fault) => `${fault}.`.startsWith(`${path}.`) && !settled.some((key) => fault.startsWith(key)))) return ports;
    const where = here.map(([place, { provider }]) => `${place} (${provider})`).join(", ");
    const message = `says nothing to run in ${where}: give an image, such as registry.example.com/shop:1.4.2, or userData`;
    return [...ports, { path, message }];
  });
}

/** The problems of machines in one cloud: sizes and machine types that it does not have. */
function machineProblems(
  place: string,
  { provider, sizes }: DataCenterSettings,
  catalogue: Catalogue | undefined,
  { loadBalancers, pools }: Pick<Partial<Stack>, "loadBalancers"> & Pick<Stack, "pools">,
  isFaulty: (path: string) => boolean,
): Problem[] {
  const here = Object.entries(pools).filter(([, { servers }]) => Object.hasOwn(servers, place));
  if (catalogue === undefined) return [];
  const balancers = (["primary", "secondary"] as const).flatMap((role) => {
    const balancer = loadBalancers?.[role];
    return balancer?.in === place ? [[`loadBalancers.${role}.size`, balancer.size] as const] : [];
  });
  const asked = [...balancers, ...here.map(([pool, { size }]) => [`pools.${pool}.size`, size] as const)];
  const types = Object.entries(sizes ?? {}).map(([size, type]) => [`dataCenters.${place}.sizes.${size}`, type] as const);
  return [
    ...asked.flatMap(([path, size]): Problem[] =>
      machineTypeOf(size, sizes, catalogue) === undefined && !isFaulty(`dataCenters.${place}.sizes`)
        ? [
            {
              path,
              message: `is ${size}, which dataCenters.${place}.sizes does not map${nearest(size, [...new Set([...SIZE_NAMES, ...Object.keys(sizes ?? {})])])}`,
            },
          ]
        : [],
    ),
    ...types.flatMap(([path, type]): Problem[] =>
      catalogue.isMachineType(type)
        ? []
        : [
            {
              path,
              message: `is ${shown(type)}, which is not a machine type of ${provider}${nearest(type, catalogue.machineTypes)}`,
            },
          ],
    ),
  ];
}

function accessProblems({ ssh, sshFromAnywhere }: Stack["access"], isFaulty: (path: string) => boolean): Problem[] {
  if (isFaulty("access.ssh") || isFaulty("access.sshFromAnywhere")) return [];
  if (ssh.length === 0) {
    return [
      {
        path: "access.ssh",
        message: "is empty; it must name the addresses that pulumi up comes from, since a rollout reaches a balancer by SSH",
      },
    ];
  }
  if (sshFromAnywhere) return [];
  return ssh.flatMap((cidr, i) =>
    isAnywhere(cidr)
      ? [
          {
            path: `access.ssh[${i}]`,
            message: `is ${cidr}, which opens SSH to the world; name your own addresses, or say sshFromAnywhere: true`,
          },
        ]
      : [],
  );
}
