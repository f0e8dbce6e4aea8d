import { Duration } from "../../model/duration";
import type { Passes } from "../../model/routing/passthrough";
import type { TerminatorPlan } from "../../model/plan";
import { type Configuration, globalSection, withDescription } from "../configuration";
import { type Credentials, credentialWords } from "../credentials";
import * as defaults from "../defaults";
import { checkRequest, checkWords } from "./check";
import { CURVES } from "./https";
import { proxyWords } from "./tcp";

/** How often the app is asked whether it takes connections. */
const INTERVAL = Duration.milliseconds(200);
const TAKES_CONNECTIONS = `check inter ${INTERVAL} fall 1 rise 1`;
/** How long the app may take to take a connection, on its own machine. */
const CONNECT_TIMEOUT = Duration.seconds(1);
/** A balancer gives up first, and tells its client so. */
const RESERVE = Duration.seconds(5);
/** Longer than a balancer keeps an unused connection: whoever closes one must not be the one that does not know of the next request. */
const IDLE_TIMEOUT = Duration.minutes(5);

/** What differs between what gets requests and what gets connections. */
interface Form {
  readonly defaults: readonly string[];
  /** Word of the `bind` line by which a balancer tells of its clients, with a space before it. */
  readonly hears: string;
  /** Rules for who is no balancer: every server has a certificate of the same authority, and only a balancer may ask one. */
  readonly admits: readonly string[];
  readonly backend: readonly string[];
  /** Words of the app's `server` line that say what it is asked and told. */
  readonly app: string;
}

/** The configuration of a terminator. Pure and deterministic: the same arguments give the same text. */
export function renderTerminator(plan: TerminatorPlan, credentials: Credentials): Configuration {
  const { server, directory, port, appPort, passes, longestConnection, maxConnections } = plan;
  const form = passes === undefined ? forRequests(plan) : forConnections(plan, passes);
  const body = [
    "defaults",
    ...form.defaults,
    "frontend balancers",
    `  bind 0.0.0.0:${port}${form.hears} ${credentialWords(credentials, directory)}`,
    // A balancer takes that for a refused connection: it asks another server, also with what must not be sent twice.
    "  tcp-request connection reject if { nbsrv(app) eq 0 }",
    ...form.admits,
    "  default_backend app",
    "backend app",
    `  retries ${defaults.RETRIES}`,
    ...form.backend,
    `  server app 127.0.0.1:${appPort} ${form.app} observe layer4 error-limit 1 on-error mark-down`,
  ];
  const global = [
    ...globalSection(directory, maxConnections, longestConnection),
    "  ssl-default-bind-options ssl-min-ver TLSv1.3",
    `  ssl-default-bind-curves ${CURVES}`,
  ];
  return withDescription(global, body, server);
}

function forRequests({ responseTimeout, peer }: TerminatorPlan): Form {
  const answer = Duration.milliseconds(Duration.parse(responseTimeout).milliseconds + RESERVE.milliseconds);
  return {
    defaults: [
      "  mode http",
      `  timeout connect ${CONNECT_TIMEOUT}`,
      `  timeout client ${IDLE_TIMEOUT}`,
      `  timeout http-keep-alive ${IDLE_TIMEOUT}`,
      `  timeout server ${answer}`,
      `  timeout tunnel ${defaults.TUNNEL_TIMEOUT}`,
      // As on a balancer: a reload would race idle connections.
      "  option idle-close-on-response",
    ],
    hears: "",
    admits: [
      `  http-request deny deny_status 403 unless { ssl_c_s_dn(cn) -m str ${peer} }`,
      // What the app did not answer ends without an answer, as it would without a terminator: a balancer then asks another server
      // where that is safe.
      "  errorfile 502 /dev/null",
      "  errorfile 503 /dev/null",
    ],
    backend: [
      `  retry-on ${defaults.RETRY_ON.join(" ")}`,
      `  http-request disable-l7-retry unless { method ${defaults.SAFE_METHODS.join(" ")} }`,
    ],
    app: TAKES_CONNECTIONS,
  };
}

function forConnections({ peer }: TerminatorPlan, { sendProxy, tunnelTimeout, check }: Passes): Form {
  const silence = tunnelTimeout === undefined ? defaults.TUNNEL_TIMEOUT : Duration.parse(tunnelTimeout);
  return {
    defaults: [
      "  mode tcp",
      `  timeout connect ${CONNECT_TIMEOUT}`,
      // Until both sides are connected; from then on that of tunnels holds.
      `  timeout client ${IDLE_TIMEOUT}`,
      `  timeout server ${IDLE_TIMEOUT}`,
      `  timeout tunnel ${silence}`,
    ],
    hears: sendProxy === undefined ? "" : " accept-proxy",
    admits: [`  tcp-request content reject unless { ssl_c_s_dn(cn) -m str ${peer} }`],
    backend: check === undefined ? [] : checkRequest(check),
    // A balancer counts the good checks itself.
    app: `${check === undefined ? TAKES_CONNECTIONS : checkWords({ ...check, rise: 1 }, "near")}${proxyWords(sendProxy)}`,
  };
}
