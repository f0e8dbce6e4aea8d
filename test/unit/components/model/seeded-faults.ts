import { IN_CLOUDS } from "./clouds/cloud-stack";

/** Where in a stack something is, from its section on. */
export type Place = readonly (string | number)[];

/** One fault: what is in the place of a value of {@link RICH}, and the problems that it makes when it is the only one. */
export interface Fault {
  readonly at: Place;
  /** Undefined where the value is left out. */
  readonly value: unknown;
  /** The paths of its problems. @default the place itself */
  readonly problems?: readonly string[];
}

const SECURE = { secure: "v1:abc" };
const BLACK_FRIDAY = { start: "2026-11-27T08:00", end: "2026-11-27T23:00", timeZone: "Europe/Amsterdam" };
const IMAGE = "registry.example.com/shop:1.4.2";

/** A stack without a problem that has something of everything: three clouds and servers that exist already, requests and connections. */
export const RICH = {
  ...IN_CLOUDS,
  dataCenters: {
    ...IN_CLOUDS.dataCenters,
    rack: { provider: "existing", addresses: { web: ["192.0.2.10:80", "192.0.2.11:80"] } },
  },
  access: { ssh: ["198.51.100.0/24"], jump: { host: "bastion.example.com", user: "ops", hostKey: "ssh-ed25519 AAAA" } },
  limits: { rate: { requests: 100, per: "10s" }, allow: ["203.0.113.0/24"], deny: ["198.51.100.0/25"] },
  logs: { access: true, files: 3 },
  metrics: { enabled: true, from: ["198.51.100.0/24"] },
  pools: {
    web: {
      servers: { virginia: 2, iowa: 2, amsterdam: 1, rack: 2 },
      app: { image: IMAGE, environment: { DATABASE_URL: { secret: "database-url" } } },
      healthCheck: { path: "/up", interval: "1s", timeout: "500ms" },
      affinity: { cookie: "shop-server", maxIdle: "1h", maxLife: "24h" },
      whenAllDown: { pool: "api" },
      minimumHealthy: { virginia: 1 },
      minimumInMaintenance: 2,
    },
    api: {
      servers: { virginia: 1, iowa: 1 },
      app: { image: IMAGE },
      capacity: { requests: 50, queue: "1s" },
      weights: { virginia: 50 },
    },
    mail: { servers: { virginia: 1, iowa: 1 }, app: { image: IMAGE }, protocol: "tcp", sendProxy: "v2" },
  },
  secrets: { "database-url": SECURE },
  routes: [
    { path: "/api/*", pool: "api" },
    { path: "/old/*", redirect: { path: "/new/*" } },
    { pools: { web: 90, api: 10 }, stickyCookie: "variant" },
  ],
  passthrough: { port: 8443, routes: [{ sni: "mail.example.com", pool: "mail" }] },
  spikes: {
    sale: { at: BLACK_FRIDAY, lead: "15m", pools: { web: { servers: { virginia: 6 } }, api: { times: 3 } } },
    party: { at: { ...BLACK_FRIDAY, start: "2026-11-27T10:00" }, pools: { web: { servers: { iowa: 5 } } } },
  },
  maintenance: [{ server: "web-iowa-2" }, { pool: "api" }],
  maintenancePage: { retryAfter: "30m" },
  rollout: { drainWithin: "20s", maxSurge: "50%" },
  tls: { acme: { domains: ["shop.example.com"], agree: true }, hsts: { maxAge: "24h" } },
};

/** The path of a place as a problem names it. */
export function pathTo(place: Place): string {
  return place.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${part}`)).join("");
}

const fault = (at: string, value: unknown, ...problems: string[]): Fault => {
  const parts = at.split(/[.[\]]+/).filter((part) => part !== "");
  const place = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return problems.length === 0 ? { at: place, value } : { at: place, value, problems };
};

/** A fault of every kind that a stack can have, by section. */
export const FAULTS: readonly Fault[] = [
  fault("colour", "red"),
  fault("site.name", "Shop!"),
  fault("site.title", "The shop"),
  fault("site.domain", "shop.example.org", "site.domain", "tls.acme.domains"),
  fault("dataCenters.virginia.region", "us-eest-1"),
  fault("dataCenters.virginia.zones[1]", "us-east-1x"),
  fault("dataCenters.iowa.provider", "gpc"),
  fault("dataCenters.iowa.regoin", "us-central1"),
  fault("dataCenters.amsterdam.region", undefined),
  fault("dataCenters.amsterdam.network", "8.8.8.0/24"),
  fault("dataCenters.amsterdam.sizes", { small: "t3.smal" }, "dataCenters.amsterdam.sizes.small"),
  fault("dataCenters.rack.addresses.web[1]", "192.0.2.11"),
  fault("dataCenters.rack.addresses.web", ["192.0.2.10:80"], "pools.web.servers.rack"),
  fault("dataCenters.rack.frozen", true),
  fault("loadBalancers.primary.in", "frankfurt"),
  fault("loadBalancers.primary.in", 5),
  fault("loadBalancers.secondary.in", "virginia"),
  fault("loadBalancers.secondary.size", "huge"),
  fault("loadBalancers.secondary", undefined),
  fault("access.ssh", []),
  fault("access.ssh[0]", "0.0.0.0/0"),
  fault("access.ssh[0]", "198.51.100.1/24"),
  fault("access.keys", ["no key"], "access.keys[0]"),
  fault("access.jump.user", undefined),
  fault("limits.rate.per", undefined),
  fault("limits.rate.requests", 0),
  fault("limits.allow[0]", "198.51.100.0/26"),
  fault("limits.trustedProxies", ["::/0"], "limits.trustedProxies[0]"),
  fault("logs.files", 0),
  fault("metrics.port", 443),
  fault("metrics.from[0]", "0.0.0.0/0"),
  fault("failover.zone", undefined),
  fault("failover.kind", "dsn"),
  fault("failover.port", 8080),
  fault("failover.ttl", "1500ms"),
  fault("pools.web.servers.frankfurt", 1),
  fault("pools.web.servers.virginia", -1),
  fault("pools.web.servers", undefined),
  fault("pools.api.servers", { iowa: 0 }, "pools.api.servers"),
  fault("pools.web.size", "smal", "pools.web.size", "pools.web.size", "pools.web.size"),
  fault("pools.web.app.image", undefined, "pools.web.app"),
  fault("pools.web.app.port", 22),
  fault("pools.web.app.environment.DATABASE_URL", { secret: "databse-url" }, "pools.web.app.environment.DATABASE_URL.secret"),
  fault("pools.web.app.environment.2FA", "on"),
  fault("pools.web.healthCheck.timeout", "2s"),
  fault("pools.web.healthCheck.intervall", "2s"),
  fault("pools.web.healthCheck.method", "POST"),
  fault("pools.web.affinity.appCookie", "SESSION", "pools.web.affinity"),
  fault("pools.web.affinity.maxIdle", "48h"),
  fault("pools.web.whenAllDown.pool", "spare"),
  fault("pools.web.whenAllDown.servers", "all", "pools.web.whenAllDown"),
  fault("pools.web.minimumHealthy.virginia", 3),
  fault("pools.web.minimumInMaintenance", 50),
  fault("pools.web.sendProxy", "v1"),
  fault("pools.api.capacity.requests", undefined),
  fault("pools.api.weights.frankfurt", 10),
  fault("pools.api.responseTimeout", "soon"),
  fault("pools.api.outlierDetection", { errors: 0 }, "pools.api.outlierDetection.errors"),
  fault("pools.mail.affinity", { cookie: "mail-server" }),
  fault("pools.mail.healthCheck", { type: "tls" }, "pools.mail.healthCheck.type"),
  fault("secrets.api-key", "in clear"),
  fault("routes[0].pool", "apj"),
  fault("routes[0].path", "api"),
  fault("routes[1].redirect.path", undefined, "routes[1].redirect"),
  fault("routes[1].redirect.status", 200),
  fault("routes[2].pools.spare", 5),
  fault("routes[2].host", "shop.example.com", "routes"),
  fault("passthrough.port", 443),
  fault("passthrough.port", 0),
  fault("passthrough.routes[0].pool", "web", "pools.mail.protocol", "passthrough.routes[0].pool"),
  fault("passthrough.routes[0].sni", "not a name"),
  fault("spikes.sale.at.start", "tomorrow"),
  fault("spikes.sale.at.end", "2026-11-26T23:00"),
  fault("spikes.sale.at.timeZone", undefined),
  fault("spikes.sale.at", undefined),
  fault("spikes.sale.lead", "48h"),
  fault("spikes.sale.pools.webb", { times: 2 }),
  fault("spikes.sale.pools.api.times", 0),
  fault("spikes.sale.pools.api.servers", { iowa: 5 }, "spikes.sale.pools.api"),
  fault("spikes.sale.pools.web.servers.frankfurt", 5),
  fault("spikes.party.pools.web.servers.iowa", 201),
  fault("spikes.party.pools", undefined),
  fault("maintenance[0].server", "web-iowa-9"),
  fault("maintenance[0].server", 5),
  fault("maintenance[1].dataCenter", "iowa", "maintenance[1]"),
  fault("maintenance[1].poool", "api"),
  fault("maintenancePage.retryAfter", "soon"),
  fault("rotate", { primary: -1 }, "rotate.primary"),
  fault("rollout.drainWithin", "2h"),
  fault("rollout.maxSurge", "0%"),
  fault("tls.acme.domains[0]", "*.example.com"),
  fault("tls.acme.domains", ["other.example.com"]),
  fault("tls.acme.agree", false),
  fault("tls.acme.directoryRoot", "no certificate"),
  fault("tls.hsts.maxAge", "1500ms"),
  fault("tls.hsts.preload", true, "tls.hsts.maxAge", "tls.hsts.includeSubDomains"),
  fault(
    "tls.certificates",
    { own: { certificate: "no certificate", key: { secret: "database-url" } } },
    "tls.certificates.own.certificate",
  ),
];

/** Returns the rich stack with faults. */
export function faulty(...faults: readonly Fault[]): Record<string, unknown> {
  const stack: unknown = structuredClone(RICH);
  for (const { at, value } of faults) {
    let holder = stack as Record<string | number, unknown>;
    for (const part of at.slice(0, -1)) {
      holder[part] ??= {};
      holder = holder[part] as Record<string | number, unknown>;
    }
    const last = at.at(-1) ?? "";
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else holder[last] = value;
  }
  return stack as Record<string, unknown>;
}
