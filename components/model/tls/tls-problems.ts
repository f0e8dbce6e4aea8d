import { acmeProblems } from "./acme-problems";
import { chainProblems, isFor, keyProblem, namesOf, readChain } from "./certificate";
import { Duration, isDuration } from "../duration";
import type { Problem } from "../problem";
import { referenceProblems } from "../secret-reference";
import { listOf } from "../routing/route-match";
import type { Stack } from "../stack";
import { PRELOAD_MAX_AGE, type TlsSettings } from "./tls";

/** The sections that say what TLS of clients is, and for whom; as far as they are sound. */
type Sections = Pick<Partial<Stack>, "tls" | "site" | "routes" | "failover">;

/** What else TLS of clients is held against. */
interface Around {
  /** Names of the stack's secrets. */
  readonly secrets: readonly string[];
  /** Their values by name; where they are not known, any is taken. */
  readonly secretValues: Readonly<Record<string, string>> | undefined;
  /** The moment at which certificates must hold; where it is not known, that is not asked. */
  readonly now: Date | undefined;
}

/** The problems of TLS between clients and the site. */
export function tlsProblems(
  stack: Sections,
  { secrets, secretValues, now }: Around,
  isFaulty: (path: string) => boolean,
): Problem[] {
  const { tls } = stack;
  if (tls === undefined) return isFaulty("tls") ? [] : withoutTls(stack);
  const certificates = Object.entries(tls.certificates);
  const message =
    "is empty; TLS needs a certificate: { shop: { certificate: PEM, key: { secret: NAME } } }, or one that tls.acme orders";
  const isEmpty = certificates.length === 0 && tls.acme === undefined && !isFaulty("tls.certificates") && !isFaulty("tls.acme");
  const areNamesUnknown =
    ["tls.certificates", "tls.acme.domains"].some(isFaulty) || (tls.acme === undefined && isFaulty("tls.acme"));
  const problems = certificates.flatMap(([name, { certificate, key }]): Problem[] => {
    const at = `tls.certificates.${name}`;
    const wrong = chainProblems(certificate, now).map((message) => ({ path: `${at}.certificate`, message }));
    return [...wrong, ...referenceProblems(key, `${at}.key`, secrets), ...unfitKey(certificate, key, `${at}.key`, secretValues)];
  });
  return [
    ...(isEmpty ? [{ path: "tls.certificates", message }] : []),
    ...problems,
    ...(tls.acme === undefined ? [] : acmeProblems(tls.acme, Object.keys(tls.certificates))),
    ...(isEmpty || areNamesUnknown ? [] : uncertified(tls, stack)),
    ...hstsProblems(tls),
    ...portProblems(stack.failover),
  ];
}

/** A secret that is not the private key of the certificate that refers to it. */
function unfitKey(
  certificate: string,
  key: { readonly secret: string },
  path: string,
  values: Around["secretValues"],
): Problem[] {
  const value = values?.[key.secret];
  // Of a certificate that can't be read there is no telling which key is its own.
  if (value === undefined || readChain(certificate).length === 0) return [];
  const problem = keyProblem(certificate, value);
  return problem === undefined ? [] : [{ path, message: `is the secret ${key.secret}, which ${problem}` }];
}

/** Names by which clients ask for the site, and for which no certificate is. */
function uncertified({ certificates, acme }: TlsSettings, { site, routes = [] }: Sections): Problem[] {
  const known = Object.entries(certificates).flatMap(([name, { certificate }]) => {
    const [own] = readChain(certificate);
    return own === undefined ? [] : [[name, own] as const];
  });
  // One that can't be read may be for any name.
  if (known.length < Object.keys(certificates).length) return [];
  const hosts = [
    ...(site?.domain === undefined ? [] : [{ host: site.domain, from: "site.domain" }]),
    ...routes.flatMap((route, i) => listOf(route.host).map((host) => ({ host, from: `routes[${i}].host` }))),
  ];
  const isOrdered = (host: string): boolean => acme?.domains.includes(host.toLowerCase()) === true;
  const missing = hosts.filter(({ host }) => !isOrdered(host) && !known.some(([, own]) => isFor(own, host)));
  return missing
    .filter(({ host }, i) => missing.findIndex((other) => other.host.toLowerCase() === host.toLowerCase()) === i)
    .map(({ host, from }) => {
      const [[name, own] = [], ...others] = known;
      if (acme !== undefined)
        return { path: "tls.acme.domains", message: `has no ${host} (${from}), and no certificate of the stack is for it` };
      return name === undefined || own === undefined || others.length > 0
        ? { path: "tls.certificates", message: `has none that is for ${host} (${from})` }
        : {
            path: `tls.certificates.${name}.certificate`,
            message: `is for ${namesOf(own).join(", ")}, but not for ${host} (${from})`,
          };
    });
}

function hstsProblems({ hsts, redirect }: TlsSettings): Problem[] {
  if (hsts === undefined || !isDuration(hsts.maxAge)) return [];
  const { maxAge, includeSubDomains, preload } = hsts;
  const age = Duration.parse(maxAge).milliseconds;
  const problems: Problem[] = [];
  if (age % 1_000 !== 0) problems.push({ path: "tls.hsts.maxAge", message: `is ${maxAge}, but must be whole seconds` });
  if (!preload) return problems;
  if (age < Duration.parse(PRELOAD_MAX_AGE).milliseconds)
    problems.push({ path: "tls.hsts.maxAge", message: `is ${maxAge}, but must be at least ${PRELOAD_MAX_AGE} with preload` });
  if (!includeSubDomains)
    problems.push({ path: "tls.hsts.includeSubDomains", message: "is false, but must be true with preload" });
  if (!redirect) problems.push({ path: "tls.redirect", message: "is false, but must be true with hsts.preload" });
  return problems;
}

function portProblems(failover: Stack["failover"] | undefined): Problem[] {
  const { kind, port, httpsPort } = failover ?? {};
  if (httpsPort === undefined) return [];
  if (kind === "dns") return [{ path: "failover.httpsPort", message: "is for kind front; this one is dns" }];
  return httpsPort === port
    ? [{ path: "failover.httpsPort", message: `is ${httpsPort}, as failover.port; it must be another` }]
    : [];
}

function withoutTls({ failover }: Sections): Problem[] {
  return failover?.httpsPort === undefined
    ? []
    : [{ path: "failover.httpsPort", message: "is for a site with certificates; there is no evenkeel:tls" }];
}
