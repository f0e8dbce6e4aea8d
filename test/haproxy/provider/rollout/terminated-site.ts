import { createServer, type Server } from "node:http";
import * as https from "node:https";
import type * as net from "node:net";
import type { Passes } from "../../../../components/model/routing/passthrough";
import type { ServerPlan, TerminatorPlan } from "../../../../components/model/plan";
import { stated } from "../../../../components/model/stated";
import type { AuthorityOutputs } from "../../../../components/contracts/authority";
import type { CertificateOutputs } from "../../../../components/contracts/certificate";
import type { TlsTerminatorInputs } from "../../../../components/contracts/tls-terminator";
import { AuthorityResource } from "../../../../provider/keys/authority";
import { type Issued, issue } from "../../../../provider/keys/x509";
import { choosePorts } from "../../../../provider/process/ports";
import { expect } from "chai";
import type { Scratch } from "../../../support/scratch";
import type { Sshd } from "../../../support/programs/sshd";
import { type Balancer, startIdle } from "./balancer";

/** The domain that the authority of these tests may certify. */
export const DOMAIN = "shop.evenkeel.internal";
/** The name that balancers show. */
export const PEER = `balancers.${DOMAIN}`;

/** A web server with a real HAProxy in front of its app, which waits for its first certificate. */
export interface TerminatedServer<App extends net.Server = Server> {
  readonly plan: TerminatorPlan;
  readonly certifiedName: string;
  readonly haproxy: Pick<Balancer, "ask" | "worker" | "kill">;
  /** As a balancer's plan has it. */
  readonly server: ServerPlan;
  /** The app. */
  readonly app: App;
  /** What a program says of it. */
  inputs(sshd: Sshd, authority: AuthorityOutputs): TlsTerminatorInputs;
}

/** Starts one whose app answers with its name, or as it is told. */
export function startTerminated(
  made: Scratch,
  name: string,
  answer: Parameters<typeof createServer>[1] = (_request, response) => response.end(name),
): Promise<TerminatedServer> {
  return startInFront(made, name, createServer(answer));
}

/** Starts one of a tcp pool, whose app gets connections as they come. */
export function startPassing<App extends net.Server>(
  made: Scratch,
  name: string,
  app: App,
  passes: Passes = {},
): Promise<TerminatedServer<App>> {
  return startInFront(made, name, app, passes);
}

async function startInFront<App extends net.Server>(
  made: Scratch,
  name: string,
  app: App,
  passes?: Passes,
): Promise<TerminatedServer<App>> {
  const directory = made.directory();
  const [haproxy, appPort, { port = 0 }] = await Promise.all([
    startIdle(made, directory),
    made.listen(app),
    choosePorts({ port: {} }, new Set()),
  ]);
  const certifiedName = `${name}.${DOMAIN}`;
  const plan: TerminatorPlan = {
    ...{ server: name, directory, port, appPort, peer: PEER },
    ...{ responseTimeout: "2s", longestConnection: "30s", maxConnections: 100 },
    ...(passes === undefined ? {} : { passes }),
  };
  return {
    plan,
    certifiedName,
    haproxy,
    app,
    server: { ...{ dataCenter: "a", address: "127.0.0.1", port, certifiedName }, ...stated({ sendProxy: passes?.sendProxy }) },
    inputs: (sshd, { trusted, certificate, bridge, privateKey }) => ({
      ...{ machine: "i-0123", remote: sshd.access, key: sshd.key, plan, certifiedName },
      ...{ trusted, authority: certificate, bridge, authorityKey: privateKey },
    }),
  };
}

/** Makes an authority, as a stack does. */
export async function makeAuthority(): Promise<AuthorityOutputs> {
  return (await new AuthorityResource().create({ domain: DOMAIN, rotation: 0 })).outputs;
}

/** Takes the next step of an authority's renewal. */
export function renewed(known: AuthorityOutputs): Promise<AuthorityOutputs> {
  const { domain, rotation } = known;
  return new AuthorityResource().update("", known, known, { domain, rotation: rotation + 1 });
}

/** A certificate that balancers show, or somebody who is none. */
export function certified(
  { certificate, bridge, privateKey }: AuthorityOutputs,
  name = PEER,
  usage: CertificateOutputs["usage"] = "client",
): Promise<Issued> {
  return issue({ name, usage, authority: certificate, bridge, authorityKey: privateKey });
}

/** What somebody who shows a certificate gets of a server, or why nothing. */
export async function ask(
  { server: { port }, certifiedName }: TerminatedServer,
  trusted: string,
  shown?: Issued,
): Promise<string> {
  const identity = shown === undefined ? {} : { cert: shown.certificate, key: shown.privateKey };
  return new Promise((resolve) => {
    const request = https.get(
      { host: "127.0.0.1", port, agent: false, servername: certifiedName, ca: trusted, ...identity },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body += part));
        response.on("end", () => resolve(`${response.statusCode ?? 0} ${body.trim().split("\n")[0] ?? ""}`));
        response.on("error", (error: Error) => resolve(error.message));
      },
    );
    request.setTimeout(10_000, () => request.destroy(new Error("no answer in 10 s")));
    request.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** The certificate that a server shows, as Node describes it. */
export async function shownBy({ server: { port } }: TerminatedServer, shown: Issued): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = https.get(
      { host: "127.0.0.1", port, agent: false, rejectUnauthorized: false, cert: shown.certificate, key: shown.privateKey },
      (response) => {
        const { socket } = response as unknown as { socket: import("node:tls").TLSSocket };
        resolve(socket.getPeerCertificate().serialNumber);
        response.resume();
      },
    );
    request.on("error", reject);
    request.setTimeout(10_000, () => request.destroy(new Error("no answer in 10 s")));
  }).then((serial) => (typeof serial === "string" ? serial : expect.fail("it shows no certificate")));
}
