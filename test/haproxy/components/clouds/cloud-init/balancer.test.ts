import { expect } from "chai";
import * as fc from "fast-check";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { utils } from "ssh2";
import { parse } from "yaml";
import { BALANCER_UNIT, balancerUserData, type BalancerUserDataArgs } from "../../../../../components/clouds/cloud-init/balancer";
import { USER_DATA_LIMIT, userDataSize } from "../../../../../components/clouds/cloud-init/user-data";
import { maxConnections } from "../../../../../components/haproxy/defaults";
import { renderIdle } from "../../../../../components/haproxy/render/balancer";
import { expectGolden } from "../../../../support/golden";
import { scratch } from "../../../../support/scratch";
import { programOrSkip, schemaComplaint, sshdSettings, unitComplaint } from "./judges";

const PERSON = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPerson ada@example.com";

const args = (changes: Partial<BalancerUserDataArgs> = {}): BalancerUserDataArgs => ({
  hostKey: {
    privateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5\n-----END OPENSSH PRIVATE KEY-----\n",
    publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHost",
  },
  authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIRollout evenkeel"],
  directory: "/var/lib/evenkeel",
  maxConnections: 4_000,
  operators: [],
  ...changes,
});

interface Config {
  readonly users: readonly (string | { readonly name: string })[];
  readonly ssh_authorized_keys?: readonly string[];
  readonly packages: readonly string[];
  readonly write_files: readonly { readonly path: string; readonly content: string }[];
}
const read = (text: string): Config => parse(text, { version: "1.1" }) as Config;
const file = (text: string, path: string): string => read(text).write_files.find((entry) => entry.path === path)?.content ?? "";
const unit = (text: string): string => file(text, `/etc/systemd/system/${BALANCER_UNIT}`);

describe("The user data of a balancer", () => {
  const made = scratch();

  it("is this text", () => {
    expectGolden(__dirname, "balancer.txt", balancerUserData(args()));
  });

  it("is the same text each time, and far below the smallest limit", () => {
    expect(balancerUserData(args())).to.equal(balancerUserData(args()));
    const people = Array.from({ length: 5 }, (_, i) => `ssh-rsa ${"A".repeat(716)} person${i}@example.com`);
    expect(userDataSize(balancerUserData(args({ operators: people })))).to.be.below(USER_DATA_LIMIT * 0.8);
  });

  it("is taken by cloud-init's schema, with and without operators", function () {
    const cloudInit = programOrSkip(this, "cloud-init");
    for (const operators of [[], [PERSON]]) {
      const text = balancerUserData(args({ operators }));
      expect(schemaComplaint(cloudInit, text, Object.keys(read(text)))).to.equal(undefined);
    }
  });

  it("lets nobody but rollouts in where there are no operators", () => {
    const text = balancerUserData(args());
    expect(read(text).users.map((user) => (typeof user === "string" ? user : user.name))).to.deep.equal(["evenkeel"]);
    expect(read(text)).not.to.have.property("ssh_authorized_keys");
    expect(file(text, "/etc/ssh/sshd_config.d/10-evenkeel.conf")).to.include("\nAllowUsers evenkeel\n");
  });

  it("gives the keys of operators to a user of their own, since clouds differ in what theirs is called", () => {
    const text = balancerUserData(args({ operators: [PERSON] }));
    expect(read(text).users[0]).to.include({ name: "operators", sudo: "ALL=(ALL) NOPASSWD:ALL" });
    expect(read(text).users[0]).to.deep.include({ ssh_authorized_keys: [PERSON] });
    expect(file(text, "/etc/ssh/sshd_config.d/10-evenkeel.conf")).not.to.include("AllowUsers");
  });

  it("holds the private key once, and ends it as OpenSSH wants it", () => {
    const { privateKey, publicKey } = args().hostKey;
    const text = balancerUserData(args({ hostKey: { privateKey: privateKey.trim(), publicKey: `${publicKey}\n` } }));
    expect(text).to.equal(balancerUserData(args()));
    expect(text.split("bm90IGEga2V5")).to.have.length(2);
    expect(read(text)).to.have.property("ssh_keys").that.deep.equals({ ed25519_private: privateKey, ed25519_public: publicKey });
  });

  it("starts HAProxy with what serves nothing, and never over what a rollout wrote", () => {
    const text = balancerUserData(args({ directory: "/srv/ek" }));
    expect(file(text, "/etc/evenkeel/idle.cfg")).to.equal(renderIdle("/srv/ek", 4_000));
    expect(unit(text)).to.include(
      "ExecStartPre=/bin/sh -c '[ -e /srv/ek/haproxy.cfg ] || cp /etc/evenkeel/idle.cfg /srv/ek/haproxy.cfg'\n",
    );
    expect(unit(text)).to.include("ExecStart=/usr/sbin/haproxy -Ws -S /srv/ek/master.sock,mode,600 -f /srv/ek/haproxy.cfg\n");
    expect(unit(text)).to.include("ReadWritePaths=/srv/ek\n");
  });

  it("starts HAProxy with the configuration before one that was never confirmed", () => {
    const directory = made.directory();
    const lines = [...unit(balancerUserData(args({ directory }))).matchAll(/^ExecStartPre=\/bin\/sh -c '(.*)'$/gm)];
    const start = (): void => lines.forEach(([, line = ""]) => execFileSync("/bin/sh", ["-c", line], { stdio: "ignore" }));
    const at = (name: string): string => path.join(directory, name);
    const held = (): Record<string, string> =>
      Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(at(name), "utf8")]));
    const texts = { "haproxy.cfg": "on trial", "haproxy.cfg.rollback": "verified", "server-state": "new" };
    for (const [name, text] of Object.entries(texts)) writeFileSync(at(name), text);
    start();
    expect(held()).to.deep.equal({ "haproxy.cfg": "verified", "server-state": "new" });
    start();
    expect(held()).to.deep.equal({ "haproxy.cfg": "verified", "server-state": "new" });

    for (const [name, text] of Object.entries({ ...texts, "server-state.rollback": "old" })) writeFileSync(at(name), text);
    start();
    expect(held()).to.deep.equal({ "haproxy.cfg": "verified", "server-state": "old" });
  });

  it("stops HAProxy by the one signal that loses nothing", () => {
    expect(unit(balancerUserData(args())))
      .to.include("KillSignal=SIGUSR1\n")
      .and.not.include("SIGTERM");
  });

  it("gives HAProxy the open files that its connections need", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 4_000 }), (connections) => {
        const limit = Number(/^LimitNOFILE=(\d+)$/m.exec(unit(balancerUserData(args({ maxConnections: connections }))))?.[1]);
        expect(maxConnections(limit, Infinity)).to.be.at.least(connections);
      }),
    );
  });

  it("has units that systemd takes, and systemd would say if it did not", function () {
    const systemd = programOrSkip(this, "systemd-analyze");
    const units = read(balancerUserData(args())).write_files.filter(({ path }) => path.startsWith("/etc/systemd/system/"));
    expect(units).to.have.length(2);
    for (const { path, content } of units) {
      const name = path.slice("/etc/systemd/system/".length);
      expect(unitComplaint(systemd, name, content)).to.equal(undefined);
      expect(unitComplaint(systemd, name, content.replace("[Service]", "[Service]\nKillSignl=SIGUSR1"))).to.include("KillSignl");
      expect(unitComplaint(systemd, name, content.replace("[Service]", "[Service]\nTimeoutStopSec=soon"))).to.include("soon");
    }
  });

  it("has an SSH configuration that sshd takes: one host key, no passwords, forwarding for rollouts", function () {
    const sshd = programOrSkip(this, "sshd");
    const hostKey = utils.generateKeyPairSync("ed25519").private;
    const drop = file(balancerUserData(args()), "/etc/ssh/sshd_config.d/10-evenkeel.conf");
    const rollout = sshdSettings(sshd, drop, hostKey, "evenkeel");
    if (rollout.complaint.includes("privilege separation directory")) {
      console.log(`      skipped: ${rollout.complaint}`);
      this.skip();
    }
    expect(rollout.complaint).to.equal("");
    expect(rollout.settings.filter((line) => line.startsWith("hostkey "))).to.have.length(1);
    expect(rollout.settings).to.include.members([
      "permitrootlogin no",
      "passwordauthentication no",
      "kbdinteractiveauthentication no",
      "allowusers evenkeel",
      "allowtcpforwarding local",
      "allowstreamlocalforwarding local",
    ]);
    // What is meant for rollouts must not leak to what follows in the distribution's own file.
    expect(sshdSettings(sshd, drop, hostKey, "somebody").settings).to.include("maxsessions 10");
    expect(sshdSettings(sshd, `${drop}MaxSesions 1\n`, hostKey, "evenkeel").complaint).to.include("MaxSesions");
  });

  it("refuses a directory that a unit would read as something else", () => {
    for (const directory of ["var/lib", "/var/lib/even keel", "/var/%i", "/var/lib/$HOME", "/", "/a'b", ""]) {
      expect(() => balancerUserData(args({ directory }))).to.throw(
        `directory is ${directory}, but must be an absolute path of letters, digits, and . _ -`,
      );
    }
  });
});
