import { isIPv4, isIPv6 } from "node:net";
import { RecordType } from "@pulumi/aws/types/enums/route53";
import type { DeclaredResource, Inputs } from "../record";
import { type Check, entries, type Finding, isWithin, list, objects, ofEach, shown, text, texts } from "./check";

const RECORD = "aws:route53/record:Record";
const RECORD_SET = "gcp:dns/recordSet:RecordSet";
const ZONE = "aws:route53/zone:Zone";
const MANAGED_ZONE = "gcp:dns/managedZone:ManagedZone";
/** A domain with at least one dot, which may end with one. */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\.?$/;
const RECORD_TYPES = new Set<string>(Object.values(RecordType));
/** The longest time to live that DNS can say, in seconds (RFC 2181). */
const LONGEST_TTL = 2 ** 31 - 1;
/** What makes several records of one name one answer. */
const POLICIES = [
  "multivalueAnswerRoutingPolicy",
  "failoverRoutingPolicies",
  "weightedRoutingPolicies",
  "latencyRoutingPolicies",
  "geolocationRoutingPolicies",
];

/** Records have a type that DNS knows, values of that type, and a time to live. */
export const dnsRecords: Check = ofEach(({ type, inputs }) => {
  if (type !== RECORD && type !== RECORD_SET) return [];
  const kind = shown(inputs.type);
  const valueFits = kind === "A" ? isIPv4 : kind === "AAAA" ? isIPv6 : () => true;
  return [
    ...(RECORD_TYPES.has(kind) ? [] : [`is of type ${kind}, which DNS does not have`]),
    ...valuesOf(inputs)
      .filter((value) => !valueFits(value))
      .map((value) => `has the value ${value}, which is none of type ${kind}`),
    ...(isWithin(inputs.ttl, 0, LONGEST_TTL) || inputs.aliases !== undefined
      ? []
      : [`has a ttl of ${shown(inputs.ttl)}, which is no number of seconds`]),
    ...(type === RECORD || shown(inputs.name).endsWith(".") ? [] : [`is of ${shown(inputs.name)}, which must end with a dot`]),
  ];
});

/** Several records of one name are told apart, are of one kind, and have one PRIMARY and one SECONDARY where they fail over. */
export const failover: Check = (declared) => [
  ...siblings(declared).flatMap(problemsOfSiblings),
  ...ofEach(googleProblems)(declared),
];

/** Zones are of domains, and records of Google Cloud of names in the zone that they stand in. */
export const zones: Check = (declared) => [...ofEach(domainProblems)(declared), ...outsideTheirZone(declared)];

function domainProblems({ type, inputs }: DeclaredResource): string[] {
  const domain = type === ZONE ? inputs.name : type === MANAGED_ZONE ? inputs.dnsName : undefined;
  return domain === undefined || DOMAIN.test(shown(domain)) ? [] : [`is of ${shown(domain)}, which is no domain`];
}

function outsideTheirZone(declared: readonly DeclaredResource[]): Finding[] {
  return declared
    .filter(({ type }) => type === RECORD_SET)
    .flatMap((about) => {
      const reference = shown(about.inputs.managedZone);
      const zone = declared.find(
        ({ type, id, inputs }) =>
          type === MANAGED_ZONE && (id === reference || inputs.name === reference || id.endsWith(`/${reference}`)),
      );
      const domain = zone && text(zone.inputs, "dnsName");
      const name = shown(about.inputs.name);
      if (domain === undefined || name === domain || name.endsWith(`.${domain}`)) return [];
      return [{ about, message: `is of ${name}, which is not in its zone, ${domain}` }];
    });
}

/** The values of a record, of whatever cloud and policy. */
function valuesOf(inputs: Inputs): string[] {
  const policy = entries(inputs, "routingPolicy");
  const backup = entries(policy, "primaryBackup");
  const targets = [...objects(policy, "wrrs"), ...objects(policy, "geos"), ...objects(backup, "backupGeos")];
  return [
    ...[inputs, ...targets].flatMap((answer) => [...texts(answer, "records"), ...texts(answer, "rrdatas")]),
    ...[entries(backup, "primary"), ...targets.map((target) => entries(target, "healthCheckedTargets"))].flatMap((checked) =>
      texts(checked, "externalEndpoints"),
    ),
  ];
}

/** Records of Route 53, those together that answer the same question. */
function siblings(declared: readonly DeclaredResource[]): DeclaredResource[][] {
  const groups = new Map<string, DeclaredResource[]>();
  for (const record of declared.filter(({ type }) => type === RECORD)) {
    const { zoneId, name, type } = record.inputs;
    const question = [zoneId, shown(name).replace(/\.$/, ""), type].join(" ");
    groups.set(question, [...(groups.get(question) ?? []), record]);
  }
  return [...groups.values()];
}

function problemsOfSiblings(records: readonly DeclaredResource[]): Finding[] {
  const [first] = records;
  if (first === undefined) return [];
  const kinds = new Set(records.flatMap(({ inputs }) => policiesOf(inputs)));
  const isPlain = kinds.size === 0 && records.length === 1;
  const identifiers = records.map(({ inputs }) => text(inputs, "setIdentifier"));
  const about = (message: string): Finding => ({ about: first, message });
  return [
    ...(kinds.size > 1 || records.some(({ inputs }) => policiesOf(inputs).length !== (isPlain ? 0 : 1))
      ? [about(`answers ${shown(first.inputs.name)} beside records of another policy`)]
      : []),
    ...(isPlain || (!identifiers.includes(undefined) && new Set(identifiers).size === records.length)
      ? []
      : [about(`answers ${shown(first.inputs.name)} beside others, and not each has a setIdentifier of its own`)]),
    ...(kinds.has("failoverRoutingPolicies") ? roleProblems(records).map(about) : []),
  ];
}

function roleProblems(records: readonly DeclaredResource[]): string[] {
  const roles = records.flatMap(({ inputs }) => objects(inputs, "failoverRoutingPolicies")).map(({ type }) => type);
  return ["PRIMARY", "SECONDARY"]
    .map((role) => [role, roles.filter((one) => one === role).length] as const)
    .filter(([, count]) => count !== 1)
    .map(([role, count]) => `fails over among ${count} records that are ${role}, but must have one`);
}

function policiesOf(inputs: Inputs): string[] {
  return POLICIES.filter((policy) => inputs[policy] !== undefined && inputs[policy] !== false);
}

function googleProblems({ type, inputs }: DeclaredResource): string[] {
  if (type !== RECORD_SET || inputs.routingPolicy === undefined) return [];
  const policy = entries(inputs, "routingPolicy");
  const kinds = ["wrrs", "geos", "primaryBackup"].filter((kind) => policy[kind] !== undefined);
  const backup = entries(policy, "primaryBackup");
  const primaries = list(entries(backup, "primary"), "externalEndpoints").length;
  const backups = list(backup, "backupGeos").length;
  const failsOver = policy.primaryBackup !== undefined;
  return [
    ...(kinds.length === 1 ? [] : [`has ${kinds.length} policies (${kinds.join(", ")}), but must have one`]),
    ...(failsOver && primaries !== 1 ? [`fails over from ${primaries} primaries, but must have one`] : []),
    ...(failsOver && backups === 0 ? ["fails over, but has no backup"] : []),
  ];
}
