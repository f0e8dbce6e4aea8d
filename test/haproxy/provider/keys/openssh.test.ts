import { expect } from "chai";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { utils } from "ssh2";
import { generateKeyPair } from "../../../../provider/keys/openssh";
import { scratch } from "../../../support/scratch";

/** As many as one in 200 bad ones would show in, all but surely. */
const MANY = 2_000;

describe("A key pair in OpenSSH's form", () => {
  const made = scratch();

  it("is read by an SSH client, whatever its bytes are, and its halves belong together", () => {
    const message = Buffer.from("a message");
    for (let count = 0; count < MANY; count++) {
      const { publicKey, privateKey } = generateKeyPair();
      const [secret, open] = [utils.parseKey(privateKey), utils.parseKey(publicKey)];
      if (secret instanceof Error) throw secret;
      if (open instanceof Error) throw open;
      expect(secret.type).to.equal("ssh-ed25519");
      expect(secret.getPublicSSH().equals(open.getPublicSSH())).to.equal(true);
      if (count > 100) continue;
      expect(open.verify(message, secret.sign(message))).to.equal(true);
    }
  });

  it("is another one each time", () => {
    const keys = Array.from({ length: 20 }, () => generateKeyPair());
    expect(new Set(keys.map(({ publicKey }) => publicKey)).size).to.equal(20);
    expect(new Set(keys.map(({ privateKey }) => privateKey)).size).to.equal(20);
  });

  it("is read by OpenSSH itself", function () {
    if (spawnSync("ssh-keygen", ["-?"]).error !== undefined) {
      console.log("      skipped: there is no ssh-keygen on this machine");
      this.skip();
    }
    const { publicKey, privateKey } = generateKeyPair();
    const file = path.join(made.directory(), "key");
    writeFileSync(file, privateKey, { mode: 0o600 });
    const derived = execFileSync("ssh-keygen", ["-y", "-P", "", "-f", file], { encoding: "utf8" });
    expect(derived.trim()).to.equal(publicKey);
    writeFileSync(`${file}.pub`, `${publicKey} shop-primary\n`);
    expect(execFileSync("ssh-keygen", ["-l", "-f", `${file}.pub`], { encoding: "utf8" })).to.match(
      /^256 SHA256:\S+ shop-primary \(ED25519\)$/m,
    );
  });
});
