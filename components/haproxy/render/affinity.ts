import { createHash } from "node:crypto";
import { type Affinity, balancerCookie } from "../../model/pools/affinity";
import { Duration } from "../../model/duration";

/** Digits of the value that names a server; enough for no two servers of a pool to share one. */
const DIGITS = 16;

/** How a backend keeps clients at their servers. Nothing is remembered here: any balancer reads what another has set. */
export function affinityLines(settings: Affinity | undefined): string[] {
  if (settings === undefined) return [];
  const name = balancerCookie(settings);
  return [
    ...(settings.appCookie === undefined ? ownCookie(name, settings) : besideAppCookie(name, settings.appCookie, settings)),
    `  http-after-response replace-header Set-Cookie '^(${name}=.*)$' '\\1; Secure' if { ssl_fc }`,
  ];
}

/** What a server's line says of its cookie. */
export function affinityWord(settings: Affinity | undefined, server: string): string {
  return settings === undefined ? "" : ` cookie ${cookieValue(server)}`;
}

/** The value that names a server: the same on both balancers, and of any later server of the name; it tells no address. */
export function cookieValue(server: string): string {
  return createHash("sha1").update(server).digest("hex").slice(0, DIGITS);
}

function ownCookie(name: string, { maxIdle, maxLife, sameSite }: Affinity): string[] {
  const limits = Object.entries({ maxidle: maxIdle, maxlife: maxLife }).map(([word, length]) =>
    length === undefined ? "" : ` ${word} ${Duration.parse(length)}`,
  );
  return [`  cookie ${name} insert indirect nocache httponly attr "SameSite=${sameSite}"${limits.join("")}`];
}

/** The server is told when the app's cookie is set, or comes from a client that has none yet; and heeded only beside the app's cookie. */
function besideAppCookie(name: string, appCookie: string, { sameSite }: Affinity): string[] {
  const isTold = "if { var(txn.session) -m found } !{ var(txn.moved) -m int 0 }";
  return [
    `  cookie ${name} indirect`,
    `  ignore-persist unless { req.cook(${appCookie}) -m found }`,
    `  http-request set-var(txn.kept) req.cook(${name})`,
    `  http-request set-var(txn.session) bool(true) if { req.cook(${appCookie}) -m found }`,
    `  http-response set-var(txn.session) bool(true) if { res.cook(${appCookie}) -m found }`,
    `  http-response set-var(txn.server) srv_name,sha1,hex,lower,bytes(0,${DIGITS})`,
    "  http-response set-var(txn.moved) var(txn.server),strcmp(txn.kept)",
    `  http-response add-header Set-Cookie "${name}=%[var(txn.server)]; path=/; HttpOnly; SameSite=${sameSite}" ${isTold}`,
    `  http-response add-header Cache-Control private ${isTold}`,
  ];
}
