import { expect } from "chai";
import { failover } from "../../../../../components/model/network/failover";
import { IN_CLOUDS, problemsInClouds } from "../clouds/cloud-stack";

const withDns = (keys: object): string[] => problemsInClouds({ failover: { ...IN_CLOUDS.failover, ...keys } });

describe("The failover in a stack file", () => {
  it("is by a front unless the stack says otherwise", () => {
    expect(failover.parse(undefined)).to.deep.equal({ kind: "front" });
    expect(failover.parse({ kind: "dns" })).to.deep.equal({ kind: "dns" });
  });

  it("by DNS has a provider, a policy, a time to live, and may make its zone", () => {
    expect(withDns({ provider: "gcp", policy: "active-passive", ttl: "1m", createZone: true })).to.deep.equal([]);
    expect(withDns({ provider: "digitalocean", policy: "first", ttl: 30, createZone: "yes" })).to.deep.equal([
      "failover.provider: is digitalocean, but must be one of: aws, gcp",
      "failover.createZone: is yes, but must be true or false",
      "failover.policy: is first, but must be one of: both, active-passive",
      "failover.ttl: is 30, but must be a duration from 1s to 24h, written like 500ms, 2.5s or 30m",
    ]);
    expect(withDns({ ttl: "25h" })).to.deep.equal(["failover.ttl: is 25h, but must be a duration from 1s to 24h"]);
  });

  it("has its keys alone", () => {
    expect(withDns({ kind: "floating-ip" })).to.deep.equal(["failover.kind: is floating-ip, but must be one of: front, dns"]);
    expect(withDns({ zones: "example.com" })).to.deep.equal([
      "failover.zones: is not a key here: kind, port, httpsPort, provider, zone, createZone, policy, ttl; did you mean zone?",
    ]);
  });
});

describe("A domain in a stack file", () => {
  it("is a host name of two labels or more, in lower case", () => {
    const long = `${"a".repeat(63)}.`;
    for (const zone of ["example.com", "a.b.example.co.uk", "xn--bcher-kva.example", "1.example", `${long.repeat(3)}example`]) {
      expect(
        withDns({ zone, kind: "dns" }).filter((problem) => problem.startsWith("failover.zone")),
        zone,
      ).to.deep.equal([]);
    }
  });

  it("is nothing else", () => {
    const long = `${"a".repeat(63)}.`;
    for (const [zone, got] of [
      ["example", "example"],
      ["Example.com", "Example.com"],
      ["example.com.", "example.com."],
      [".example.com", ".example.com"],
      ["exa_mple.com", "exa_mple.com"],
      ["-a.example", "-a.example"],
      ["a-.example", "a-.example"],
      ["*.example.com", '"*.example.com"'],
      ["bücher.example", '"bücher.example"'],
      ["192.0.2.1", '"192.0.2.1"'],
      ["https://example.com", "https://example.com"],
      ["example.com\n", '"example.com\\n"'],
      ["", '""'],
      [5, "5"],
      [`${"a".repeat(64)}.example`, `${"a".repeat(57)}...`],
      [`${long.repeat(4)}example`, `${"a".repeat(57)}...`],
      [`${long.repeat(4)}EXAMPLE`, `${"a".repeat(57)}...`],
    ] as const) {
      expect(withDns({ zone })).to.deep.equal([`failover.zone: is ${got}, but must be a domain such as example.com`]);
      expect(problemsInClouds({ site: { name: "shop", domain: zone } })).to.deep.equal([
        `site.domain: is ${got}, but must be a domain such as shop.example.com`,
      ]);
    }
  });
});
