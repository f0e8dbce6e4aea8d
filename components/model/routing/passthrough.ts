import { z } from "zod";
import type { HealthCheck } from "../health-checks/health-check";
import type { PoolSettings } from "../pools/pool";
import type { ProxyVersion } from "../pools/protocol";
import { mustBe, name, text, whole } from "../schema";
import { stated } from "../stated";

const SNI_RULE = "a host name, or *.example.com for all below it";

const passthroughRoute = z
  .strictObject(
    {
      sni: text(SNI_RULE)
        .regex(/^(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, mustBe(SNI_RULE))
        .optional()
        .describe("Name that a client's TLS asks for (SNI), or *.example.com for all names below it. Default: any, and none."),
      pool: name.describe("Name of the tcp pool that gets the connection."),
    },
    mustBe("a map such as { sni: mail.example.com, pool: mail }"),
  )
  .describe("Which connections go to which pool.");

/** Connections that are passed on to tcp pools. */
export const passthrough = z
  .strictObject(
    {
      port: whole(1, 65_535).describe("Port on which balancers take connections for tcp pools."),
      routes: z
        .array(passthroughRoute, mustBe("a list such as [{ sni: mail.example.com, pool: mail }]"))
        .min(1, mustBe("a list of one or more routes"))
        .describe("Which connections go to which tcp pool: the first that matches. One that matches none is closed."),
    },
    mustBe("a map such as { port: 8443, routes: [{ sni: mail.example.com, pool: mail }] }"),
  )
  .optional()
  .describe("TLS that balancers pass on to tcp pools without ending it, on a port of its own. Default: there is none.");

/** Connections that are passed on, as a stack that has them says. */
export type PassthroughSettings = NonNullable<z.output<typeof passthrough>>;
/** Which connections go to which pool. */
export type PassthroughRoute = PassthroughSettings["routes"][number];

/** The route that a connection takes, by the name that its TLS asks for. */
export function passthroughRouteFor(routes: readonly PassthroughRoute[], name: string | undefined): PassthroughRoute | undefined {
  return routes.find(({ sni }) => {
    const wanted = sni?.toLowerCase();
    if (wanted === undefined) return true;
    return wanted.startsWith("*.") ? name?.toLowerCase().endsWith(wanted.slice(1)) : name?.toLowerCase() === wanted;
  });
}

/**
 * The names that a rollout asks about, one for each route; undefined asks for none. Where no route goes by a name there is nothing to ask.
 */
export function probedNames(routes: readonly PassthroughRoute[] = []): (string | undefined)[] {
  if (routes.every(({ sni }) => sni === undefined)) return [];
  return routes.map(({ sni }) => sni?.replace(/^\*/, "evenkeel-probe").toLowerCase());
}

/** Whether a pool gets connections instead of requests. */
export function isTcp({ protocol }: Pick<PoolSettings, "protocol">): boolean {
  return protocol === "tcp";
}

/** How what ends TLS of the balancers passes connections on to the app of a tcp pool, on the app's own machine. */
export interface Passes {
  /** Version of the PROXY protocol by which the app is told its clients. @default none */
  readonly sendProxy?: ProxyVersion | undefined;
  /** How long a connection may be silent, such as `30m`. @default "30m" */
  readonly tunnelTimeout?: string | undefined;
  /** What the app is asked, where a balancer can't ask it itself: a handshake. @default whether it takes connections */
  readonly check?: HealthCheck | undefined;
}

/** How the connections of a pool are passed on where TLS of the balancers ends; nothing for a pool that gets requests. */
export function passesOf({
  protocol,
  sendProxy,
  tunnelTimeout,
  healthCheck,
}: Omit<Passes, "check"> & { protocol?: string | undefined; healthCheck: HealthCheck }): { readonly passes?: Passes } {
  if (protocol !== "tcp") return {};
  return { passes: stated({ sendProxy, tunnelTimeout, check: healthCheck.type === "tls" ? healthCheck : undefined }) };
}

/** The check of a pool: one that only gets connections is connected to, unless it says more. */
export function checkOf({ protocol, healthCheck }: { protocol?: string | undefined; healthCheck: HealthCheck }): HealthCheck {
  return protocol === "tcp" ? { ...healthCheck, type: healthCheck.type ?? "tcp" } : healthCheck;
}
