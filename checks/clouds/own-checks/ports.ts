import type { DeclaredResource } from "../record";
import { type Check, entries, isWithin, text, texts } from "./check";
import { type Ports, portsIn, rulesOf } from "./rules";

/** The greatest port that there is. */
const LAST_PORT = 65_535;

/** Every port of a rule, a forwarding or a health check is one, and a range begins before it ends. */
export const ports: Check = (declared) => [
  ...rulesOf(declared).flatMap(({ about, ports }) => complaints(about, ports)),
  ...declared.flatMap((about) => complaints(about, portsElsewhere(about))),
];

function portsElsewhere({ type, inputs }: DeclaredResource): Ports[] {
  const range = text(inputs, "portRange");
  switch (type) {
    case "gcp:compute/forwardingRule:ForwardingRule":
      return [...(range === undefined ? [] : [range]), ...texts(inputs, "ports")].map(portsIn);
    case "gcp:compute/healthCheck:HealthCheck":
      return [entries(inputs, "httpHealthCheck"), entries(inputs, "tcpHealthCheck"), entries(inputs, "httpsHealthCheck")]
        .filter(({ port }) => port !== undefined)
        .map(({ port }) => ({ from: Number(port), to: Number(port) }));
    case "aws:route53/healthCheck:HealthCheck":
      return inputs.port === undefined ? [] : [{ from: Number(inputs.port), to: Number(inputs.port) }];
    default:
      return [];
  }
}

function complaints(about: DeclaredResource, ports: readonly Ports[]): { about: DeclaredResource; message: string }[] {
  return ports.flatMap(({ from, to }) => {
    const range = from === to || Number.isNaN(from) ? `${from}` : `${from}-${to}`;
    if (!isWithin(from, 1, LAST_PORT) || !isWithin(to, 1, LAST_PORT))
      return [{ about, message: `has the port ${range}, but ports are whole numbers from 1 to ${LAST_PORT}` }];
    return from > to ? [{ about, message: `has the ports ${range}, which end before they begin` }] : [];
  });
}
