import { CHALLENGE_PATH } from "../../model/tls/acme";
import { Duration } from "../../model/duration";
import type { NodePlan, Plan } from "../../model/plan";
import type { HttpsPlan } from "../../model/tls/tls";
import { certificateList } from "../certificate-files";

/*
 * Mozilla's recommendation for servers that not only the newest clients ask: Server Side TLS 5.7, intermediate. Less its ciphers
 * with DHE: no client that has them lacks those with ECDHE, and they let anybody keep a server busy (CVE-2002-20001).
 */
const VERSION = "ssl-min-ver TLSv1.2";
const CIPHERS = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");
const CIPHERS_OF_13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
/** The curves of Mozilla's recommendations (Server Side TLS 5.7). */
export const CURVES = "X25519:prime256v1:secp384r1";

/** What of the global section is for TLS of clients. */
export function httpsGlobals({ directory }: NodePlan, { https }: Plan): string[] {
  if (https === undefined) return [];
  return [
    // The list of certificates names them without a directory.
    `  crt-base "${directory}"`,
    // Tickets need a key that both balancers have and that is renewed often; without it they would undo forward secrecy.
    `  ssl-default-bind-options ${VERSION} prefer-client-ciphers no-tls-tickets`,
    `  ssl-default-bind-ciphers ${CIPHERS}`,
    `  ssl-default-bind-ciphersuites ${CIPHERS_OF_13}`,
    `  ssl-default-bind-curves ${CURVES}`,
  ];
}

/** What the site listens on for TLS of clients. */
export function httpsBinds({ directory, https: listener, ipv6 }: NodePlan, { https }: Plan): string[] {
  if (https === undefined || listener === undefined) return [];
  const { address, port, frontSocket } = listener;
  const words = `ssl crt-list "${directory}/${certificateList(https.certificates)}" alpn h2,http/1.1`;
  return [
    `  bind ${address}:${port} ${words}`,
    ...(ipv6 === true ? [`  bind :::${port} v6only ${words}`] : []),
    ...(frontSocket === undefined ? [] : [`  bind "unix@${frontSocket}" mode 600 accept-proxy ${words}`]),
  ];
}

/** What the site does with a request over HTTP, and tells browsers over HTTPS. */
export function httpsRules({ https: listener }: NodePlan, { https }: Plan): string[] {
  if (https === undefined || listener === undefined) return [];
  return [...(https.redirect ? redirect(listener) : []), ...strictTransport(https)];
}

/** Where a site is asked over both, the value that tells the app which; else HTTP. */
export function forwardedProto({ https }: Plan): string {
  return https === undefined ? "http" : "%[ssl_fc,iif(https,http)]";
}

/**
 * Whichever balancer is asked, it has the answer: the account's thumbprint after what it was asked for (RFC 8555, 8.1). It comes before
 * any limit: an authority asks from addresses that it does not tell.
 */
export function challengeRules({ https: { thumbprint } = {} }: { readonly https?: Pick<HttpsPlan, "thumbprint"> }): string[] {
  if (thumbprint === undefined) return [];
  const isToken = `{ path -m reg '^${CHALLENGE_PATH.replaceAll(".", "\\.")}[A-Za-z0-9_-]+$' }`;
  return [`  http-request return status 200 content-type text/plain lf-string %[path,field(4,/)].${thumbprint} if ${isToken}`];
}

function redirect({ port, frontSocket }: NonNullable<NodePlan["https"]>): string[] {
  const unless = `!{ ssl_fc } !{ path_beg ${CHALLENGE_PATH} }`;
  // A port is said where it is not the usual one. That of the front is known to the front, which tells it with each connection.
  const own = port === 443 ? [] : [`  http-request set-var(txn.https_port) str(:${port}) if ${unless}`];
  const front =
    frontSocket === undefined
      ? []
      : [`  http-request set-var(txn.https_port) fc_pp_unique_id if ${unless} { fc_pp_unique_id -m found }`];
  const said = own.length + front.length === 0 ? "" : "%[var(txn.https_port)]";
  return [
    ...own,
    ...front,
    `  http-request redirect location https://%[req.hdr(host),host_only]${said}%[pathq] code 308 if ${unless}`,
  ];
}

/** Over HTTP the header must not be sent (RFC 6797, 7.2). It is on the balancers' own answers too. */
function strictTransport({ hsts }: HttpsPlan): string[] {
  if (hsts === undefined) return [];
  const { maxAge, includeSubDomains, preload } = hsts;
  const words = [
    `max-age=${Math.floor(Duration.parse(maxAge).milliseconds / 1_000)}`,
    ...(includeSubDomains ? ["includeSubDomains"] : []),
    ...(preload ? ["preload"] : []),
  ];
  return [`  http-after-response set-header Strict-Transport-Security "${words.join("; ")}" if { ssl_fc }`];
}
