import { expect } from "chai";
import { shown } from "../../../../../components/model/problem";
import { readStack } from "../../../../../components/model/read-stack";
import { SEALED } from "../../../../../components/model/secret";
import { makeCertificate } from "../../../../support/certificates";
import { SOUND } from "../../../../support/sites/sound-stack";

const SHOP = "shop.example.com";
const DIRECTORY = "https://acme-v02.api.letsencrypt.org/directory";

/** What is wrong with a stack whose certificate is ordered so, a line each. */
function problems(acme: unknown, sections: Record<string, unknown> = {}, tls: object = {}): string[] {
  const stack = { ...SOUND, secrets: { "shop-key": SEALED }, tls: { acme, ...tls }, ...sections };
  return readStack(stack, { now: new Date() }).problems.map(({ path, message }) => `${path}: ${message}`);
}

describe("A certificate that is ordered", () => {
  it("needs its domains and a yes to the authority's terms, and no other certificate", () => {
    const tls = { acme: { domains: [SHOP], agree: true } };
    const { stack, problems: none } = readStack({ ...SOUND, site: { name: "shop", domain: SHOP }, tls });
    expect(none).to.deep.equal([]);
    expect(stack?.tls).to.deep.equal({
      certificates: {},
      acme: { domains: [SHOP], agree: true, directory: DIRECTORY },
      redirect: true,
    });
    for (const agree of [undefined, false, "yes"])
      expect(problems({ domains: [SHOP], agree })[0])
        .to.match(/^tls\.acme\.agree: is /)
        .and.to.match(/ must be true: you agree to the terms of the authority that the directory is of$/);
  });

  it("is for domains that can be proven over HTTP, each once", () => {
    const domains = (of: unknown): string[] => problems({ domains: of, agree: true });
    const wildcard = "but must be a domain such as shop.example.com; a wildcard can't be proven over HTTP";
    const list = "but must be a list of 1 to 100 domains, such as [shop.example.com]";
    expect(domains(["*.example.com"])).to.deep.equal([`tls.acme.domains[0]: is "*.example.com", ${wildcard}`]);
    expect(domains([SHOP, "192.0.2.1", "Shop.example.com", "a.example.com\n"])).to.deep.equal([
      `tls.acme.domains[1]: is "192.0.2.1", ${wildcard}`,
      `tls.acme.domains[2]: is Shop.example.com, ${wildcard}`,
      `tls.acme.domains[3]: is "a.example.com\\n", ${wildcard}`,
    ]);
    expect(domains([])).to.deep.equal([`tls.acme.domains: is [], ${list}`]);
    expect(domains(SHOP)).to.deep.equal([`tls.acme.domains: is ${SHOP}, ${list}`]);
    expect(domains([SHOP, "www.example.com", SHOP])).to.deep.equal([`tls.acme.domains[2]: is ${SHOP}, which is there already`]);
  });

  it("is ordered by https, from an authority whose root is one, for somebody with an address", () => {
    const given = { domains: [SHOP], agree: true };
    for (const directory of ["http://acme.example.com/dir", "acme.example.com"])
      expect(problems({ ...given, directory })).to.deep.equal([
        `tls.acme.directory: is ${shown(directory)}, but must be the URL of an ACME directory, by https, such as ${DIRECTORY}`,
      ]);
    for (const email of ["ops", "ops@example.com, b@example.com", "ops@example.com?cc=x"])
      expect(problems({ ...given, email })).to.deep.equal([
        `tls.acme.email: is ${shown(email)}, but must be an address such as ops@example.com`,
      ]);
    expect(problems({ ...given, directoryRoot: "root.pem" })).to.deep.equal([
      "tls.acme.directoryRoot: is not a certificate in PEM: -----BEGIN CERTIFICATE----- and so on",
    ]);
    expect(problems({ ...given, renew: "30d" })[0]).to.match(/^tls\.acme\.renew: /);
  });

  it("must be for the site's domain and the hosts of its routes, unless one of the stack's own is", async () => {
    const given = { domains: [SHOP], agree: true };
    const sections = {
      site: { name: "shop", domain: SHOP },
      routes: [{ host: "api.example.com", pool: "web" }, { host: "SHOP.example.com", pool: "web" }, { pool: "web" }],
    };
    expect(problems(given, sections)).to.deep.equal([
      "tls.acme.domains: has no api.example.com (routes[0].host), and no certificate of the stack is for it",
    ]);
    const { certificate } = await makeCertificate({ names: ["*.example.com"] });
    const own = { certificate, key: { secret: "shop-key" } };
    expect(problems(given, sections, { certificates: { api: own } })).to.deep.equal([]);
    expect(problems(given, sections, { certificates: { acme: own } })).to.deep.equal([
      "tls.certificates.acme: has the name of the one that tls.acme orders; give it another",
    ]);
  });
});
