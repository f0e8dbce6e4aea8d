import type { Limits } from "../model/limits";
import { addressList } from "./address-list";
import * as defaults from "./defaults";

/** How many trusted proxies may stand one behind the other. */
const PROXIES_IN_A_ROW = 4;
/** What an identity may look like that a trusted proxy gives a request; it stands in logs and headers as it is. */
const REQUEST_ID = "^[A-Za-z0-9._:/=+-]{1,128}$";
/** What a Host header must look like to be repeated between quotes. */
const PLAIN_HOST = "^[A-Za-z0-9._:-]+$|^\\[[0-9A-Fa-f:.]+\\](:[0-9]+)?$";

/** Headers that every request is given, whatever it came with, unless a trusted proxy told them. */
const ALWAYS_SET = ["X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"];

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

/**
 * Rules that tell the app who its client is, and what that asked for; only a trusted proxy's word of that is passed on.
 * @param proto What the client speaks, as a text of HAProxy's: `http`, or an expression.
 */
export function forwardingRules({ trustedProxies = [] }: Partial<Limits> = {}, proto = "http"): string[] {
  const trust = trustedProxies.length > 0;
  const told = (header: string): boolean => trust && defaults.HEADERS_OF_PROXIES.includes(header);
  const unless = (header: string): string => (told(header) ? ` unless { req.hdr(${header}) -m found }` : "");
  // What is always set need not be removed before.
  const left = defaults.FORWARDING_HEADERS.filter((header) => told(header) || !ALWAYS_SET.includes(header));
  const [host, spoken] = trust ? ["req.hdr(x-forwarded-host)", "%[req.hdr(x-forwarded-proto)]"] : ["req.hdr(host)", proto];
  // RFC 7239: an IPv6 address stands between brackets and quotes, and a host with a port between quotes.
  const [by4, by6] = [`for=%[src];proto=${spoken}`, `for=\\"[%[src]]\\";proto=${spoken}`];
  const forwarded = (value: string, condition: string): string =>
    `  http-request set-header Forwarded "${value}" if ${condition}`;
  const [is4, isPlainHost, isLeft] = [
    "{ src 0.0.0.0/0 }",
    `{ ${host} -m reg '${PLAIN_HOST}' }`,
    "!{ req.hdr(forwarded) -m found }",
  ];
  const named = `;host=\\"%[${host}]\\"`;
  return [
    ...left.map((header) => `  http-request del-header ${header}${told(header) ? " unless { var(txn.trusted) -m found }" : ""}`),
    "  http-request set-header X-Forwarded-For %[src]",
    `  http-request set-header X-Forwarded-Host %[req.hdr(host)] if { req.hdr(host) -m found }${trust ? " !{ req.hdr(X-Forwarded-Host) -m found }" : ""}`,
    `  http-request set-header X-Forwarded-Port %[dst_port]${unless("X-Forwarded-Port")}`,
    `  http-request set-header X-Forwarded-Proto ${proto}${unless("X-Forwarded-Proto")}`,
    // The first that holds; for most requests the first of all.
    forwarded(by4 + named, `${is4} ${isPlainHost}`),
    forwarded(by4, `${isLeft} ${is4}`),
    forwarded(by6 + named, `${isLeft} ${isPlainHost}`),
    forwarded(by6, isLeft),
  ];
}
