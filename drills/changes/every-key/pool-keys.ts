import * as path from "node:path";
import type { StackInput } from "../../../components/model/stack";
import { ROOT } from "../../../workspace/project";
import { combined, type KeyChange, ofKeys } from "./change";
import { type BaseSite, EVERYBODY, PAGE, type Pool, quick, SNI, told, TOKEN } from "./site";

const SAMPLE_SITE = path.join(ROOT, "components/clouds/local/sample-site/main.mjs");

/** The changes of pools, and of which pools there are. */
export function poolKeys(base: BaseSite): KeyChange[] {
  const { api, mail, web } = base.pools;
  const is = (sections: StackInput): StackInput => ({ ...base, ...sections });
  const webIs = (change: Partial<Pool>): StackInput => is({ pools: { ...base.pools, web: { ...web, ...change } } });
  const mailIs = (changed: Pool): StackInput => is({ pools: { ...base.pools, mail: changed } });
  const checked = (change: NonNullable<Pool["healthCheck"]>): StackInput =>
    webIs({ healthCheck: { ...web.healthCheck, ...change } });
  const runs = (app: NonNullable<Pool["app"]>): StackInput => webIs({ app });
  const passedTo = (...routes: NonNullable<StackInput["passthrough"]>["routes"]): NonNullable<StackInput["passthrough"]> => ({
    ...base.passthrough,
    routes,
  });
  const endsWeb = { ends: { servers: /^web-/ } };
  const endsMail = { ends: { servers: /^mail-/ } };
  return [
    ofKeys(["pools.*.servers.*"], webIs({ servers: { a: 2, b: 1 } }), { ends: { servers: /^web-a-2$/ } }),
    ofKeys(
      ["pools.*.affinity.cookie", "pools.*.affinity.maxIdle", "pools.*.affinity.maxLife", "pools.*.affinity.sameSite"],
      webIs({ affinity: { cookie: "kept", maxIdle: "1h", maxLife: "2h", sameSite: "Strict" } }),
    ),
    ofKeys(["pools.*.affinity.appCookie"], webIs({ affinity: { appCookie: "session" } })),
    ofKeys(["pools.*.capacity.requests"], webIs({ capacity: { requests: 500 } })),
    ofKeys(
      ["pools.*.capacity.queue", "pools.*.capacity.queued"],
      webIs({ capacity: { requests: 1_000, queue: "2s", queued: 100 } }),
    ),
    ofKeys(["pools.*.weights.*"], webIs({ weights: { a: 50 } })),
    ofKeys(["pools.*.tunnelTimeout"], webIs({ tunnelTimeout: "10m" })),
    ofKeys(["pools.*.responseTimeout"], webIs({ responseTimeout: "20s" })),
    ofKeys(["pools.*.slowStart"], webIs({ slowStart: "3s" })),
    ofKeys(
      ["pools.*.outlierDetection.errors", "pools.*.outlierDetection.ejectFor"],
      webIs({ outlierDetection: { errors: 3, ejectFor: "5s" } }),
    ),
    ofKeys(["pools.*.minimumHealthy.*"], webIs({ minimumHealthy: { a: 1, b: 1 } })),
    ofKeys(["pools.*.minimumInMaintenance"], webIs({ minimumInMaintenance: 1 })),
    ofKeys(
      [
        "pools.*.whenAllDown.page.body",
        "pools.*.whenAllDown.page.status",
        "pools.*.whenAllDown.page.contentType",
        "pools.*.whenAllDown.page.retryAfter",
      ],
      webIs({ whenAllDown: { page: { ...PAGE, status: 500 } } }),
    ),
    ofKeys(["pools.*.whenAllDown.pool"], webIs({ whenAllDown: { pool: "api" } })),
    ofKeys(["pools.*.whenAllDown.servers"], webIs({ whenAllDown: { servers: "all" } })),
    ofKeys(
      [
        "pools.*.maintenancePage.body",
        "pools.*.maintenancePage.contentType",
        "pools.*.maintenancePage.retryAfter",
        "pools.*.maintenancePage.exceptFrom[]",
      ],
      { ...webIs({ maintenancePage: { ...PAGE, exceptFrom: EVERYBODY } }), maintenance: [{ pool: "web" }] },
    ),
    ofKeys(["pools.*.healthCheck.type"], checked({ type: "tcp" })),
    ofKeys(["pools.*.healthCheck.method"], checked({ method: "HEAD" })),
    ofKeys(["pools.*.healthCheck.path", "pools.*.healthCheck.body"], checked({ path: "/whoami", body: "server" })),
    ofKeys(
      ["pools.*.healthCheck.host", "pools.*.healthCheck.headers.*"],
      checked({ host: "shop.example.com", headers: { "x-probe": "evenkeel" } }),
    ),
    ofKeys(["pools.*.healthCheck.status"], checked({ status: "200-299" })),
    ofKeys(["pools.*.healthCheck.interval", "pools.*.healthCheck.timeout"], checked({ interval: "400ms", timeout: "300ms" })),
    ofKeys(["pools.*.healthCheck.fall", "pools.*.healthCheck.rise"], checked({ fall: 4, rise: 3 })),
    ofKeys(["pools.*.app.environment.*"], runs({ environment: { RELEASE: "2" } }), endsWeb),
    ofKeys(["pools.*.app.environment.*.secret"], runs({ environment: { TOKEN: { secret: TOKEN } } }), endsWeb),
    ofKeys(["pools.*.app.command"], runs({ command: `exec {node} '${SAMPLE_SITE}'` }), endsWeb),
    ofKeys(["pools.*.app.directory"], runs({ directory: "infra" }), endsWeb),
    ofKeys(["pools.*.app.startWithin", "pools.*.app.stopWithin"], runs({ startWithin: "20s", stopWithin: "20s" }), endsWeb),
    ofKeys(["pools.*.sendProxy"], mailIs(told("any", "v1")), endsMail),
    combined("another version of sendProxy", mailIs(told("any", "v2")), endsMail),
    combined("a new app and no sendProxy", mailIs(told("none")), endsMail),
    combined("a new app and sendProxy", mailIs(told("v2", "v2")), endsMail),
    combined(
      "a pool renamed",
      {
        ...is({ pools: { api, mail, shop: quick({ a: 1, b: 1 }) } }),
        routes: [{ path: "/api/*", pool: "api" }, { pool: "shop" }],
      },
      { ends: { servers: /^(web|shop)-/ } },
    ),
    combined("a pool removed with its route", is({ pools: { mail, web }, routes: [{ pool: "web" }] }), {
      ends: { servers: /^api-/ },
    }),
    combined("a pool added with its route", is({})),
    combined("two pools trade their routes", is({ routes: [{ path: "/api/*", pool: "web" }, { pool: "api" }] })),
    combined("a tcp pool renamed", is({ pools: { api, web, post: mail }, passthrough: passedTo({ pool: "post" }) }), {
      ends: { servers: /^(mail|post)-/ },
    }),
    combined("a tcp pool added with its route", {
      ...is({ pools: { ...base.pools, post: mail } }),
      passthrough: passedTo({ sni: SNI, pool: "mail" }, { pool: "post" }),
    }),
    combined(
      "everything of a pool at once",
      webIs({
        app: { environment: { RELEASE: "3" } },
        healthCheck: { interval: "300ms", path: "/whoami" },
        slowStart: "2s",
        weights: { a: 50 },
        affinity: { cookie: "kept" },
        servers: { a: 2, b: 2 },
      }),
      endsWeb,
    ),
  ];
}
