import type { StackInput } from "../../../components/model/stack";
import { combined, type KeyChange, ofKeys } from "./change";
import { type BaseSite, type Ports, quick, type Tls, told } from "./site";

/** A site without what has a port of its own: it is asked for requests alone. */
export function plainSite(every: BaseSite): StackInput & Pick<BaseSite, "routes" | "failover"> {
  const { site, dataCenters, loadBalancers, failover, pools, routes, rollout } = every;
  return {
    ...{ site, dataCenters, loadBalancers, failover, routes, rollout },
    pools: { api: pools.api, web: pools.web },
  };
}

/** The changes by which a port comes, moves or goes, while the page is asked over HTTP; from {@link plainSite}. */
export function portKeys(every: BaseSite, { other, passed }: Ports, certified: Tls): KeyChange[] {
  const base = plainSite(every);
  const { pools, passthrough } = every;
  const tls = { ...certified, redirect: false };
  const is = (sections: StackInput): StackInput => ({ ...base, ...sections });
  return [
    combined("tls comes", is({ tls })),
    combined("tls goes", base),
    ofKeys(["passthrough.port"], is({ pools, passthrough })),
    combined("another passthrough.port", is({ pools, passthrough: { ...passthrough, port: other } })),
    combined("passthrough goes", base),
    combined("tls and passthrough", is({ tls, pools, passthrough })),
    ofKeys(
      ["pools.*.protocol"],
      is({
        pools: { web: pools.web, api: told("any") },
        routes: [{ pool: "web" }],
        passthrough: { port: passed, routes: [{ pool: "api" }] },
      }),
      { ends: { servers: /^api-/ } },
    ),
    combined("the port of the page is left open", is({ failover: {} })),
    combined(
      "a data center renamed",
      is({
        dataCenters: { b: { provider: "local" }, c: { provider: "local" } },
        loadBalancers: { primary: { in: "c" }, secondary: { in: "b" } },
        pools: { api: quick({ b: 1, c: 1 }), web: quick({ b: 1, c: 1 }) },
      }),
      { ends: { balancer: "primary", servers: /-[ac]-/ } },
    ),
  ];
}

/** A site whose clients ask over TLS. */
export function tlsSite(
  every: BaseSite,
  { https }: Pick<Ports, "https">,
  tls: Tls,
  domain: string,
): StackInput & Pick<BaseSite, "failover"> {
  return { ...plainSite(every), tls, site: { name: "shop", domain }, failover: { ...every.failover, httpsPort: https } };
}

/** The changes of what only a site with TLS has; from {@link tlsSite}. */
export function tlsKeys(every: BaseSite, base: ReturnType<typeof tlsSite>, renewed: Tls): KeyChange[] {
  const certified = base.tls ?? renewed;
  const is = (tls: Tls): StackInput => ({ ...base, tls });
  return [
    ofKeys(["tls.redirect"], is({ ...certified, redirect: false })),
    ofKeys(
      ["tls.hsts.maxAge", "tls.hsts.includeSubDomains", "tls.hsts.preload"],
      is({ ...certified, hsts: { maxAge: "17520h", includeSubDomains: true, preload: true } }),
    ),
    ofKeys(["tls.certificates.*.certificate", "tls.certificates.*.key.secret"], is(renewed)),
    combined(
      "a certificate more",
      is({ certificates: { ...certified.certificates, more: Object.values(renewed.certificates ?? {})[0] as never } }),
    ),
    combined("passthrough beside tls", { ...base, pools: every.pools, passthrough: every.passthrough }),
    combined("the port of HTTPS is left open", { ...base, failover: every.failover }),
  ];
}
