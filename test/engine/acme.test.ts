import { X509Certificate } from "node:crypto";
import * as path from "node:path";
import { expect } from "chai";
import type { StackInput } from "../../components/model/stack";
import { connect } from "node:tls";
import { readFileSync } from "node:fs";
import { choosePorts } from "../../provider/process/ports";
import { ISSUED, NOT_ORDERED } from "../../provider/contracts/acme-certificate";
import { type Pebble, requirePebble, startPebble } from "../support/pebble";
import { smallStack, TestSite } from "../support/test-site";

const SHOP = ["shop.example.com", "www.shop.example.com"];

describe("A site whose certificate is ordered by ACME", () => {
  let site: TestSite;
  let pebble: Pebble;
  let stack: StackInput;
  let port: number;
  let httpsPort: number;
  before(async function () {
    requirePebble(this);
    ({ page: port = 0, https: httpsPort = 0 } = await choosePorts({ page: {}, https: {} }, new Set()));
    pebble = await startPebble({ httpPort: port });
    const { directory, directoryRoot } = pebble;
    stack = {
      ...smallStack(),
      failover: { port, httpsPort },
      tls: { acme: { domains: SHOP, email: "ops@example.com", agree: true, directory, directoryRoot } },
    };
    site = await TestSite.make(stack);
  });
  after(async () => {
    await site?.remove();
    await pebble?.remove();
  });

  it("first shows one that nobody trusts, and sends nobody to HTTPS", async () => {
    console.log(await site.up());
    console.log(await site.deployment());
    console.log(await site.up());
    console.log(await site.deployment());
  });
});
