import type { Limits } from "../model/limits";
import { addressList } from "./address-list";
import * as defaults from "./defaults";

/** How many trusted proxies may stand one behind the other. */
const PROXIES_IN_A_ROW = 4;
/** What an identity may look like that a trusted proxy gives a request; it stands in logs and headers as it is. */
const REQUEST_ID = "^[A-Za-z0-9._:/=+-]{1,128}$";
/** What a Host header must look like to be repeated between quotes. */
const PLAIN_HOST = "^[A-Za-z0-9._:-]+$|^\\[[0-9A-Fa-f:.]+\\](:[0-9]+)?$";

/**
 * Rules that come before all others: who the client of a request is, and what the request is called. From here on `src` is
 * the client, also where trusted proxies stand before it: the last address in X-Forwarded-For that is not one of theirs.
 */
export function clientRules({ trustedProxies = [] }: Partial<Limits> = {}): string[] {
  const identity = "  http-request set-header X-Request-Id %[uuid()]";
  const known = ["  http-request set-var(txn.id) req.hdr(x-request-id)"];
  // After-response rules hold for the balancer's own answers too.
  const answered = ["  http-after-response set-header X-Request-Id %[var(txn.id)] if { var(txn.id) -m found }"];
  if (trustedProxies.length === 0) return [identity, ...known, ...answered];
  return [
    ...addressList("trusted-proxy", trustedProxies),
    "  http-request set-var(txn.trusted) bool(true) if trusted-proxy",
    `${identity} unless { var(txn.trusted) -m found } { req.hdr(x-request-id) -m reg '${REQUEST_ID}' }`,
    ...known,
    ...answered,
    // Each rule goes one proxy further back, as long as what was found so far is a proxy.
    ...Array.from(
      { length: PROXIES_IN_A_ROW },
      (_, i) =>
        `  http-request set-src req.hdr_ip(x-forwarded-for,-${i + 1}) if { var(txn.trusted) -m found } trusted-proxy` +
        ` { req.hdr_cnt(x-forwarded-for) ge ${i + 1} }`,
    ),
  ];
}

/** Rules that tell the app who its client is, and what that asked for; only a trusted proxy's word of that is passed on. */
export function forwardingRules({ trustedProxies = [] }: Partial<Limits> = {}): string[] {
  const trust = trustedProxies.length > 0;
  const told = (header: string): boolean => trust && defaults.HEADERS_OF_PROXIES.includes(header);
  const unless = (header: string): string => (told(header) ? ` unless { req.hdr(${header}) -m found }` : "");
  return [
    ...defaults.FORWARDING_HEADERS.map(
      (header) => `  http-request del-header ${header}${told(header) ? " unless { var(txn.trusted) -m found }" : ""}`,
    ),
    "  http-request set-header X-Forwarded-For %[src]",
    `  http-request set-header X-Forwarded-Host %[req.hdr(host)] if { req.hdr(host) -m found }${trust ? " !{ req.hdr(X-Forwarded-Host) -m found }" : ""}`,
    `  http-request set-header X-Forwarded-Port %[dst_port]${unless("X-Forwarded-Port")}`,
    "  http-request set-var(txn.scheme) str(http)",
    "  http-request set-var(txn.scheme) str(https) if { ssl_fc }",
    `  http-request set-header X-Forwarded-Proto %[var(txn.scheme)]${unless("X-Forwarded-Proto")}`,
    // RFC 7239: an IPv6 address stands between brackets and quotes, and a host with a port between quotes.
    "  http-request set-header Forwarded for=%[src];proto=%[req.hdr(x-forwarded-proto)] if { src 0.0.0.0/0 }",
    '  http-request set-header Forwarded "for=\\"[%[src]]\\";proto=%[req.hdr(x-forwarded-proto)]" unless { src 0.0.0.0/0 }',
    `  http-request set-header Forwarded "%[req.hdr(forwarded)];host=\\"%[req.hdr(x-forwarded-host)]\\"" if { req.hdr(x-forwarded-host) -m reg '${PLAIN_HOST}' }`,
  ];
}
