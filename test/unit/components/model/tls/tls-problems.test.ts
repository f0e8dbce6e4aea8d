import { expect } from "chai";
import { SEALED } from "../../../../../components/model/secret";
import { readStack } from "../../../../../components/model/read-stack";
import { type MadeCertificate, makeCertificate, type Wish } from "../../../../support/certificates";
import { SOUND } from "../../../../support/sites/sound-stack";

/** The moment at which the tests' certificates are looked at. */
const NOW = new Date();
const ROUTES = [{ host: "api.example.com", pool: "web" }, { pool: "web" }];
const AT = "tls.certificates.shop.certificate";

/** What is wrong with a stack that has these sections, a line each. */
function problems(sections: Record<string, unknown>, now: Date | undefined = NOW): string[] {
  const stack = { ...SOUND, secrets: { "shop-key": SEALED }, ...sections };
  return readStack(stack, { now }).problems.map(({ path, message }) => `${path}: ${message}`);
}

/** TLS with one certificate. */
function withCertificate(
  certificate: unknown,
  key: unknown = { secret: "shop-key" },
  rest: object = {},
): Record<string, unknown> {
  return { tls: { certificates: { shop: { certificate, key } }, ...rest } };
}

/** A certificate for the site, unless a test wants another. */
async function made(wish: Partial<Wish> = {}): Promise<MadeCertificate> {
  return makeCertificate({ names: ["shop.example.com"], ...wish });
}

describe("A certificate for clients", () => {
  it("is taken when it is good, for the site's domain and the hosts of its routes, also by a wildcard", async () => {
    const { certificate } = await made({ names: ["Shop.example.com", "*.example.com"] });
    const site = { name: "shop", domain: "shop.example.com" };
    const routes = [{ host: "*.example.com", path: "/x", pool: "web" }, ...ROUTES];
    const stack = { ...SOUND, site, routes, secrets: { "shop-key": SEALED }, ...withCertificate(certificate) };
    const read = readStack(stack, { now: NOW });
    expect(read.problems).to.deep.equal([]);
    expect(read.stack?.tls).to.deep.equal({
      certificates: { shop: { certificate, key: { secret: "shop-key" } } },
      redirect: true,
    });
  });

  for (const key of ["p384", "rsa2048"] as const)
    it(`is taken with a key of the kind ${key}`, async () => {
      expect(problems(withCertificate((await made({ key })).certificate))).to.deep.equal([]);
    });

  it("must be for the site's domain and the hosts of its routes", async () => {
    const { certificate } = await made({ names: ["www.example.com", "shop.example.net"] });
    const site = { name: "shop", domain: "shop.example.com" };
    const named = "is for www.example.com, shop.example.net, but not for";
    expect(problems({ site, routes: ROUTES, ...withCertificate(certificate) })).to.deep.equal([
      `${AT}: ${named} shop.example.com (site.domain)`,
      `${AT}: ${named} api.example.com (routes[0].host)`,
    ]);
    const wildcard = await made({ names: ["*.example.com"] });
    expect(
      problems({ routes: [{ host: "a.b.example.com", pool: "web" }, { pool: "web" }], ...withCertificate(wildcard.certificate) }),
    ).to.deep.equal([`${AT}: is for *.example.com, but not for a.b.example.com (routes[0].host)`]);
    const key = { secret: "shop-key" };
    const two = { tls: { certificates: { shop: { certificate, key }, other: { certificate: wildcard.certificate, key } } } };
    expect(problems({ site: { name: "shop", domain: "example.org" }, routes: ROUTES, ...two })).to.deep.equal([
      "tls.certificates: has none that is for example.org (site.domain)",
    ]);
  });

  it("must be one in PEM", () => {
    const notOne = `${AT}: is not a certificate in PEM: -----BEGIN CERTIFICATE----- and so on`;
    for (const text of ["shop.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"])
      expect(problems(withCertificate(text))).to.deep.equal([notOne]);
    expect(problems(withCertificate(""))).to.deep.equal([
      `${AT}: is "", but must be a certificate in PEM, with those between it and its authority`,
    ]);
  });

  it("must not come with its private key, which is not shown", async () => {
    const { certificate, key } = await made();
    const found = problems(withCertificate(certificate + key));
    expect(found).to.deep.equal([
      `${AT}: holds a private key, which whoever can read the file can read now; take it out and have another one certified`,
    ]);
    for (const misplaced of [key, { secret: key }])
      expect(problems(withCertificate(certificate, misplaced)).join()).to.match(
        /^tls\.certificates\.shop\.key(\.secret)?: is not (a reference to a secret: \{ secret: NAME \}|the name of a secret: .+)$/,
      );
  });

  it("must hold now, where the moment is known", async () => {
    const [past, future] = [await made({ from: -90, to: -1 }), await made({ from: 1 })];
    expect(problems(withCertificate(past.certificate)).join()).to.match(
      /^tls\.certificates\.shop\.certificate: expired at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    );
    expect(problems(withCertificate(future.certificate)).join()).to.match(/certificate: is not valid before \d{4}-\d\d-\d\dT/);
    for (const { certificate } of [past, future]) {
      const stack = { ...SOUND, secrets: { "shop-key": SEALED }, ...withCertificate(certificate) };
      expect(readStack(stack).problems).to.deep.equal([]);
    }
  });

  it("must have a key and a signature that browsers take", async () => {
    const allowed = "but its key must be RSA of 2048 bits or more, or ECDSA on P-256 or P-384";
    for (const [key, message] of [
      ["rsa1024", `has an RSA key of 1024 bits, ${allowed}`],
      ["p521", `has an ECDSA key on secp521r1, ${allowed}`],
      ["sha1", "is signed with SHA-1, which no browser takes"],
    ] as const)
      expect(problems(withCertificate((await made({ key })).certificate))).to.deep.equal([`${AT}: ${message}`]);
  });

  it("must not ask for what the balancers do not give", async () => {
    const { certificate } = await made({ mustStaple: true });
    expect(problems(withCertificate(certificate))).to.deep.equal([
      `${AT}: asks for a stapled OCSP answer (must-staple), which the balancers do not give; have one without issued`,
    ]);
  });

  it("must be followed by its issuer's", async () => {
    const [first, other] = [await made(), await made()];
    const blocks = (pem: string): string[] => pem.split(/(?<=-----END CERTIFICATE-----\n)/);
    const [own = "", issuer = ""] = blocks(first.certificate);
    expect(problems(withCertificate(own))).to.deep.equal([]);
    expect(problems(withCertificate(issuer + own))).to.deep.equal([
      `${AT}: begins with an authority's certificate, that of Test Issuer; the site's own must be the first`,
      `${AT}: is for no name (subjectAltName), so no browser takes it`,
    ]);
    expect(problems(withCertificate(own + (blocks(other.certificate)[0] ?? "")))).to.deep.equal([
      `${AT}: holds one of shop.example.com, which did not issue the one before it; each must be followed by its issuer's`,
    ]);
  });

  it("must have a secret that is there", async () => {
    const { certificate } = await made();
    expect(problems(withCertificate(certificate, { secret: "shop-kye" }))).to.deep.equal([
      "tls.certificates.shop.key.secret: is not one of the secrets: shop-key; did you mean shop-key?",
    ]);
    expect(problems(withCertificate(certificate, SEALED))).to.deep.equal([
      "tls.certificates.shop.key: is a secure value, which would stand in clear in the state; set it below evenkeel:secrets, and refer to it here: { secret: NAME }",
    ]);
  });
});

describe("TLS of clients", () => {
  it("needs a certificate", () => {
    expect(problems({ tls: {} })).to.deep.equal([
      "tls.certificates: is empty; TLS needs a certificate: { shop: { certificate: PEM, key: { secret: NAME } } }, or one that tls.acme orders",
    ]);
  });

  it("tells browsers nothing that they would not take", async () => {
    const { certificate } = await made();
    const hsts = (value: object, rest: object = {}): string[] =>
      problems(withCertificate(certificate, { secret: "shop-key" }, { hsts: value, ...rest }));
    expect(hsts({})).to.deep.equal([]);
    expect(hsts({ maxAge: "1.5s" })).to.deep.equal(["tls.hsts.maxAge: is 1.5s, but must be whole seconds"]);
    expect(hsts({ maxAge: "2 years" })).to.deep.equal([
      "tls.hsts.maxAge: is 2 years, but must be a duration from 0s to 87600h, written like 500ms, 2.5s or 30m",
    ]);
    expect(hsts({ maxAge: "24h", preload: true }, { redirect: false })).to.deep.equal([
      "tls.hsts.maxAge: is 24h, but must be at least 8760h with preload",
      "tls.hsts.includeSubDomains: is false, but must be true with preload",
      "tls.redirect: is false, but must be true with hsts.preload",
    ]);
    expect(hsts({ includeSubDomains: true, preload: true })).to.deep.equal([]);
  });

  it("has a port of its own at the front, and only there", async () => {
    const { certificate } = await made();
    const tls = withCertificate(certificate);
    expect(problems({ failover: { httpsPort: 8443 } })).to.deep.equal([
      "failover.httpsPort: is for a site with certificates; there is no evenkeel:tls",
    ]);
    expect(problems({ failover: { port: 8443, httpsPort: 8443 }, ...tls })).to.deep.equal([
      "failover.httpsPort: is 8443, as failover.port; it must be another",
    ]);
    expect(problems({ failover: { kind: "dns", zone: "example.com", httpsPort: 8443 }, ...tls })).to.include(
      "failover.httpsPort: is for kind front; this one is dns",
    );
  });
});
