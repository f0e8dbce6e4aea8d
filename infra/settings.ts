import * as pulumi from "@pulumi/pulumi";
import { dayOf, keyProblem, validityOf } from "../components/model/tls/certificate";
import { isCloud } from "../components/model/clouds/data-center";
import { isInstant } from "../components/model/local-time";
import { type Problem, shown } from "../components/model/problem";
import { readStack } from "../components/model/read-stack";
import { stackAt } from "../components/model/operations/spike";
import type { Stack } from "../components/model/stack";
import { refuse } from "../components/refusal";
import { catalogueOf } from "./clouds";
import { providerProblems } from "./providers";
import { asInFile } from "./stack-file";

/** The prefix of every key of a stack file that is Evenkeel's. */
const NAMESPACE = "evenkeel:";

/** The key of a stack file that its secrets stand below. */
const SECRETS = `${NAMESPACE}secrets`;

/** The moment that a preview is of, instead of now. */
const AT = "EVENKEEL_AT";

/**
 * Reads the stack file and the clock, and gives the stack as it is at that instant: the only place that reads either.
 *
 * @throws pulumi.RunError with every problem of the file, before the first resource is registered.
 */
export function readSettings(): Stack {
  const now = readClock();
  const stack = readStackFile(now);
  for (const warning of dueCertificates(stack, now)) void pulumi.log.warn(warning);
  return stackAt(stack, now);
}

/** The stack's secrets by name, as outputs that are secrets: the only way by which they leave the configuration. */
export function readSecrets(): Readonly<Record<string, pulumi.Output<string>>> {
  return Object.fromEntries(Object.entries(clearSecrets()).map(([name, value]) => [name, pulumi.secret(value)]));
}

function readStackFile(now: Date): Stack {
  const secret = new Set(JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[]);
  // All keys, not the known ones alone: one that is spelt wrong must be seen.
  const given = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(NAMESPACE));
  const values = Object.fromEntries(
    given.map(([key, text]) => [
      key.slice(NAMESPACE.length),
      secret.has(key) ? asInFile(key, valueOf(text), key === SECRETS) : valueOf(text),
    ]),
  );

  const { stack, problems } = readStack(values, catalogueOf, pulumi.getStack(), now);
  const all = [
    ...problems,
    ...(stack === undefined ? [] : [...unfitSecrets(stack), ...unfitKeys(stack)]),
    ...providerProblems(values.dataCenters),
  ];
  if (stack !== undefined && all.length === 0) return stack;
  refuse(`stacks/Pulumi.${pulumi.getStack()}.yaml`, all);
}

/** Variables whose secrets a machine of a cloud can't be told: there, each is one line of a file. */
function unfitSecrets({ pools, dataCenters }: Stack): Problem[] {
  const values = clearSecrets();
  return Object.entries(pools).flatMap(([pool, { app, servers }]) => {
    if (!Object.keys(servers).some((place) => isCloud(dataCenters[place]?.provider ?? ""))) return [];
    return Object.entries(app.environment).flatMap(([variable, value]): Problem[] => {
      if (typeof value === "string" || !/[\n\r\0]/.test(values[value.secret] ?? "")) return [];
      const message = `is the secret ${value.secret}, which has several lines; a variable of a server in a cloud is one line`;
      return [{ path: `pools.${pool}.app.environment.${variable}`, message }];
    });
  });
}

/** Secrets that are not the private keys of the certificates that refer to them. */
function unfitKeys({ tls }: Stack): Problem[] {
  const values = clearSecrets();
  return Object.entries(tls?.certificates ?? {}).flatMap(([name, { certificate, key }]): Problem[] => {
    const problem = keyProblem(certificate, values[key.secret] ?? "");
    return problem === undefined
      ? []
      : [{ path: `tls.certificates.${name}.key`, message: `is the secret ${key.secret}, which ${problem}` }];
  });
}

/** What is told of certificates that end soon. */
function dueCertificates({ tls }: Stack, now: Date): string[] {
  return Object.entries(tls?.certificates ?? {}).flatMap(([name, { certificate }]) => {
    const validity = validityOf(certificate);
    if (validity === undefined || now < new Date(validity.renewsFrom)) return [];
    return [`tls.certificates.${name} is good until ${dayOf(validity)}: put its successor in its place`];
  });
}

/** The secrets in clear, of a stack file that has been found sound. */
function clearSecrets(): Readonly<Record<string, string>> {
  return (valueOf(pulumi.runtime.allConfig()[SECRETS] ?? "null") ?? {}) as Readonly<Record<string, string>>;
}

/** The instant that the program is run for. */
function readClock(): Date {
  const given = process.env[AT];
  if (given === undefined || given === "") return new Date();
  const problem = (message: string): never => refuse("The environment", [{ path: AT, message: `is ${shown(given)}${message}` }]);
  if (!isInstant(given)) return problem(", but must be an instant such as 2026-11-27T12:00:00Z");
  if (!pulumi.runtime.isDryRun()) return problem(", but only a preview may be of another moment than now; unset it");
  return new Date(given);
}

/** The engine hands maps and lists over as JSON, and anything else as it stands in the file. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
