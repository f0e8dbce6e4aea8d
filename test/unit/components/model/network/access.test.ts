import { expect } from "chai";
import { isAnywhere } from "../../../../../components/model/network/access";
import { sections } from "../../../../../components/model/stack";
import { problemsWith } from "../../../../support/sites/sound-stack";
import { IN_CLOUDS, problemsInClouds, stackInClouds } from "../clouds/cloud-stack";

const BLOCK = "a block of addresses without host bits, such as 198.51.100.0/24 or 2001:db8::/32";
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

describe("Who may reach the machines of the clouds", () => {
  it("is nobody unless a stack says otherwise, which on this machine it need not", () => {
    expect(sections.access.parse(undefined)).to.deep.equal({ ssh: [], sshFromAnywhere: false, keys: [], address: "public" });
    expect(problemsWith({})).to.deep.equal([]);
    expect(problemsWith({ access: { ssh: ["0.0.0.0/0"] } })).to.deep.equal([]);
  });

  it("is told in blocks of addresses, of IPv4 and of IPv6", () => {
    expect(problemsInClouds({ access: { ssh: ["198.51.100.0/24", "203.0.113.7/32", "2001:db8::/32"] } })).to.deep.equal([]);
    expect(
      problemsInClouds({ access: { ssh: ["198.51.100.7/24", "198.51.100.7", "0.0.0.0/00", "2001:db8::1/32", "office", 5] } }),
    ).to.deep.equal([
      `access.ssh[0]: is 198.51.100.7/24, but must be ${BLOCK}`,
      `access.ssh[1]: is "198.51.100.7", but must be ${BLOCK}`,
      `access.ssh[2]: is 0.0.0.0/00, but must be ${BLOCK}`,
      `access.ssh[3]: is 2001:db8::1/32, but must be ${BLOCK}`,
      `access.ssh[4]: is office, but must be ${BLOCK}`,
      `access.ssh[5]: is 5, but must be ${BLOCK}`,
    ]);
  });

  it("is somebody in a cloud, since a rollout comes by SSH", () => {
    const empty =
      "access.ssh: is empty; it must name the addresses that pulumi up comes from, since a rollout reaches a balancer by SSH";
    for (const none of [undefined, null, {}, { ssh: [] }, { ssh: null }, { ssh: [], sshFromAnywhere: true }]) {
      expect(problemsInClouds({ access: none }), JSON.stringify(none)).to.deep.equal([empty]);
    }
  });

  it("is not the world, unless that is said", () => {
    const rule = "which opens SSH to the world; name your own addresses, or say sshFromAnywhere: true";
    const ssh = ["0.0.0.0/0", "198.51.100.0/24", "::/0"];
    for (const sshFromAnywhere of [undefined, null, false]) {
      expect(problemsInClouds({ access: { ssh, sshFromAnywhere } })).to.deep.equal([
        `access.ssh[0]: is 0.0.0.0/0, ${rule}`,
        `access.ssh[2]: is ::/0, ${rule}`,
      ]);
    }
    expect(problemsInClouds({ access: { ssh, sshFromAnywhere: true } })).to.deep.equal([]);
    expect(["0.0.0.0/0", "::/0", "0:0::0/0"].map(isAnywhere)).to.deep.equal([true, true, true]);
    expect(["0.0.0.0/1", "10.0.0.0/10", "10.0.0.0/20", "::/10"].map(isAnywhere)).to.deep.equal([false, false, false, false]);
  });

  it("has keys of operators that an SSH server would take", () => {
    const others = ["ssh-rsa AAAA== anna", "ecdsa-sha2-nistp256 AAAA anna at work", "sk-ssh-ed25519@openssh.com AAAA"];
    expect(
      problemsInClouds({ access: { ...IN_CLOUDS.access, keys: [KEY, `${KEY} anna@example.com`, ...others] } }),
    ).to.deep.equal([]);
    const rule = "a public SSH key, such as ssh-ed25519 AAAA… name";
    for (const [key, got] of [
      ["AAAA", "AAAA"],
      ["ssh-ed25519", "ssh-ed25519"],
      ["ssh-dss AAAA", "ssh-dss AAAA"],
      ["ssh-ed25519 AAAA\nssh-rsa AAAA", '"ssh-ed25519 AAAA\\nssh-rsa AAAA"'],
      ["ssh-ed25519 AAAA\n", '"ssh-ed25519 AAAA\\n"'],
      ["-----BEGIN OPENSSH PRIVATE KEY-----", "-----BEGIN OPENSSH PRIVATE KEY-----"],
      [5, "5"],
    ] as const) {
      expect(problemsInClouds({ access: { ...IN_CLOUDS.access, keys: [key] } })).to.deep.equal([
        `access.keys[0]: is ${got}, but must be ${rule}`,
      ]);
    }
  });

  it("says at which address rollouts reach machines, and through which host", () => {
    const jump = { host: "bastion.example.com", user: "ops", hostKey: KEY };
    for (const address of ["public", "private"]) {
      expect(stackInClouds({ access: { ...IN_CLOUDS.access, address, jump } }).access).to.deep.include({
        address,
        jump: { ...jump, port: 22 },
      });
    }
    expect(stackInClouds().access).not.to.have.property("jump");
    for (const host of ["192.0.2.7", "2001:db8::7", "Bastion"])
      expect(problemsInClouds({ access: { ...IN_CLOUDS.access, jump: { ...jump, host, port: 2222 } } })).to.deep.equal([]);
    expect(
      problemsInClouds({
        access: {
          ...IN_CLOUDS.access,
          address: "vpn",
          jump: { host: "ops@bastion", port: 0, user: "-l", hostKey: "bastion ssh-ed25519 AAAA" },
        },
      }),
    ).to.deep.equal([
      "access.address: is vpn, but must be public or private",
      'access.jump.host: is "ops@bastion", but must be a host name or an IP address, such as bastion.example.com',
      "access.jump.port: is 0, but must be a port from 1 to 65535",
      "access.jump.user: is -l, but must be a user name, such as ops",
      "access.jump.hostKey: is bastion ssh-ed25519 AAAA, but must be its public host key, such as ssh-ed25519 AAAA…: cat /etc/ssh/ssh_host_ed25519_key.pub there shows it",
    ]);
    expect(problemsInClouds({ access: { ...IN_CLOUDS.access, jump: { host: "bastion" } } })).to.have.length(2);
    expect(problemsInClouds({ access: { ...IN_CLOUDS.access, jump: { ...jump, key: "secret" } } })).to.deep.equal([
      "access.jump.key: is not a key here: host, port, user, hostKey",
    ]);
    expect(problemsInClouds({ access: { ...IN_CLOUDS.access, jump: "bastion" } })).to.deep.equal([
      "access.jump: is bastion, but must be a map such as { host: bastion.example.com, user: ops, hostKey: ssh-ed25519 AAAA… }",
    ]);
  });

  it("has a shape, and where that is wrong nothing more is said of it", () => {
    expect(problemsInClouds({ access: "anybody" })).to.deep.equal([
      "access: is anybody, but must be a map such as { ssh: [198.51.100.0/24] }",
    ]);
    expect(problemsInClouds({ access: { ssh: "198.51.100.0/24", keys: KEY, sshFromAnywhere: "no" } })).to.deep.equal([
      "access.ssh: is 198.51.100.0/24, but must be a list such as [198.51.100.0/24]",
      "access.sshFromAnywhere: is no, but must be true or false",
      `access.keys: is ${KEY.slice(0, 57)}..., but must be a list of public SSH keys`,
    ]);
    expect(problemsInClouds({ access: { ssh: ["0.0.0.0/0"], sshFromAnywhere: "yes" } })).to.deep.equal([
      "access.sshFromAnywhere: is yes, but must be true or false",
    ]);
    expect(problemsInClouds({ access: { ...IN_CLOUDS.access, sshFromAnywere: true } })).to.deep.equal([
      "access.sshFromAnywere: is not a key here: ssh, sshFromAnywhere, keys, address, jump; did you mean sshFromAnywhere?",
    ]);
  });
});
