import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { FILES } from "../../components/haproxy/configuration";
import { certificateTexts } from "../../components/haproxy/certificate-files";
import { credentialTexts } from "../../components/haproxy/credentials";
import { renderBalancer } from "../../components/haproxy/render/balancer";
import { renderTerminator } from "../../components/haproxy/render/terminator";
import { httpCheck } from "../../components/model/health-checks/health-check";
import { limits } from "../../components/model/limits/limits";
import type { Listener, NodePlan, Plan, PoolPlan } from "../../components/model/plan";
import { issue, makeAuthority } from "../../provider/keys/x509";
import { haproxy } from "../../provider/transport/executable";
import { choosePorts } from "../../provider/process/ports";
import { until } from "../../provider/wait";

const DOMAIN = "shop.evenkeel.internal";
const PEER = `balancers.${DOMAIN}`;
const NAME = `1.virginia.web.${DOMAIN}`;
const PAGE = `www.${DOMAIN}`;
/** How long HAProxy may take until it accepts connections, in milliseconds. */
const STARTS_WITHIN = 10_000;

/** What listens for TLS, and what a balancer has that asks it. */
export interface Listening {
  readonly what: string;
  /** Whether it was weakened on purpose. */
  readonly weakened: boolean;
  readonly port: number;
  /** The name that its certificate is for. */
  readonly name: string;
  /** Paths of PEM files: the authority, and the balancers' certificate and private key. */
  readonly trusted: string;
  readonly certificate: string;
  readonly key: string;
}

/**
 * Starts what ends TLS on a web server's machine, and on a balancer for clients and for the other one, on loopback in front of an app: as
 * it is rendered, and weakened.
 * @throws Error with what HAProxy says when it does not start.
 */
export async function startListeners(): Promise<{
  readonly listeners: readonly Listening[];
  readonly stop: () => Promise<void>;
}> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "evenkeel-tls-"));
  const app = createServer((_request, response) => response.end("ok"));
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    const ended = children.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(ended);
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const { port: appPort } = app.address() as AddressInfo;
    const authority = await makeAuthority(DOMAIN);
    const from = { authority: authority.certificate, bridge: "", authorityKey: authority.privateKey };
    const [server, pair, page] = await Promise.all([
      issue({ ...from, name: NAME, usage: "server" }),
      issue({ ...from, name: PEER, usage: "both" }),
      issue({ ...from, name: PAGE, usage: "server" }),
    ]);
    const file = (name: string, text: string): string => {
      writeFileSync(path.join(directory, name), text, { mode: 0o600 });
      return path.join(directory, name);
    };
    const shown = {
      trusted: file("trusted.pem", authority.certificate),
      certificate: file("pair.pem", pair.certificate),
      key: file("pair-key.pem", pair.privateKey),
    };
    const credentials = { trusted: authority.certificate, certificate: server.certificate };
    const https = { certificates: { shop: page.certificate }, redirect: true };
    const tls = { trusted: authority.certificate, certificate: pair.certificate, name: PEER };
    const read = {
      ...credentialTexts(credentials, server.privateKey),
      ...credentialTexts(tls, pair.privateKey),
      ...certificateTexts(https.certificates, { shop: page.privateKey }),
    };
    for (const [name, text] of Object.entries(read)) file(name, text);
    const balancer = (plan: Partial<Plan>, node: Partial<NodePlan>, [site = 0, health = 0]: readonly number[]): string =>
      renderBalancer(
        { site: "shop", pools: { web: poolAt(appPort) }, routes: [{ pool: "web" }], longestConnection: "30m", ...plan },
        {
          ...{ role: "secondary", dataCenter: "virginia", directory, maxConnections: 100 },
          ...{ site: onLoopback(site), health: onLoopback(health), ...node },
        },
      ).text;
    const rendered = [
      {
        what: "a web server's machine",
        name: NAME,
        render: (port: number) => {
          const plan = { server: "web-virginia-1", directory, port, appPort, peer: PEER, maxConnections: 100 };
          return renderTerminator({ ...plan, responseTimeout: "30s", longestConnection: "30m" }, credentials).text;
        },
      },
      {
        what: "a balancer",
        name: PAGE,
        render: (port: number, others: readonly number[]) => balancer({ https }, { https: onLoopback(port) }, others),
      },
      {
        what: "a balancer, for the other one",
        name: PEER,
        render: (port: number, others: readonly number[]) =>
          balancer({ tls, limits: limits.parse({ rate: { requests: 1, per: "1s" } }) }, { calls: onLoopback(port) }, others),
      },
    ];

    const listeners: Listening[] = [];
    for (const [{ what, name, render }, weakened] of rendered.flatMap((each) => [
      [each, false] as const,
      [each, true] as const,
    ])) {
      const { port = 0, ...others } = await choosePorts({ port: {}, site: {}, health: {} }, new Set());
      const text = render(port, Object.values(others));
      const configuration = file(`${port}.cfg`, (weakened ? weaken(text) : text).replaceAll(FILES.admin, `${port}.sock`));
      children.push(await start(configuration, port));
      listeners.push({ what: weakened ? "the same, weakened" : what, weakened, port, name, ...shown });
    }
    return { listeners, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As it would be had nobody thought of versions, ciphers and curves. */
function weaken(text: string): string {
  return text
    .replace(/ssl-min-ver TLSv1\.[23]( curves \S+)?/g, "ssl-min-ver TLSv1.0")
    .replace(/ {2}ssl-default-bind-ciphers .*\n/, "")
    .replace(/ {2}ssl-default-bind-curves .*\n/, "  ssl-default-bind-ciphers DEFAULT:@SECLEVEL=0\n");
}

function onLoopback(port: number): Listener {
  return { address: "127.0.0.1", port };
}

/** A pool of the one app. */
function poolAt(port: number): PoolPlan {
  const server = { dataCenter: "virginia", ...onLoopback(port) };
  return { healthCheck: httpCheck(), responseTimeout: "30s", slowStart: "0s", servers: { "web-virginia-1": server } };
}

async function start(configuration: string, port: number): Promise<ChildProcess> {
  const child = spawn(haproxy(), ["-db", "-f", configuration], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (said += part));
  const accepts = await until(async () => {
    if (child.exitCode !== null) throw new Error(`HAProxy did not start: ${said}`);
    return (await isListening(port)) ? true : undefined;
  }, STARTS_WITHIN);
  if (accepts !== undefined) return child;
  child.kill("SIGKILL");
  throw new Error(`HAProxy accepts no connection: ${said}`);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (listening: boolean): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
