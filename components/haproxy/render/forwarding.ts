import type { Limits } from "../../model/limits/limits";
import { addressList } from "../address-list";

/** How many trusted proxies may stand one behind the other. */
const PROXIES_IN_A_ROW = 4;
/** What an identity may look like that a trusted proxy gives a request; it stands in logs and headers as it is. */
const REQUEST_ID = "^[A-Za-z0-9._:/=+-]{1,128}$";
/** What a Host header must look like to be repeated between quotes. */
const PLAIN_HOST = "^[A-Za-z0-9._:-]+$|^\\[[0-9A-Fa-f:.]+\\](:[0-9]+)?$";

/** Headers beside `X-Forwarded-*` that nobody is believed. */
const REMOVED = ["Forwarded", "X-Real-IP"];

/**
 * Rules that come before all others: who the client of a request is, and what the request is called. From here on `src` is
 * the client, also where trusted proxies stand before it: the last address in X-Forwarded-For that is not one of theirs.
 */
export function clientRules({ trustedProxies = [] }: Partial<Limits> = {}): string[] {
  const id = "  http-request set-var(txn.id)";
  const told = [
    "  http-request set-header X-Request-Id %[var(txn.id)]",
    // After-response rules hold for the balancer's own answers too.
    "  http-after-response set-header X-Request-Id %[var(txn.id)] if { var(txn.id) -m found }",
  ];
  if (trustedProxies.length === 0) return [`${id} uuid()`, ...told];
  return [
    ...addressList("trusted-proxy", trustedProxies),
    "  http-request set-var(txn.trusted) bool(true) if trusted-proxy",
    `${id} uuid()`,
    `${id} req.hdr(x-request-id) if { var(txn.trusted) -m found } { req.hdr(x-request-id) -m reg '${REQUEST_ID}' }`,
    ...told,
    // Each rule goes one proxy further back, as long as what was found so far is a proxy.
    ...Array.from(
      { length: PROXIES_IN_A_ROW },
      (_, i) =>
        `  http-request set-src req.hdr_ip(x-forwarded-for,-${i + 1}) if { var(txn.trusted) -m found } trusted-proxy` +
        ` { req.hdr_cnt(x-forwarded-for) ge ${i + 1} }`,
    ),
  ];
}

/**
 * Rules that tell the app who its client is, and what that asked for; only a trusted proxy's word of that is passed on.
 * @param proto What the client speaks, as a text of HAProxy's: `http`, or an expression.
 */
export function forwardingRules({ trustedProxies = [] }: Partial<Limits> = {}, proto = "http"): string[] {
  const trust = trustedProxies.length > 0;
  const untold = (header: string): string => (trust ? ` !{ req.hdr(${header}) -m found }` : "");
  const [host, spoken] = trust ? ["req.hdr(x-forwarded-host)", "%[req.hdr(x-forwarded-proto)]"] : ["req.hdr(host)", proto];
  // RFC 7239: an IPv6 address stands between brackets and quotes, and a host with a port between quotes.
  const forwarded = (client: string): string =>
    `  http-request add-header Forwarded "for=${client};proto=${spoken};host=\\"%[${host}]\\""`;
  const is4 = "{ src 0.0.0.0/0 }";
  // Every rule looks through all headers that there are, so all of one beginning go at once, and what was removed is added, not set.
  return [
    `  http-request del-header X-Forwarded- -m beg${trust ? " unless { var(txn.trusted) -m found }" : ""}`,
    ...REMOVED.map((header) => `  http-request del-header ${header}`),
    `  http-request ${trust ? "set" : "add"}-header X-Forwarded-For %[src]`,
    `  http-request add-header X-Forwarded-Host %[req.hdr(host)] if { req.hdr(host) -m found }${untold("x-forwarded-host")}`,
    `  http-request add-header X-Forwarded-Port %[dst_port]${trust ? ` if${untold("x-forwarded-port")}` : ""}`,
    `  http-request add-header X-Forwarded-Proto ${proto}${trust ? ` if${untold("x-forwarded-proto")}` : ""}`,
    `${forwarded("%[src]")} if ${is4}`,
    `${forwarded('\\"[%[src]]\\"')} if !${is4}`,
    `  http-request replace-header Forwarded '^([^;]*;[^;]*);host=.*$' '\\1' unless { ${host} -m reg '${PLAIN_HOST}' }`,
  ];
}
