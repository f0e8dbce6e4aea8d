import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import { issue, makeAuthority } from "../../../provider/keys/x509";
import { choosePorts } from "../../../provider/process/ports";
import { until } from "../../../provider/wait";
import { startNameServer } from "./name-server";

/** A real ACME server on loopback: Pebble, which Let's Encrypt makes for tests. */
export interface Pebble {
  /** The URL of its directory. */
  readonly directory: string;
  /** The certificate that the directory's own is signed by, in PEM. */
  readonly directoryRoot: string;
  /** The certificate that those which it issues lead to, in PEM. Another one after each start. */
  root(): Promise<string>;
  /** Names that its name server does not know. Every other one leads to this machine. */
  readonly unknown: Set<string>;
  /** Ends it, as a crash does. */
  stop(): Promise<void>;
  /** Starts it again at the same ports. Of what it knew, nothing is left. */
  start(): Promise<void>;
  /** Ends it and leaves nothing. */
  remove(): Promise<void>;
}

/** What is asked of it. */
export interface PebbleOptions {
  /** The port at which it asks domains for what proves them. */
  readonly httpPort: number;
  /** A domain for which it issues nothing. @default none */
  readonly blocked?: string;
}

const PLACES = [...(process.env.PATH ?? "").split(path.delimiter), path.join(os.homedir(), "go", "bin")];
/** The name in the certificate of its directory. */
const HOST = "localhost";

/** Skips a test, and says so, where Pebble is not installed. */
export function requirePebble(test: Mocha.Context): void {
  if (pebbleBinary() !== undefined) return;
  const ways = "Debian's package pebble, or go install github.com/letsencrypt/pebble/v2/cmd/pebble@v2.10.1";
  console.log(`      skipped: no pebble on this machine (${ways})`);
  test.skip();
}

/** Starts one. It is to be removed by whoever starts it. */
export async function startPebble({ httpPort, blocked }: PebbleOptions): Promise<Pebble> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "ekp-"));
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
    return path.join(folder, name);
  };
  const authority = await makeAuthority(HOST);
  const own = await issue({
    ...{ name: HOST, usage: "server", authority: authority.certificate, authorityKey: authority.privateKey, bridge: "" },
  });
  const names = await startNameServer();
  const { acme = 0, management = 0, tls = 0 } = await choosePorts({ acme: {}, management: {}, tls: {} }, new Set());
  const configuration = file(
    "pebble.json",
    JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${acme}`,
        managementListenAddress: `127.0.0.1:${management}`,
        certificate: file("certificate.pem", own.certificate),
        privateKey: file("key.pem", own.privateKey),
        httpPort,
        tlsPort: tls,
        ...(blocked === undefined ? {} : { domainBlocklist: [blocked] }),
      },
    }),
  );
  const get = (port: number, asked: string): Promise<string> => body(`https://${HOST}:${port}${asked}`, authority.certificate);

  let child: ChildProcess | undefined;
  const pebble: Pebble = {
    directory: `https://${HOST}:${acme}/dir`,
    directoryRoot: authority.certificate,
    unknown: names.unknown,
    root: () => get(management, "/roots/0"),
    async start() {
      const started = spawn(pebbleBinary() ?? "pebble", ["-config", configuration, "-dnsserver", names.address], {
        // It would sleep before it asks; every twentieth nonce is refused all the same, as a real server may.
        env: { ...process.env, PEBBLE_VA_NOSLEEP: "1", PEBBLE_AUTHZREUSE: "0" },
        stdio: ["ignore", "pipe", "pipe"],
      });
      child = started;
      let said = "";
      for (const stream of [started.stdout, started.stderr])
        stream.setEncoding("utf8").on("data", (part: string) => (said = (said + part).slice(-10_000)));
      const answers = await until(async () => {
        if (started.exitCode !== null) throw new Error(`pebble did not start: ${said}`);
        return Promise.all([get(acme, "/dir"), pebble.root()]).catch(() => undefined);
      }, 20_000);
      if (answers === undefined) throw new Error(`pebble does not answer: ${said}`);
    },
    async stop() {
      const running = child;
      child = undefined;
      if (running?.exitCode !== null || running.signalCode !== null) return;
      const ended = new Promise((resolve) => running.once("exit", resolve));
      running.kill("SIGKILL");
      await ended;
    },
    async remove() {
      await pebble.stop();
      await names.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await pebble.start();
  } catch (error) {
    await pebble.remove();
    throw error;
  }
  return pebble;
}

function pebbleBinary(): string | undefined {
  return PLACES.map((place) => path.join(place, "pebble")).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function body(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { ca, agent: false, timeout: 5_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error(`${url}: no answer`)));
    request.on("error", reject);
  });
}
