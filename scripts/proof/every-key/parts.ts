import { type Certified, DOMAIN } from "../certificate";
import type { Part } from "../part";
import { MIXED_LOAD, type ProofLoad } from "../proof";
import { type KeyChange, oneAfterTheOther } from "./change";
import { poolKeys } from "./pool-keys";
import { plainSite, portKeys, tlsKeys, tlsSite } from "./port-keys";
import { routeKeys } from "./route-keys";
import { sectionKeys } from "./section-keys";
import { siteOfEveryKey, type Ports, TOKEN } from "./site";

/** The parts of the proof in which each key of a stack is changed. */
export function everyKeyParts(
  ports: Ports,
  { ca, first, renewed }: Record<"first" | "renewed", Certified> & { ca: string },
): Part[] {
  const base = siteOfEveryKey(ports);
  const certified = tlsSite(base, ports, first.tls, DOMAIN);
  const tls = { ca, serverName: DOMAIN };
  const secrets = { [TOKEN]: "a token", ...first.secrets, ...renewed.secrets };
  const part = (title: string, from: Part["base"], changes: readonly KeyChange[], load: ProofLoad): Part => ({
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
    part("every key", base, [...sectionKeys(base), ...poolKeys(base), ...routeKeys(base)], {
      ...page,
      requests: [...page.requests, ...at(ports.passed)],
    }),
    // Its requests come over HTTP throughout; its WebSockets as the balancers are asked just then.
    { ...part("every port", plainSite(base), portKeys(base, ports, first.tls), page), tls },
    {
      ...part("every key of TLS", certified, tlsKeys(base, certified, renewed.tls), {
        ...MIXED_LOAD,
        // A handshake for each request costs the machine that they share more than what is measured.
        requests: [...MIXED_LOAD.requests, ...at(ports.page)].map((one) => ({ ...one, requestsPerSecond: 10 })),
      }),
      tls,
    },
  ];
}
