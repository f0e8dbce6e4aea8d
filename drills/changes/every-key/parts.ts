import type { StackInput } from "../../../components/model/stack";
import { type Certified, DOMAIN } from "../certificate";
import type { Part } from "../part";
import { MIXED_LOAD, type ProofLoad } from "../proof";
import { type KeyChange, oneAfterTheOther } from "./change";
import { poolKeys } from "./pool-keys";
import { plainSite, portKeys, tlsKeys, tlsSite } from "./port-keys";
import { routeKeys } from "./route-keys";
import { sectionKeys } from "./section-keys";
import { siteOfEveryKey, type Ports, TOKEN } from "./site";

type Certificates = Readonly<Record<"first" | "renewed", Certified>>;

/** A site, and the changes of its keys. */
interface Keys {
  readonly from: StackInput;
  readonly changes: readonly KeyChange[];
}

/** All changes of keys, each with the site that it starts from. */
export function everyKey(ports: Ports, { first, renewed }: Certificates): Readonly<Record<"every" | "ports" | "tls", Keys>> {
  const base = siteOfEveryKey(ports);
  const certified = tlsSite(base, ports, first.tls, DOMAIN);
  return {
    every: { from: base, changes: [...sectionKeys(base), ...poolKeys(base), ...routeKeys(base)] },
    ports: { from: plainSite(base), changes: portKeys(base, ports, first.tls) },
    tls: { from: certified, changes: tlsKeys(base, certified, renewed.tls) },
  };
}

/** The parts of the proof in which each key of a stack is changed. */
export function everyKeyParts(ports: Ports, made: Certificates & { readonly ca: string }): Part[] {
  const { ca, first, renewed } = made;
  const keys = everyKey(ports, made);
  const tls = { ca, serverName: DOMAIN };
  const secrets = { [TOKEN]: "a token", ...first.secrets, ...renewed.secrets };
  const part = (title: string, { from, changes }: Keys, load: ProofLoad): Part => ({
    ...{ title, base: from, changes: oneAfterTheOther(from, changes), load, secrets, long: true },
  });
  const at = (port: number, keep = false): ProofLoad["requests"] =>
    MIXED_LOAD.requests
      .filter(({ keepAlive }) => keep || keepAlive === false)
      // A route or a site that sends clients elsewhere has answered them.
      .map((one) => ({ ...one, url: `http://127.0.0.1:${port}`, expectStatus: undefined }));
  const page = { ...MIXED_LOAD, requests: at(ports.page, true) };
  return [
    // Connections that are passed on live as long as their clients keep them: here each request has its own.
    part("every key", keys.every, {
      ...page,
      requests: [...page.requests, ...at(ports.passed)],
    }),
    // Its requests come over HTTP throughout; its WebSockets as the balancers are asked just then.
    { ...part("every port", keys.ports, page), tls },
    {
      ...part("every key of TLS", keys.tls, {
        ...MIXED_LOAD,
        // A handshake for each request costs the machine that they share more than what is measured.
        requests: [...MIXED_LOAD.requests, ...at(ports.page)].map((one) => ({ ...one, requestsPerSecond: 10 })),
      }),
      tls,
    },
  ];
}
