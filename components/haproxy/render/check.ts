import { Duration } from "../../model/duration";
import { checkTimings, DEFAULT_CHECK_PATH, DEFAULT_CHECK_STATUS, type HealthCheck } from "../../model/health-checks/health-check";
import { sortedEntries } from "../../model/plan";
import { quoted, quotedFormat } from "../quote";

/**
 * The lines of a backend that say what its servers are asked.
 *
 * @param port Expression for another port than a server's own. @default none
 */
export function checkRequest(check: HealthCheck, port?: string): string[] {
  const { type = "http", timeout } = check;
  return [
    ...(timeout === undefined ? [] : [`  timeout check ${Duration.parse(timeout)}`]),
    ...(type === "http" ? httpRequest(check, port) : connection(port)),
  ];
}

/** The words of a `server` line that say how often it is checked, and by what kind of connection. */
export function checkWords(check: HealthCheck, place: "near" | "far"): string {
  const { interval, fastInterval, fall } = checkTimings(check, place);
  const sni = check.host === undefined ? "" : ` check-sni ${check.host.replace(/:\d+$/, "")}`;
  const tls = check.type === "tls" ? ` check-ssl verify none${sni}` : "";
  return `check${tls} inter ${interval} fastinter ${fastInterval} fall ${fall} rise ${check.rise}`;
}

/** Without an option HAProxy connects, and by TLS completes the handshake. */
function connection(port: string | undefined): string[] {
  return port === undefined ? [] : ["  option tcp-check", `  tcp-check connect default port ${port}`];
}

function httpRequest(
  { method = "GET", path = DEFAULT_CHECK_PATH, host, headers = {}, status, body }: HealthCheck,
  port: string | undefined,
): string[] {
  const more = sortedEntries(headers).map(([name, value]) => ` hdr ${quoted(name)} ${quotedFormat(value)}`);
  return [
    "  option httpchk",
    ...(port === undefined ? [] : [`  http-check connect default port ${port}`]),
    `  http-check send meth ${method} uri ${path}${host === undefined ? "" : ` ver HTTP/1.1 hdr Host ${host}`}${more.join("")}`,
    `  http-check expect status ${status ?? DEFAULT_CHECK_STATUS}`,
    ...(body === undefined ? [] : [`  http-check expect string ${quoted(body)}`]),
  ];
}
