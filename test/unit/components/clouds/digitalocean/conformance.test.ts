import * as pulumi from "@pulumi/pulumi";
import { DigitalOceanDataCenter } from "../../../../../components/clouds/digitalocean";
import { conforms } from "../../../../support/conformance";
import type { Declared } from "../../../../support/declared";

conforms("DigitalOcean", {
  make: (name) => new DigitalOceanDataCenter(name, { region: "nyc3" }),
  frozen: (name) => new DigitalOceanDataCenter(name, { region: "nyc3", frozen: true }),
  answers: { outputs },
  isMachine: (type) => type === "digitalocean:index/droplet:Droplet",
  remote: true,
});

/** What DigitalOcean, and our own plugin, would answer. */
function outputs({ type, name }: Declared): Record<string, unknown> {
  switch (type.split(":").pop()) {
    case "SshKeyPair":
      return { publicKey: `ssh-ed25519 AAAA${name} ${name}`, privateKey: pulumi.secret(`PRIVATE KEY of ${name}`) };
    case "Droplet":
      return { ipv4Address: "192.0.2.1", ipv4AddressPrivate: "10.0.0.1", ipv6Address: "2001:db8::1" };
    case "ReservedIp":
      return { ipAddress: "203.0.113.1" };
    default:
      return {};
  }
}
