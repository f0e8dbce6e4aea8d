import * as http from "node:http";
import * as net from "node:net";
import * as tls from "node:tls";
import { expect } from "chai";
import { renderBalancer } from "../../../components/haproxy/render/balancer";
import { seedServerState } from "../../../components/haproxy/server-state";
import { parseServerStatus } from "../../../components/haproxy/server-status";
import {
  type HealthCheck,
  httpCheck,
  questionIn,
  tcpCheck,
  tlsCheck,
} from "../../../components/model/health-checks/health-check";
import { makeAuthority } from "../../../provider/keys/x509";
import { choosePorts } from "../../../provider/process/ports";
import { reasonAgainst } from "../../../provider/transport/probe";
import { until } from "../../../provider/wait";
import { filled } from "../../support/programs/haproxy-check";
import { startHaproxy } from "../../support/programs/haproxy-process";
import { sampleNode, samplePlan, samplePool } from "../../support/sites/sample-plan";
import { scratch } from "../../support/scratch";

/** No case waits for a deadline: a server that is good in time is so on a busy machine, too. */
const PACE = { interval: "100ms", timeout: "30s" } as const;
const http1 = (options: Partial<HealthCheck>): HealthCheck => httpCheck("/healthz", { ...PACE, ...options });

/** What a check asks, of which server, and whether that is good. */
interface Case {
  readonly check: HealthCheck;
  readonly server: (own: tls.TlsOptions) => net.Server;
  readonly good: boolean;
}

const answering = (answer: http.RequestListener) => (): net.Server => http.createServer(answer);
const status = (code: number) => answering((_, response) => response.writeHead(code).end());
const saying = (body: string | Buffer) => answering((_, response) => response.end(body));
const echo = answering(({ method, headers }, response) =>
  response.writeHead(method === "OPTIONS" && headers["x-probe"] === 'a "b" 100% $c' ? 200 : 500).end(),
);
const forHost = answering(({ headers }, response) => response.writeHead(headers.host === "shop.example" ? 200 : 421).end());
const onlyHead = answering(({ method }, response) => response.writeHead(method === "HEAD" ? 200 : 405).end());
const mute = (): net.Server => net.createServer((socket) => socket.on("error", () => undefined));
const PADDING = Buffer.alloc(20_000, "x");
const BODY = 'all "is" well: 100% $x \\ #1 é';
const inParts = answering((_, response) => {
  response.write(BODY.slice(0, 9));
  setTimeout(() => response.end(BODY.slice(9)), 20);
});

const CASES: Readonly<Record<string, Case>> = {
  "a status of the default range": { check: http1({}), server: status(302), good: true },
  "a status beyond it": { check: http1({}), server: status(404), good: false },
  "one of several statuses": { check: http1({ status: "204,401-403" }), server: status(402), good: true },
  "a status beside several": { check: http1({ status: "204,401-403" }), server: status(200), good: false },
  "the one status": { check: http1({ status: 204 }), server: status(204), good: true },
  "a status that is not the one": { check: http1({ status: 204 }), server: status(200), good: false },
  "the method HEAD": { check: http1({ method: "HEAD" }), server: onlyHead, good: true },
  "the method GET where HEAD is expected": { check: http1({}), server: onlyHead, good: false },
  "method and headers": {
    check: http1({ method: "OPTIONS", headers: { "x-probe": 'a "b" 100% $c' } }),
    server: echo,
    good: true,
  },
  "another header": { check: http1({ method: "OPTIONS", headers: { "x-probe": "b" } }), server: echo, good: false },
  "a host": { check: http1({ host: "shop.example" }), server: forHost, good: true },
  "no host where one is expected": { check: http1({}), server: forHost, good: false },
  "a body": { check: http1({ body: BODY }), server: saying(`so: ${BODY}!`), good: true },
  "a body in parts": { check: http1({ body: BODY }), server: inParts, good: true },
  "another body": { check: http1({ body: BODY }), server: saying("all is well"), good: false },
  "an empty body": { check: http1({ body: "ready" }), server: saying(""), good: false },
  "a body at the start of a long answer": {
    check: http1({ body: "ok" }),
    server: saying(Buffer.concat([Buffer.from("ok"), PADDING])),
    good: true,
  },
  "a body beyond what is searched": {
    check: http1({ body: "ok" }),
    server: saying(Buffer.concat([PADDING, Buffer.from("ok")])),
    good: false,
  },
  "a body with a bad status": {
    check: http1({ body: "ok" }),
    server: answering((_, response) => response.writeHead(500).end("ok")),
    good: false,
  },
  "a listener that says nothing": { check: tcpCheck(PACE), server: mute, good: true },
  "a handshake": { check: tlsCheck("shop.example", PACE), server: tls.createServer, good: true },
  "a handshake without a name": { check: tlsCheck(undefined, PACE), server: tls.createServer, good: true },
  "clear text where a handshake is expected": { check: tlsCheck(undefined, PACE), server: saying("clear"), good: false },
};

describe("A health check", () => {
  const made = scratch();

  it("finds of each server the same by HAProxy as by a rollout: statuses, methods, hosts, headers, bodies, connections, handshakes", async () => {
    const { certificate: cert, privateKey: key } = await makeAuthority("shop.example");
    const entries = await Promise.all(
      Object.entries(CASES).map(async ([title, { check, server, good }], i) => {
        const port = await made.listen(server({ cert, key }));
        return { title, good, check, pool: `pool-${i}`, at: { dataCenter: "a", address: "127.0.0.1", port } };
      }),
    );
    // Nobody listens there.
    const { none = 0 } = await choosePorts({ none: {} }, new Set());
    entries.push({
      title: "a port without a listener",
      good: false,
      check: tcpCheck(PACE),
      pool: "none",
      at: { dataCenter: "a", address: "127.0.0.1", port: none },
    });

    const pools = entries.map(
      ({ pool, check, at }) => [pool, samplePool({ healthCheck: check, servers: { [`${pool}-a-1`]: at } })] as const,
    );
    const plan = samplePlan(Object.fromEntries(pools), { routes: [{ pool: "pool-0" }] });
    const { site = 0, health = 0 } = await choosePorts({ site: {}, health: {} }, new Set());
    const listener = (port: number) => ({ address: "127.0.0.1", port });
    const node = sampleNode({ site: listener(site), health: listener(health), frontSocket: undefined });
    const directory = made.directory();
    const { text } = renderBalancer(plan, node);
    const haproxy = await startHaproxy(made, directory, filled(text, directory), seedServerState(plan, []));

    // From stopped each comes up by its checks alone, on a busy machine not by the first; of those that don't, two checks have to be seen.
    const goodOnes = new Set(entries.filter(({ good }) => good).map(({ pool }) => `${pool}.checked`));
    const found = await until(async () => {
      const servers = parseServerStatus(await haproxy.ask("show stat")).filter(({ backend }) => backend.endsWith(".checked"));
      const settled = servers.filter(
        ({ backend, status: now, lastCheck }) =>
          now === "UP" || (now === "DOWN" && /^L\d(?!OK)/.test(lastCheck) && !goodOnes.has(backend)),
      );
      return settled.length === entries.length ? settled : undefined;
    }, 90_000);
    const byHaproxy = new Map(found?.map(({ backend, status: now, lastCheck }) => [backend, { up: now === "UP", lastCheck }]));

    for (const { title, good, check, pool, at } of entries) {
      const reason = await reasonAgainst({ ...questionIn(check), ...at, timeout: 30_000 });
      const { up, lastCheck = "" } = byHaproxy.get(`${pool}.checked`) ?? {};
      expect({ title, probe: reason === undefined, haproxy: up }, `${reason ?? "nothing"}; ${lastCheck}`).to.deep.equal({
        title,
        probe: good,
        haproxy: good,
      });
    }
  });
});
