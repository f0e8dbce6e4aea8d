import { expect } from "chai";
import { makeAuthority } from "../../../../provider/keys/x509";
import { clockAhead, clockTrouble, clockWarning } from "../../../../provider/transport/clock";
import { HaproxyHost } from "../../../../provider/haproxy/haproxy-host";
import { NodeTrouble } from "../../../../provider/transport/node-trouble";
import { SshTransport } from "../../../../provider/transport/ssh/transport";
import { scratch } from "../../../support/scratch";
import { requireSshd, startSshd } from "../../../support/programs/sshd";
import { operation } from "../rollout/balancer";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe("The clock of another machine", () => {
  const made = scratch();

  it("is worth a word when it is off by more than five minutes", () => {
    expect([0, 5 * MINUTE, -5 * MINUTE].map((ahead) => clockWarning("web-a-1", ahead))).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    const said = (ahead: number): string | undefined => clockWarning("web-a-1", ahead)?.split("; ")[0];
    expect(said(6 * MINUTE)).to.equal("web-a-1: the clock of its machine is 6 minutes ahead of this one's");
    expect(said(-6 * MINUTE)).to.equal("web-a-1: the clock of its machine is 6 minutes behind this one's");
    expect(said(-5 * 60 * MINUTE)).to.equal("web-a-1: the clock of its machine is 5 hours behind this one's");
    expect(said(40 * 365 * DAY)).to.equal("web-a-1: the clock of its machine is 14600 days ahead of this one's");
  });

  it("stops a rollout only when a certificate that holds would not hold by it", async () => {
    const { certificate } = await makeAuthority("shop.internal");
    const files = ["no certificate here", `${certificate}-----BEGIN PRIVATE KEY-----\n`];
    expect(clockTrouble("web-a-1", 10 * MINUTE, files)).to.equal(undefined);
    expect(clockTrouble("web-a-1", -10 * MINUTE, files)).to.equal(undefined);
    expect(clockTrouble("web-a-1", -2 * DAY, [])).to.equal(undefined);
    // One that has expired by every clock is no matter of the clock.
    expect(clockTrouble("web-a-1", -2 * DAY, files, Date.now() + 100 * 365 * DAY)).to.equal(undefined);
    expect(clockTrouble("web-a-1", -2 * DAY, files)?.message).to.match(
      /^web-a-1: the clock of its machine is 2 days behind this one's: by it the certificate of CN=shop\.internal \w+ is not valid before .* GMT, and no encrypted connection would be made\. Set it \(`timedatectl` there\), then run `pulumi up` again$/,
    );
    expect(clockTrouble("web-a-1", 5_000 * DAY, files)?.message).to.match(/ expired on .* GMT, and no encrypted/);
  });

  it("is asked while time passes", async () => {
    expect(Math.abs(await clockAhead(() => Promise.resolve(Date.now())))).to.be.lessThan(MINUTE);
    expect(await clockAhead(() => Promise.resolve(Date.now() - DAY))).to.be.within(-DAY - MINUTE, -DAY + MINUTE);
  });

  it("is asked over SSH when its machine is taken: told, and held against the certificates that it gets", async function () {
    requireSshd(this);
    const sshd = await startSshd(made);
    const { certificate } = await makeAuthority("shop.internal");
    const host = (): HaproxyHost => {
      const one = new HaproxyHost("web-a-1", made.directory(), new SshTransport("web-a-1", sshd.access, sshd.key));
      made.later(() => one.close());
      return one;
    };
    const right = operation();
    const sound = host();
    await sound.take(right, false);
    expect(right.warned).to.deep.equal([]);
    await sound.provide({ "authority-00000000.pem": certificate });

    const clock = (days: number): void =>
      sshd.program("date", `#!/bin/sh\nnow=$(PATH=/usr/bin:/bin date "$@") || exit 1\necho $((now + ${days} * 86400))\n`);
    clock(-2);
    const one = operation();
    const behind = host();
    await behind.take(one, false);
    expect(one.warned).to.have.length(1);
    expect(one.warned[0]).to.match(/^web-a-1: the clock of its machine is 2 days behind this one's; /);
    const error: unknown = await behind.provide({ "authority-00000000.pem": certificate }).then(
      () => expect.fail("it was provided"),
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(NodeTrouble).and.to.have.property("state", "the clock of its machine is off");
    expect(await behind.configuration()).to.equal(undefined);
    await behind.provide({ "plain.txt": "nothing that a clock would judge" });
  });
});
