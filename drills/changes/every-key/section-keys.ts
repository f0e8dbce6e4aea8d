import type { StackInput } from "../../../components/model/stack";
import { combined, type KeyChange, ofKeys } from "./change";
import { type BaseSite, EVERYBODY, NOBODY, PAGE } from "./site";

const DAY = 86_400_000;

/** The changes of the sections beside pools and routes. */
export function sectionKeys(base: BaseSite): KeyChange[] {
  const is = (sections: StackInput): StackInput => ({ ...base, ...sections });
  const limited = (limits: NonNullable<StackInput["limits"]>): StackInput => is({ limits });
  const rolledOut = (rollout: StackInput["rollout"]): StackInput => is({ rollout: { ...base.rollout, ...rollout } });
  const spiking = (pools: NonNullable<StackInput["spikes"]>[string]["pools"], lead?: string): StackInput => {
    const [start, end] = [-DAY, DAY].map((ms) => new Date(Date.now() + ms).toISOString().slice(0, 16));
    const at = { start: start ?? "", end: end ?? "", timeZone: "Etc/UTC" };
    return is({ spikes: { sale: { at, pools, ...(lead === undefined ? {} : { lead }) } } });
  };
  const primary = { ends: { balancer: "primary" } } as const;
  return [
    ofKeys(["limits.rate.requests", "limits.rate.per"], limited({ rate: { requests: 1_000_000, per: "10s" } })),
    ofKeys(["limits.connections"], limited({ connections: 50_000 })),
    ofKeys(["limits.exempt[]"], limited({ connections: 50_000, exempt: NOBODY })),
    ofKeys(["limits.allow[]"], limited({ allow: EVERYBODY })),
    ofKeys(["limits.deny[]"], limited({ deny: NOBODY })),
    ofKeys(["limits.trustedProxies[]"], limited({ trustedProxies: NOBODY })),
    ofKeys(["limits.headerSize"], limited({ headerSize: "8KiB" })),
    ofKeys(["limits.bodySize"], limited({ bodySize: "1MiB" })),
    ofKeys(["limits.requestTimeout"], limited({ requestTimeout: "20s" })),
    ofKeys(["limits.clientTimeout"], limited({ clientTimeout: "20s" })),
    ofKeys(["logs.access"], is({ logs: { access: true } })),
    ofKeys(["logs.query"], is({ logs: { access: true, query: true } })),
    ofKeys(["logs.fileSize", "logs.files"], is({ logs: { access: true, fileSize: "1MiB", files: 2 } })),
    ofKeys(["metrics.enabled"], is({ metrics: { enabled: true } })),
    ofKeys(["metrics.port", "metrics.from[]"], is({ metrics: { enabled: true, port: 9_000, from: NOBODY } })),
    ofKeys(["rollout.healthyWithin"], rolledOut({ healthyWithin: "50s" })),
    ofKeys(["rollout.longestConnection"], rolledOut({ longestConnection: "10m" })),
    ofKeys(["rollout.drainWithin"], rolledOut({ drainWithin: "3s" })),
    ofKeys(["rollout.maxSurge", "rollout.pause"], rolledOut({ maxSurge: 1, pause: "1s" })),
    ofKeys(["site.domain"], is({ site: { ...base.site, domain: "shop.example.com" } })),
    ofKeys(
      ["loadBalancers.primary.in", "loadBalancers.secondary.in"],
      is({ loadBalancers: { primary: { in: "b" }, secondary: { in: "a" } } }),
      primary,
    ),
    ofKeys(
      ["dataCenters.*.provider"],
      is({
        dataCenters: { ...base.dataCenters, c: { provider: "local" } },
        loadBalancers: { primary: { in: "c" }, secondary: { in: "b" } },
      }),
      primary,
    ),
    ofKeys(["maintenance[].dataCenter"], is({ maintenance: [{ dataCenter: "a" }] }), primary),
    ofKeys(["maintenance[].server"], is({ maintenance: [{ server: "web-a-1" }] })),
    ofKeys(["maintenance[].balancer"], is({ maintenance: [{ balancer: "secondary" }] }), { ends: { balancer: "secondary" } }),
    combined("the other balancer out instead", is({ maintenance: [{ balancer: "primary" }] }), primary),
    ofKeys(
      [
        "maintenancePage.body",
        "maintenancePage.contentType",
        "maintenancePage.retryAfter",
        "maintenancePage.exceptFrom[]",
        "maintenance[].pool",
      ],
      // Out for everybody but those who ask.
      is({ maintenancePage: { ...PAGE, exceptFrom: EVERYBODY }, maintenance: [{ pool: "web" }] }),
    ),
    ofKeys(
      ["spikes.*.at.start", "spikes.*.at.end", "spikes.*.at.timeZone", "spikes.*.lead", "spikes.*.pools.*.times"],
      spiking({ web: { times: 2 } }, "5m"),
      { ends: { servers: /^web-.-2$/ } },
    ),
    ofKeys(["spikes.*.pools.*.servers.*"], spiking({ web: { servers: { a: 3 } } }), { ends: { servers: /^web-a-[23]$/ } }),
  ];
}
