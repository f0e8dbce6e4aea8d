import { Duration } from "../model/duration";
import type { TerminatorPlan } from "../model/plan";
import { type Configuration, globalSection, withDescription } from "./configuration";
import { type Credentials, credentialWords } from "./credentials";
import * as defaults from "./defaults";
import { CURVES } from "./render-https";

/** How often the app is asked whether it takes connections. */
const INTERVAL = Duration.milliseconds(200);
/** How long the app may take to take a connection, on its own machine. */
const CONNECT_TIMEOUT = Duration.seconds(1);
/** A balancer gives up first, and tells its client so. */
const RESERVE = Duration.seconds(5);
/** Longer than a balancer keeps an unused connection: whoever closes one must not be the one that does not know of the next request. */
const IDLE_TIMEOUT = Duration.minutes(5);

/** The configuration of a terminator. Pure and deterministic: the same arguments give the same text. */
export function renderTerminator(plan: TerminatorPlan, credentials: Credentials): Configuration {
  const { server, directory, port, appPort, responseTimeout, peer, longestConnection, maxConnections } = plan;
  const answer = Duration.milliseconds(Duration.parse(responseTimeout).milliseconds + RESERVE.milliseconds);
  const body = [
    "defaults",
    "  mode http",
    `  timeout connect ${CONNECT_TIMEOUT}`,
    `  timeout client ${IDLE_TIMEOUT}`,
    `  timeout http-keep-alive ${IDLE_TIMEOUT}`,
    `  timeout server ${answer}`,
    `  timeout tunnel ${defaults.TUNNEL_TIMEOUT}`,
    // As on a balancer: a reload would race idle connections.
    "  option idle-close-on-response",
    "frontend balancers",
    `  bind 0.0.0.0:${port} ${credentialWords(credentials, directory)}`,
    // A balancer takes that for a refused connection: it asks another server, also with what must not be sent twice.
    "  tcp-request connection reject if { nbsrv(app) eq 0 }",
    // Every server has a certificate of the same authority; only a balancer may ask one.
    `  http-request deny deny_status 403 unless { ssl_c_s_dn(cn) -m str ${peer} }`,
    // What the app did not answer ends without an answer, as it would without a terminator: a balancer then asks another server
    // where that is safe.
    "  errorfile 502 /dev/null",
    "  errorfile 503 /dev/null",
    "  default_backend app",
    "backend app",
    `  retries ${defaults.RETRIES}`,
    `  retry-on ${defaults.RETRY_ON.join(" ")}`,
    `  http-request disable-l7-retry unless { method ${defaults.SAFE_METHODS.join(" ")} }`,
    `  server app 127.0.0.1:${appPort} check inter ${INTERVAL} fall 1 rise 1 observe layer4 error-limit 1 on-error mark-down`,
  ];
  const global = [
    ...globalSection(directory, maxConnections, longestConnection),
    "  ssl-default-bind-options ssl-min-ver TLSv1.3",
    `  ssl-default-bind-curves ${CURVES}`,
  ];
  return withDescription(global, body, server);
}
