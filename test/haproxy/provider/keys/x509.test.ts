import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import * as net from "node:net";
import * as tls from "node:tls";
import { expect } from "chai";
import { isDue, issue, makeAuthority, makeBridge } from "../../../../provider/keys/x509";
import { AuthorityResource } from "../../../../provider/keys/authority";
import type { AuthorityOutputs } from "../../../../components/contracts/authority";

const DOMAIN = "shop.evenkeel.internal";
const SERVER = `1.virginia.web.${DOMAIN}`;
const CLIENT = `balancers.${DOMAIN}`;

interface End {
  readonly trusted: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Whether both ends take one another, and else what the server or the client says. */
async function handshake(server: End, client: End, servername = SERVER): Promise<string> {
  const options = (end: End): tls.SecureContextOptions => ({ ca: end.trusted, cert: end.certificate, key: end.privateKey });
  const listener = tls.createServer({ ...options(server), requestCert: true, rejectUnauthorized: true }, (socket) => {
    socket.on("error", () => undefined);
    socket.end("taken");
  });
  const refused = new Promise<string>((resolve) =>
    listener.once("tlsClientError", (error: Error) => resolve(`server: ${error.message}`)),
  );
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as net.AddressInfo;
  try {
    const answer = new Promise<string>((resolve) => {
      const socket = tls.connect({ ...options(client), host: "127.0.0.1", port, servername });
      socket.once("error", (error: Error) => resolve(`client: ${error.message}`));
      socket.once("data", (data: Buffer) => resolve(data.toString()));
    });
    return await Promise.race([answer, refused]);
  } finally {
    listener.close();
  }
}

/** What an authority gives one end. */
async function end(
  authority: AuthorityOutputs,
  name: string,
  usage: "client" | "server",
  trusted = authority.trusted,
): Promise<End> {
  const { certificate, bridge, privateKey } = authority;
  return { trusted, ...(await issue({ name, usage, authority: certificate, bridge, authorityKey: privateKey })) };
}

async function authority(rotation = 0): Promise<AuthorityOutputs> {
  return (await new AuthorityResource().create({ domain: DOMAIN, rotation })).outputs;
}

const next = (known: AuthorityOutputs): Promise<AuthorityOutputs> => {
  const { domain, rotation } = known;
  return new AuthorityResource().update("", known, known, { domain, rotation: rotation + 1 });
};

describe("Certificates of a site's own authority", () => {
  it("have balancers and servers take one another, by the right name alone", async () => {
    const made = await authority();
    const [server, client] = [await end(made, SERVER, "server"), await end(made, CLIENT, "client")];
    expect(await handshake(server, client)).to.equal("taken");
    expect(await handshake(server, client, `2.virginia.web.${DOMAIN}`)).to.match(/^client: .*does not match/);
  });

  it("are good for one end only: a server's gets nobody into another server", async () => {
    const made = await authority();
    const [server, thief] = [await end(made, SERVER, "server"), await end(made, SERVER, "server")];
    expect(await handshake(server, thief)).to.match(/^server: .*/);
  });

  it("are not taken from another site's authority", async () => {
    const [ours, theirs] = [await authority(), await authority()];
    const server = await end(ours, SERVER, "server");
    expect(await handshake(server, await end(theirs, CLIENT, "client", ours.trusted))).to.match(/^server: /);
    expect(await handshake(await end(theirs, SERVER, "server", ours.trusted), await end(ours, CLIENT, "client"))).to.match(
      /^client: /,
    );
  });

  it("are not taken for a name outside of the authority's domain, whoever has its key", async () => {
    const made = await authority();
    const abroad = await end(made, "shop.example.com", "server");
    expect(await handshake(abroad, await end(made, CLIENT, "client"), "shop.example.com")).to.match(/^client: .*/);
  });

  it("name whom they are for, and last a year, to be renewed after two thirds of it", async () => {
    const made = await authority();
    const issued = await issue({
      name: SERVER,
      usage: "server",
      authority: made.certificate,
      bridge: "",
      authorityKey: made.privateKey,
    });
    const read = new X509Certificate(issued.certificate);
    expect(read.subjectAltName).to.equal(`DNS:${SERVER}`);
    expect(read.ca).to.equal(false);
    const days = (text: string): number => Math.round((Date.parse(text) - Date.now()) / 86_400_000);
    expect([days(read.validFrom), days(issued.expires), days(issued.renewsFrom)]).to.deep.equal([-1, 365, 243]);
    expect([isDue(issued.renewsFrom), isDue(new Date(0).toISOString())]).to.deep.equal([false, true]);
  });

  it("may have names that are too long for a common name", async () => {
    const made = await authority();
    const long = `1.${"d".repeat(30)}.${"p".repeat(30)}.${DOMAIN}`;
    expect(await handshake(await end(made, long, "server"), await end(made, CLIENT, "client"), long)).to.equal("taken");
  });

  it("are all taken while an authority is renewed, in whichever order the ends are told", async () => {
    const old = await authority();
    const both = await next(old);
    const fresh = await next(both);
    const states = { old, both, fresh };
    const pairs = [
      ["old", "both"],
      ["both", "old"],
      ["both", "both"],
      ["both", "fresh"],
      ["fresh", "both"],
      ["fresh", "fresh"],
    ] as const;
    for (const [server, client] of pairs) {
      const taken = await handshake(await end(states[server], SERVER, "server"), await end(states[client], CLIENT, "client"));
      expect(taken, `server ${server}, client ${client}`).to.equal("taken");
    }
    expect(await handshake(await end(old, SERVER, "server"), await end(fresh, CLIENT, "client"))).to.not.equal("taken");
  });
});

describe("An authority", () => {
  it("is limited to names below its domain, as OpenSSL reads it", async function () {
    const { certificate } = await makeAuthority(DOMAIN);
    const { stdout, error } = spawnSync("openssl", ["x509", "-noout", "-text"], { input: certificate, encoding: "utf8" });
    if (error !== undefined) this.skip();
    expect(stdout.replaceAll(/\s+/g, " ")).to.include(
      `X509v3 Name Constraints: critical Permitted: DNS:${DOMAIN} Excluded: IP:0.0.0.0/0.0.0.0 IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0`,
    );
  });

  it("is renewed in two steps: the new one beside the old one, then alone", async () => {
    const old = await authority();
    const both = await next(old);
    expect(both.trusted).to.equal(both.certificate + old.certificate);
    expect(new X509Certificate(both.bridge).verify(new X509Certificate(old.certificate).publicKey)).to.equal(true);
    const fresh = await next(both);
    expect(fresh).to.deep.equal({ ...both, rotation: 2, trusted: both.certificate, bridge: "" });
  });

  it("refuses a step that is left out or taken back, and says which one comes next", async () => {
    const both = await next(await authority());
    const known = { domain: DOMAIN, rotation: 1 };
    for (const rotation of [0, 3]) {
      expect(() => new AuthorityResource().diff(known, both, { domain: DOMAIN, rotation })).to.throw(
        `evenkeel:rotate.authority is ${rotation}, but was 1: it must be 1, or 2 for the next step`,
      );
    }
    expect(new AuthorityResource().diff(known, both, known)).to.deep.equal({});
  });

  it("can be bridged by the one before it", async () => {
    const [older, newer] = [await makeAuthority(DOMAIN), await makeAuthority(DOMAIN)];
    expect(await makeBridge(DOMAIN, older, newer.certificate)).to.match(/^-----BEGIN CERTIFICATE-----\n/);
  });
});
