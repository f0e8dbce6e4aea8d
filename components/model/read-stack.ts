import type { z } from "zod";
import { allDownProblems } from "./pools/all-down";
import { balancingProblems } from "./pools/balancing";
import type { Catalogues } from "./clouds/catalogue";
import { cloudProblems } from "./clouds/cloud-problems";
import { isInClouds } from "./clouds/data-center";
import { failoverProblems } from "./network/failover-problems";
import { limitsProblems } from "./limits/limits-problems";
import { maintenanceProblems } from "./operations/maintenance";
import { metricsProblems } from "./observability/metrics-problems";
import { NAME_RULE, serverName } from "./name";
import { isTcp } from "./routing/passthrough";
import { routesOf } from "./plan";
import { passthroughProblems } from "./routing/passthrough-problems";
import { poolProblems } from "./pools/pool-problems";
import { notADataCenter, pathOf, type Problem, shown, suggestion } from "./problem";
import { routeProblems } from "./routing/route-problems";
import { environmentProblems } from "./environment-problems";
import { isSealed, sealProblems } from "./secret";
import { poolsAtMost, spikeProblems } from "./operations/spike";
import { DEFAULT_HEALTHY_WITHIN, DEFAULT_HEALTHY_WITHIN_IN_CLOUDS, sections, type Stack, type ValidatedStack } from "./stack";
import { tlsProblems } from "./tls/tls-problems";

type Section = keyof typeof sections;

/** A validated stack, or every problem of what was given. */
export type ReadStack =
  | { readonly stack: ValidatedStack; readonly problems: readonly [] }
  | { readonly stack?: undefined; readonly problems: readonly Problem[] };

/** What a stack is validated against, beside itself. */
export interface Surroundings {
  /** What each cloud offers. @default unknown, so that any region, zone and size is taken */
  readonly catalogues?: Catalogues;
  /** Name of the Pulumi stack, from which networks follow that are not stated. @default none */
  readonly name?: string;
  /** The time at which certificates must be valid. @default unknown, so that expired ones are taken */
  readonly now?: Date;
  /** The values of its secrets by name. @default unknown, so that any value is taken */
  readonly secretValues?: Readonly<Record<string, string>>;
}

/**
 * Reads a stack: the one function that parses, applies defaults and validates. It finds every problem at once: those of
 * each section's shape, and, as far as the shape is sound, those between sections.
 *
 * @param raw The values below `evenkeel:` by section; an empty key (null) counts as absent.
 */
export function readStack(raw: Readonly<Record<string, unknown>>, surroundings: Surroundings = {}): ReadStack {
  const { catalogues = () => undefined, name = "", now, secretValues } = surroundings;
  const given = withoutNulls(raw) as Record<string, unknown>;
  const problems: Problem[] = Object.keys(given)
    .filter((key) => !Object.hasOwn(sections, key))
    .map((key) => ({ path: key, message: `is not a key of a stack${suggestion(key, Object.keys(sections))}` }));
  const seals = sealProblems(given, name);
  const isAboutSeal = ({ path }: Problem): boolean =>
    seals.some((seal) => path === seal.path || path.startsWith(`${seal.path}.`) || path.startsWith(`${seal.path}[`));
  problems.push(...seals);

  const read: Partial<Record<Section, unknown>> = {};
  for (const key of Object.keys(sections) as Section[]) {
    const result = sections[key].safeParse(given[key], { reportInput: true });
    if (result.success) {
      if (result.data !== undefined) read[key] = result.data;
    } else {
      const all = result.error.issues.flatMap((issue) => problemsOf(issue, key, sections[key]));
      const found = all.filter((problem) => !isAboutSeal(problem));
      // A value may break several rules of its place; the first says enough.
      problems.push(...found.filter(({ path }, i) => found.findIndex((other) => other.path === path) === i));
      // What is sound of it is still held against the other sections.
      const sound = sections[key].safeParse(withoutIssues(given[key], result.error.issues));
      if (sound.success) read[key] = sound.data;
    }
  }
  const places = isMap(given.dataCenters) ? Object.keys(given.dataCenters) : [];
  // Without a single one there is one problem, not one at every place that names one.
  const known = places.length === 0 ? undefined : places;
  const earlier = [...problems];
  const isFaulty = (part: string): boolean => earlier.some(({ path }) => path === part || path.startsWith(`${part}.`));
  problems.push(...problemsBetween(read as Partial<Stack>, known, isFaulty));
  problems.push(...cloudProblems(read as Partial<Stack>, { catalogues, name, isFaulty }));
  const secrets = isMap(given.secrets) && !isSealed(given.secrets) ? Object.keys(given.secrets) : [];
  const { pools = {}, dataCenters = {} } = read as Partial<Stack>;
  problems.push(...environmentProblems({ pools, dataCenters }, secrets, secretValues));
  problems.push(...tlsProblems(read as Partial<Stack>, { secrets, secretValues, now }, isFaulty));
  return problems.length === 0 ? { stack: completed(read as Stack), problems: [] } : { problems };
}

/** A stack with the defaults that depend on several of its sections. */
function completed(stack: Stack): ValidatedStack {
  const healthyWithin = isInClouds(stack) ? DEFAULT_HEALTHY_WITHIN_IN_CLOUDS : DEFAULT_HEALTHY_WITHIN;
  // The one place where a stack becomes a validated one.
  return {
    ...stack,
    routes: routesOf(stack),
    rollout: { ...stack.rollout, healthyWithin: stack.rollout.healthyWithin ?? healthyWithin },
  } as ValidatedStack;
}

/** The problems that show only when sections are held against each other; where one is already, nothing is said to be missing. */
function problemsBetween(
  {
    site,
    dataCenters,
    loadBalancers,
    limits,
    metrics,
    failover,
    pools,
    routes,
    passthrough,
    spikes,
    maintenance,
  }: Partial<Stack>,
  known: readonly string[] | undefined,
  isFaulty: (path: string) => boolean,
): Problem[] {
  const problems: Problem[] = [];
  if (dataCenters !== undefined && known === undefined && !isFaulty("dataCenters"))
    problems.push({ path: "dataCenters", message: "is empty; a pair of load balancers needs two data centers" });
  if (loadBalancers !== undefined) {
    const { primary, secondary } = loadBalancers;
    for (const [role, { in: place }] of Object.entries({ primary, secondary })) {
      if (known !== undefined && !known.includes(place)) {
        problems.push({ path: `loadBalancers.${role}.in`, message: `is ${place}, which ${notADataCenter(place, known)}` });
      }
    }
    if (primary.in === secondary.in) {
      problems.push({
        path: "loadBalancers.secondary.in",
        message: `is ${secondary.in}, where the primary stands; a pair needs two data centers`,
      });
    }
  }
  if (failover !== undefined) {
    problems.push(...failoverProblems(failover, { site, loadBalancers, dataCenters }, isFaulty));
  }
  if (limits !== undefined) problems.push(...limitsProblems(limits));
  if (metrics !== undefined) problems.push(...metricsProblems(metrics));
  if (pools !== undefined && Object.keys(pools).length === 0 && !isFaulty("pools"))
    problems.push({ path: "pools", message: "is empty; a site needs at least one pool" });
  problems.push(...poolProblems(pools ?? {}, known, isFaulty), ...balancingProblems(pools ?? {}, known, isFaulty));
  problems.push(...allDownProblems(pools ?? {}, isFaulty));
  if (!isFaulty("passthrough")) problems.push(...passthroughProblems(passthrough, { pools, dataCenters, failover, metrics }));
  const tcp = Object.keys(pools ?? {}).filter((pool) => isTcp(pools?.[pool] ?? {}));
  const names = Object.keys(pools ?? {}).filter((pool) => !tcp.includes(pool));
  if (names.length > 0 && !isFaulty("routes")) problems.push(...routeProblems(routes, names, site?.domain, tcp));
  problems.push(...spikeProblems(spikes ?? {}, { pools, dataCenters }, known, isFaulty));
  problems.push(...sharedNames(pools ?? {}, spikes ?? {}), ...existingProblems(dataCenters ?? {}, loadBalancers, pools ?? {}));
  if (dataCenters !== undefined && loadBalancers !== undefined && pools !== undefined && maintenance !== undefined) {
    problems.push(
      ...maintenanceProblems({ dataCenters, loadBalancers, pools, maintenance }, poolsAtMost({ pools, spikes: spikes ?? {} })),
    );
  }
  return problems;
}

/** What a data center of existing servers lacks: an address for each server, or the means to hold a balancer. */
function existingProblems(
  dataCenters: Stack["dataCenters"],
  loadBalancers: Stack["loadBalancers"] | undefined,
  pools: Stack["pools"],
): Problem[] {
  return Object.entries(dataCenters).flatMap(([place, { provider, addresses }]): Problem[] => {
    if (provider !== "existing") {
      return addresses === undefined
        ? []
        : [{ path: `dataCenters.${place}.addresses`, message: `is for provider existing; this one is ${provider}` }];
    }
    const balancers = (["primary", "secondary"] as const).filter((role) => loadBalancers?.[role].in === place);
    return [
      ...balancers.map((role) => ({
        path: `loadBalancers.${role}.in`,
        message: `is ${place}, which only lists servers that exist; a balancer needs another`,
      })),
      ...Object.entries(pools).flatMap(([pool, { servers }]) => {
        const asked = Object.hasOwn(servers, place) ? (servers[place] ?? 0) : 0;
        const listed = Object.hasOwn(addresses ?? {}, pool) ? (addresses?.[pool]?.length ?? 0) : 0;
        return asked <= listed
          ? []
          : [
              {
                path: `pools.${pool}.servers.${place}`,
                message: `is ${asked}, but dataCenters.${place}.addresses.${pool} lists ${listed}`,
              },
            ];
      }),
    ];
  });
}

/** Servers of two pools that would have one name, in a spike too: pool `web` in `a-b`, and pool `web-a` in `b`. */
function sharedNames(pools: Stack["pools"], spikes: Stack["spikes"]): Problem[] {
  const first = new Map<string, { pool: string; place: string; path: string }>();
  const floors = Object.entries(spikes).flatMap(([spike, { pools: raised }]) =>
    Object.entries(raised).map(([pool, { servers = {} }]) => ({ pool, servers, path: `spikes.${spike}.pools.${pool}` })),
  );
  const bases = Object.entries(pools).map(([pool, { servers }]) => ({ pool, servers, path: `pools.${pool}` }));
  return [...bases, ...floors].flatMap(({ pool, servers, path: at }) =>
    Object.keys(servers).flatMap((place) => {
      const [name, path] = [serverName(pool, place, 1), `${at}.servers.${place}`];
      const other = first.get(name);
      if (other === undefined) first.set(name, { pool, place, path });
      // A spike names the servers of its pool again.
      if (other === undefined || (other.pool === pool && other.place === place)) return [];
      return [{ path, message: `would name a server ${name}, as ${other.path} does; rename a pool or a data center` }];
    }),
  );
}

/** One finding of the schema library in our words; an object with three unknown keys is three problems. */
function problemsOf(issue: z.core.$ZodIssue, section: Section, schema: z.ZodType): Problem[] {
  const at = [section, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => ({
      path: pathOf([...at, key]),
      message: `is not a key here: ${known.join(", ")}${suggestion(key, known)}`,
    }));
  }
  if (issue.code === "invalid_key") {
    const rule = issue.issues[0]?.message.replace(/^.*, but must be /s, "") ?? `a name: ${NAME_RULE}`;
    return [{ path: pathOf(at), message: `is not ${rule}` }];
  }
  const message =
    issue.input === undefined ? issue.message.replace(/^is missing, but must/, "is missing; it must") : issue.message;
  return [{ path: pathOf(at), message: message.startsWith("is ") ? message : `is ${shown(issue.input)}: ${message}` }];
}

/** The keys that the schema allows at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here = unwrapped(schema);
  for (const part of path) {
    const { shape, valueType, element } = here.def as unknown as {
      shape?: Record<PropertyKey, z.ZodType>;
      valueType?: z.ZodType;
      element?: z.ZodType;
    };
    const next = shape?.[part] ?? valueType ?? element;
    if (next === undefined) return [];
    here = unwrapped(next);
  }
  return Object.keys((here.def as unknown as { shape?: object }).shape ?? {});
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const { innerType } = schema.def as unknown as { innerType?: z.ZodType };
  return innerType === undefined ? schema : unwrapped(innerType);
}

/** A value less what the issues find fault with. */
function withoutIssues(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(value);
  for (const issue of issues) {
    const [parts, keys] =
      issue.code === "unrecognized_keys" ? [issue.path, issue.keys] : [issue.path.slice(0, -1), issue.path.slice(-1)];
    const holder = parts.reduce<unknown>((at, part) => (isMap(at) ? at[part] : undefined), copy);
    if (isMap(holder)) for (const key of keys) Reflect.deleteProperty(holder, key);
  }
  return copy;
}

function isMap(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}
