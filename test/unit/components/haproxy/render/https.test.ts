import { expect } from "chai";
import { createPrivateKey } from "node:crypto";
import { certificateList, certificateTexts } from "../../../../../components/haproxy/certificate-files";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { renderFront } from "../../../../../components/haproxy/render/front";
import type { NodePlan, Plan } from "../../../../../components/model/plan";
import type { HttpsPlan } from "../../../../../components/model/tls/tls";
import { makeCertificate } from "../../../../support/certificates";
import { expectGolden } from "../../../../support/golden";
import { sampleNode, samplePlan } from "../../../../support/sites/sample-plan";

const HTTPS: HttpsPlan = {
  certificates: { shop: "the certificate of the shop", api: "the certificate of the api" },
  redirect: true,
  hsts: { maxAge: "17520h", includeSubDomains: true, preload: false },
};
const LISTENER = { address: "127.0.0.1", port: 20_003, frontSocket: "{directory}/front-tls.sock" };
/** A balancer in a cloud. */
const REMOTE = sampleNode({
  site: { address: "0.0.0.0", port: 80 },
  https: { address: "0.0.0.0", port: 443 },
  ipv6: true,
  frontSocket: undefined,
});

const planWith = (https: HttpsPlan): Plan => samplePlan(undefined, { https });
const textOf = (https: Partial<HttpsPlan> = {}, node: NodePlan = REMOTE): string =>
  renderBalancer(planWith({ ...HTTPS, ...https }), node).text;

describe("The configuration of a balancer that ends TLS of clients", () => {
  it("is this text", () => {
    expectGolden(__dirname, "balancer-https.cfg", textOf({}, sampleNode({ https: LISTENER })));
  });

  it("says a port in a redirect only where it is not the usual one", () => {
    expect(textOf()).to.include(
      "  http-request redirect location https://%[req.hdr(host),host_only]%[pathq] code 308 if !{ ssl_fc } !{ path_beg /.well-known/acme-challenge/ }\n",
    );
    expect(textOf()).to.not.include("https_port");
  });

  it("has neither a redirect nor a word to browsers that the stack does not ask for", () => {
    const text = textOf({ redirect: false, hsts: undefined });
    expect(text).to.not.match(/redirect location|Strict-Transport-Security/);
    expect(textOf({ hsts: { maxAge: "0s", includeSubDomains: false, preload: false } })).to.include('"max-age=0" if { ssl_fc }');
    expect(textOf({ hsts: { maxAge: "8760h", includeSubDomains: true, preload: true } })).to.include(
      '"max-age=31536000; includeSubDomains; preload"',
    );
  });

  it("listens for it on every address of the machine, IPv6 too", () => {
    expect(textOf()).to.match(/ {2}bind 0\.0\.0\.0:443 ssl crt-list .* alpn h2,http\/1\.1\n {2}bind :::443 v6only ssl crt-list /);
  });

  it("is another one with another certificate, or another first one", () => {
    const texts = [
      {},
      { certificates: { shop: "renewed", api: "the certificate of the api" } },
      { certificates: { shop: "the certificate of the api", api: "the certificate of the shop" } },
    ];
    expect(new Set(texts.map((https) => textOf(https))).size).to.equal(3);
  });

  it("is nothing without a listener for it, nor with one without certificates", () => {
    const without = renderBalancer(samplePlan(), sampleNode()).text;
    expect(renderBalancer(samplePlan(), sampleNode({ https: LISTENER })).text).to.equal(without);
  });
});

describe("The files of certificates for clients", () => {
  it("hold each with its key, and a list of them by name without their directory", async () => {
    const { certificate, key } = await makeCertificate({ names: ["shop.example.com"], key: "rsa2048" });
    const files = certificateTexts({ shop: certificate }, { shop: key });
    const [file = "", list = ""] = Object.keys(files);
    expect(file).to.match(/^certificate-[0-9a-f]{8}\.pem$/);
    expect(files).to.deep.equal({ [file]: certificate + key, [list]: `${file}\n` });
    expect(list).to.equal(certificateList({ shop: certificate }));
  });

  it("are not made with a key that is missing, another's, or sealed by a passphrase", async () => {
    const [own, other] = [
      await makeCertificate({ names: ["a.example.com"] }),
      await makeCertificate({ names: ["a.example.com"] }),
    ];
    const sealed = createPrivateKey(own.key).export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" });
    for (const [key, why] of [
      ["", "is not a private key in PEM"],
      [other.key, "is not the private key of its certificate"],
      [sealed.toString(), "has a passphrase, which nobody could enter: openssl pkey -in KEY takes it off"],
    ] as const)
      expect(() => certificateTexts({ shop: own.certificate }, { shop: key })).to.throw(`the key of the certificate shop ${why}`);
  });
});

describe("The front of balancers that end TLS", () => {
  it("is this text", () => {
    const nodes = [
      sampleNode({ frontSocket: "/run/primary/front.sock", https: { ...LISTENER, frontSocket: "/run/primary/front-tls.sock" } }),
      sampleNode({
        ...{ role: "secondary", dataCenter: "b", health: { address: "127.0.0.1", port: 20_004 } },
        ...{ frontSocket: "/run/secondary/front.sock", https: { ...LISTENER, frontSocket: "/run/secondary/front-tls.sock" } },
      }),
    ];
    const text = renderFront(nodes, "127.0.0.1", 4_000);
    expectGolden(__dirname, "front-https.cfg", text);
  });
});
