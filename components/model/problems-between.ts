import type { Catalogues } from "./clouds/catalogue";
import { cloudProblems } from "./clouds/cloud-problems";
import { existingProblems } from "./clouds/existing-problems";
import { environmentProblems } from "./environment-problems";
import { limitsProblems } from "./limits/limits-problems";
import { failoverProblems } from "./network/failover-problems";
import { metricsProblems } from "./observability/metrics-problems";
import { maintenanceProblems } from "./operations/maintenance";
import { poolsAtMost, spikeProblems } from "./operations/spike";
import { allDownProblems } from "./pools/all-down";
import { balancingProblems } from "./pools/balancing";
import { poolProblems } from "./pools/pool-problems";
import { sharedNames } from "./pools/shared-names";
import { notADataCenter, type Problem } from "./problem";
import { isTcp } from "./routing/passthrough";
import { passthroughProblems } from "./routing/passthrough-problems";
import { routeProblems } from "./routing/route-problems";
import type { Stack } from "./stack";
import { tlsProblems } from "./tls/tls-problems";

/** What sections are held against, beside each other. */
export interface Around {
  /** What each cloud offers; a cloud without a catalogue is not held against it. */
  readonly catalogues: Catalogues;
  /** Name of the Pulumi stack. */
  readonly name: string;
  /** The time at which certificates must be valid; undefined where it is not known. */
  readonly now: Date | undefined;
  /** Names of the stack's secrets. */
  readonly secrets: readonly string[];
  /** Their values by name; undefined where they are not known. */
  readonly secretValues: Readonly<Record<string, string>> | undefined;
  /** Names of the data centers; undefined where there is not a single one. */
  readonly known: readonly string[] | undefined;
  /** The paths of what is faulty by itself. */
  readonly faults: readonly string[];
  /** Whether something in a part of the stack is faulty by itself, so that nothing is said to be missing there. */
  readonly isFaulty: (path: string) => boolean;
}

/** The path of a fault for which nothing is known of the pools of a spike. */
const ALL_OF_A_SPIKE = /^spikes(\.[^.]+(\.pools)?)?$/;
/** The path of a fault in one pool of a spike. */
const POOL_OF_A_SPIKE = /^spikes\.[^.]+\.pools\.([^.]+)/;

/** Returns the problems that show only when sections, as far as they are sound, are held against each other. */
export function problemsBetween(sections: Partial<Stack>, around: Around): Problem[] {
  const { known, isFaulty, secrets, secretValues, now } = around;
  const { dataCenters, limits, metrics, failover, pools = {}, passthrough, spikes = {} } = sections;
  return [
    ...dataCentersProblems(sections, around),
    ...balancerProblems(sections, known),
    ...(failover === undefined ? [] : failoverProblems(failover, sections, isFaulty)),
    ...(limits === undefined ? [] : limitsProblems(limits)),
    ...(metrics === undefined ? [] : metricsProblems(metrics)),
    ...(sections.pools !== undefined && Object.keys(pools).length === 0 && !isFaulty("pools")
      ? [{ path: "pools", message: "is empty; a site needs at least one pool" }]
      : []),
    ...poolProblems(pools, known, isFaulty),
    ...balancingProblems(pools, known, isFaulty),
    ...allDownProblems(pools, isFaulty),
    ...passthroughProblems(passthrough, sections, isFaulty),
    ...routesProblems(sections, isFaulty),
    ...spikeProblems(spikes, sections, known, isFaulty),
    ...sharedNames(pools, spikes),
    ...existingProblems(sections, isFaulty),
    ...maintenanceIn(sections, around),
    ...cloudProblems(sections, around),
    ...environmentProblems({ pools, dataCenters: dataCenters ?? {} }, secrets, secretValues),
    ...tlsProblems(sections, { secrets, secretValues, now }, isFaulty),
  ];
}

function dataCentersProblems({ dataCenters }: Partial<Stack>, { known, isFaulty }: Around): Problem[] {
  if (dataCenters === undefined || known !== undefined || isFaulty("dataCenters")) return [];
  return [{ path: "dataCenters", message: "is empty; a pair of load balancers needs two data centers" }];
}

function balancerProblems({ loadBalancers }: Partial<Stack>, known: readonly string[] | undefined): Problem[] {
  if (loadBalancers === undefined) return [];
  const { primary, secondary } = loadBalancers;
  const unknown = Object.entries({ primary, secondary }).flatMap(([role, { in: place }]) =>
    known === undefined || known.includes(place)
      ? []
      : [{ path: `loadBalancers.${role}.in`, message: `is ${place}, which ${notADataCenter(place, known)}` }],
  );
  if (primary.in !== secondary.in) return unknown;
  const message = `is ${secondary.in}, where the primary stands; a pair needs two data centers`;
  return [...unknown, { path: "loadBalancers.secondary.in", message }];
}

function routesProblems({ pools = {}, routes, site }: Partial<Stack>, isFaulty: Around["isFaulty"]): Problem[] {
  const tcp = Object.keys(pools).filter((pool) => isTcp(pools[pool] ?? {}));
  const names = Object.keys(pools).filter((pool) => !tcp.includes(pool));
  return names.length === 0 ? [] : routeProblems(routes, { pools: names, tcp, domain: site?.domain }, isFaulty);
}

function maintenanceIn(
  { dataCenters, loadBalancers, pools, spikes = {}, maintenance }: Partial<Stack>,
  { faults, isFaulty }: Around,
): Problem[] {
  if (dataCenters === undefined || loadBalancers === undefined || pools === undefined || maintenance === undefined) return [];
  const isUncertain = (pool: string): boolean =>
    isFaulty(`pools.${pool}.servers`) ||
    faults.some((path) => ALL_OF_A_SPIKE.test(path) || POOL_OF_A_SPIKE.exec(path)?.[1] === pool);
  const doubts = { isFaulty, isUncertain };
  return maintenanceProblems({ dataCenters, loadBalancers, pools, maintenance }, poolsAtMost({ pools, spikes }), doubts);
}
