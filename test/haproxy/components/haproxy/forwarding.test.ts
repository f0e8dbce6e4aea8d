import { expect } from "chai";
import { limits } from "../../../../components/model/limits/limits";
import { echoingApp, realBalancer, sentTo } from "../../../support/programs/real-balancer";
import { scratch } from "../../../support/scratch";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FORGED = [
  "X-Forwarded-For: 198.51.100.1",
  "X-Forwarded-Host: evil.example.com",
  "X-Forwarded-Port: 1",
  "X-Forwarded-Proto: https",
  "X-Forwarded-Prefix: /admin",
  "x-forwarded-proto: https",
  "X-Real-IP: 198.51.100.1",
  "Forwarded: for=198.51.100.1",
  "X-Request-Id: forged",
];
const made = scratch();

describe("An app", () => {
  it("is told who asks and what for, whatever the client says of that", async () => {
    const { visitor } = await realBalancer(made, await echoingApp(made), {});
    const { headers, body } = await visitor("203.0.113.9").ask("/", ["Host: shop.example.com:8080", ...FORGED]);
    const sent = sentTo(body);
    expect(sent).to.include({
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-host": "shop.example.com:8080",
      "x-forwarded-port": "80",
      "x-forwarded-proto": "http",
      forwarded: 'for=203.0.113.9;proto=http;host="shop.example.com:8080"',
    });
    expect(sent).not.to.have.any.keys("x-real-ip", "x-forwarded-prefix");
    expect(sent["x-request-id"]).to.match(UUID);
    expect(headers["x-request-id"]).to.equal(sent["x-request-id"]);
  });

  it("is told of a client with IPv6 as RFC 7239 writes it, and of no host that could be read as more", async () => {
    const { visitor } = await realBalancer(made, await echoingApp(made), {});
    const forwarded = async (address: string, host: string): Promise<unknown> =>
      sentTo((await visitor(address).ask("/", [`Host: ${host}`])).body).forwarded;
    expect(await forwarded("2001:db8::9", "[2001:db8::1]:80")).to.equal('for="[2001:db8::9]";proto=http;host="[2001:db8::1]:80"');
    const odd = await forwarded("203.0.113.9", 'a";for=198.51.100.1;x="');
    expect(odd).to.be.oneOf([undefined, "for=203.0.113.9;proto=http"]);
  });

  it("is told by a trusted proxy who its client is", async () => {
    const trustedProxies = ["192.0.2.0/24", "2001:db8:f::/48"];
    const { visitor } = await realBalancer(made, await echoingApp(made), { limits: limits.parse({ trustedProxies }) });
    const chain = "X-Forwarded-For: 198.51.100.1, 203.0.113.9, 2001:db8:f::7, 192.0.2.7";
    const told = [
      "X-Forwarded-Proto: https",
      "X-Forwarded-Prefix: /shop",
      "X-Forwarded-Host: shop.example.org",
      "X-Request-Id: from-the-proxy.1",
    ];
    const { headers, body } = await visitor("192.0.2.8").ask("/", [chain, ...told]);
    // What the client itself forged stands before the address that the proxies saw.
    expect(sentTo(body)).to.include({
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "shop.example.org",
      "x-forwarded-port": "80",
      "x-forwarded-prefix": "/shop",
      "x-request-id": "from-the-proxy.1",
      forwarded: 'for=203.0.113.9;proto=https;host="shop.example.org"',
    });
    expect(headers["x-request-id"]).to.equal("from-the-proxy.1");

    const stranger = sentTo((await visitor("203.0.113.9").ask("/", FORGED)).body);
    expect(stranger).to.include({
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "shop.example.com",
    });
    expect(stranger["x-request-id"]).to.match(UUID);
    const silent = sentTo((await visitor("192.0.2.8").ask()).body);
    expect(silent["x-forwarded-for"]).to.equal("192.0.2.8");
    const odd = sentTo((await visitor("192.0.2.8").ask("/", ['X-Request-Id: a"b'])).body);
    expect(odd["x-request-id"]).to.match(UUID);
  });

  it("has its clients counted behind a trusted proxy one by one", async () => {
    const rule = limits.parse({ rate: { requests: 1, per: "5m" }, trustedProxies: ["192.0.2.0/24"] });
    const { visitor } = await realBalancer(made, await echoingApp(made), { limits: rule });
    const from = async (client: string): Promise<number> =>
      (await visitor("192.0.2.8").ask("/", [`X-Forwarded-For: ${client}`])).status;
    expect([await from("203.0.113.1"), await from("203.0.113.1"), await from("203.0.113.2")]).to.deep.equal([200, 429, 200]);
  });
});
