import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { StackInput } from "../../components/model/stack";
import { CloudSite } from "../../testbed/clouds/cloud-site";
import { CommandLines } from "../support/programs/command-lines";
import { ROOT, smallStack, TestSite } from "../support/sites/test-site";
import { threeClouds } from "../support/sites/three-clouds";

/** A text that stands nowhere else. */
const token = (): string => `planted${randomBytes(8).toString("hex")}`;
/** What an app is told to print or to answer. */
const TOLD = ["DATABASE_URL", "PIN", "TLS_KEY", "TEMPLATE"];
const ENVIRONMENT = {
  DATABASE_URL: { secret: "database-url" },
  PIN: { secret: "pin" },
  TLS_KEY: { secret: "tls-key" },
  TEMPLATE: { secret: "template" },
};
const COMMAND = `exec node ${path.join(ROOT, "test/support/apps/given-secrets.mjs")}`;

/** Secrets of every shape, and the parts of them by which they would be found. */
function planted(): { values: Record<string, string>; tokens: string[] } {
  const tokens = Array.from({ length: 4 }, token);
  const [url = "", first = "", second = "", template = ""] = tokens;
  const pin = String(1e14 + randomBytes(5).readUIntBE(0, 5));
  return {
    tokens: [...tokens, pin],
    values: {
      "database-url": `postgres://shop:${url}@db.internal/shop?a=1&b="2"`,
      pin,
      "tls-key": `-----BEGIN PRIVATE KEY-----\n${first}\n${second}\n-----END PRIVATE KEY-----\n`,
      // Nothing of it is filled in, and no shell reads it.
      template: `${template} {port} {directory} $HOME \`id\``,
    },
  };
}

/** A stack with a pool that is given secrets and one that is not. */
function stackWith(environment: Record<string, string | { secret: string }>): StackInput {
  const stack = smallStack({ a: 1, b: 1 }, { app: { command: COMMAND, environment: { TOLD: TOLD.join(","), ...environment } } });
  return {
    ...stack,
    pools: { ...stack.pools, plain: { servers: { a: 1 } } },
    routes: [{ path: "/plain", pool: "plain" }, { pool: "web" }],
  };
}

describe("The secrets of a stack", () => {
  const { values, tokens } = planted();
  let site: TestSite;
  /** What the engine printed. */
  const printed: string[] = [];

  before(async () => {
    site = await TestSite.make(stackWith(ENVIRONMENT), { ownProcesses: true });
    await site.setSecrets(values);
  });
  after(() => site.remove());

  async function run(...args: string[]): Promise<string> {
    const { text } = await site.run(args);
    printed.push(text);
    return text;
  }

  /** The texts among these that hold a secret, by what they are called. */
  function leaks(texts: Readonly<Record<string, string>>, secrets: readonly string[] = tokens): string[] {
    return Object.entries(texts).flatMap(([what, text]) => (secrets.some((secret) => text.includes(secret)) ? [what] : []));
  }

  /** What the app says that it was given, and what it is asked for on the balancers' page. */
  async function given(): Promise<Record<string, string>> {
    const { url } = await site.deployment();
    return (await (await fetch(url)).json()) as Record<string, string>;
  }

  it("reach the app as they are, and stand on no command line of any process while it comes up", async function () {
    if (process.platform !== "linux") {
      console.log("      skipped: command lines of other processes are read from /proc");
      this.skip();
    }
    const lines = new CommandLines();
    await run("preview", "--diff");
    expect(await run("up", "--yes", "--skip-preview", "--diff")).to.include("secretEnvironment: [secret]");
    const seen = lines.stop();
    expect(await given()).to.deep.equal({
      DATABASE_URL: values["database-url"],
      PIN: values.pin,
      TLS_KEY: values["tls-key"],
      TEMPLATE: values.template,
    });
    // The engine, the plugin, an app and a balancer were among them.
    for (const kind of ["pulumi", "provider/main.ts", "given-secrets.mjs", "haproxy"])
      expect(
        seen.some((line) => line.includes(kind)),
        kind,
      ).to.equal(true);
    expect(leaks(Object.fromEntries(seen.map((line) => [line, line])))).to.deep.equal([]);
  });

  it("change nothing in a second up, also when it looks at what stands", async () => {
    expect(await run("up", "--yes", "--skip-preview"))
      .to.match(/\d+ unchanged/)
      .and.to.not.match(/replaced|updated/);
    expect(await run("up", "--yes", "--skip-preview", "--refresh"))
      .to.match(/\d+ unchanged/)
      .and.to.not.match(/replaced|updated/);
  });

  it("replace the servers that are given one when it changes, and no other", async () => {
    // What own processes show has been seen.
    await site.runInProcess();
    const before = site.processes();
    const changed = { ...values, pin: "0815" };
    await site.setSecrets(changed);
    expect(await run("preview", "--diff")).to.match(/PIN: \[secret\] => \[secret\]/);
    await run("up", "--yes", "--skip-preview", "--diff");
    expect((await given()).PIN).to.equal("0815");
    const after = site.processes();
    const others = Object.keys(before).filter((name) => after[name]?.pid !== before[name]?.pid);
    expect(others.sort()).to.deep.equal(["web-a-1", "web-b-1"]);
    await site.setSecrets(values);
  });

  it("are masked in what an app prints that ends at its start", async () => {
    site.change(stackWith({ ...ENVIRONMENT, FAIL: "print" }));
    const text = await run("up", "--yes", "--skip-preview", "--diff");
    expect(text).to.include("ended at its start with code 3").and.to.include("cannot go on with [secret]");
    site.change(stackWith(ENVIRONMENT));
    await run("up", "--yes", "--skip-preview");
  });

  it("stand in nothing that was printed, in no output, and in clear in no file of the state or of the processes", async () => {
    for (const args of [
      ["stack", "output", "--json", "--show-secrets", "--stack", "test"],
      ["stack", "export", "--stack", "test"],
      ["config"],
    ])
      await run(...args);
    expect(printed.length).to.be.greaterThan(8);
    expect(leaks(Object.fromEntries(printed.map((text) => [text, text])))).to.deep.equal([]);

    const files = filesBelow(site.folder);
    expect(Object.keys(files).some((file) => file.endsWith("process.json"))).to.equal(true);
    expect(files[site.stateFile()]).to.include("secretEnvironment");
    expect(leaks(files)).to.deep.equal([]);
  });

  it("are refused where they stand in clear, and where they are not to be used, before anything is made", async () => {
    site.change(stackWith({}));
    await site.setSecrets({ sound: "a", "database-url": values["database-url"] ?? "" });
    await site.expectSuccess(["config", "set", "--path", "--plaintext", "evenkeel:secrets.pin", "4711"]);
    await site.expectSuccess([
      "config",
      "set",
      "--path",
      "--secret",
      "evenkeel:pools.web.app.environment.TOKEN",
      values.pin ?? "",
    ]);
    const { code, text } = await site.run(["preview"]);
    expect(code).to.not.equal(0);
    expect(text).to.include("stacks/Pulumi.test.yaml has 2 problems:");
    expect(text).to.match(
      /secrets\.pin +stands in clear, .* npx pulumi config set --secret --path 'evenkeel:secrets\.pin' --stack test\n/,
    );
    expect(text).to.match(/pools\.web\.app\.environment\.TOKEN +is a secure value, .* refer to it here: \{ secret: NAME \}\n/);
    expect(text).to.not.include("4711").and.to.not.include(values.pin);

    // Where the configuration came from another file, the engine says only that there is a secret somewhere below the key.
    const other = path.join(site.folder, "other.yaml");
    writeFileSync(other, readFileSync(site.stackFile(), "utf8"));
    site.change({});
    const elsewhere = await site.run(["preview", "--config-file", other]);
    expect(elsewhere.code).to.not.equal(0);
    expect(elsewhere.text)
      .to.match(/pools +is a secure value/)
      .and.to.not.include(values.pin);
  });
});

describe("The secrets of a stack over three clouds", () => {
  const { values, tokens } = planted();
  const environment = { DATABASE_URL: { secret: "database-url" }, PIN: { secret: "pin" } };
  let site: CloudSite;
  const printed: string[] = [];

  before(async () => {
    const { dataCenters, ...stack } = threeClouds();
    const { iowa, ...others } = dataCenters ?? {};
    const app = { image: "registry.example.com/shop:1", environment };
    site = await CloudSite.make({
      ...stack,
      // One that is asked over plain HTTP, whose servers have no other secret.
      dataCenters: { ...others, iowa: { ...iowa, provider: "gcp", encryption: "none" } },
      pools: { web: { app, servers: { virginia: 1, iowa: 1, newyork: 1 } } },
    });
    await site.setSecrets(values);
  });
  after(() => site.remove());

  async function run(...args: string[]): Promise<string> {
    const { text } = await site.run(args);
    printed.push(text);
    return text;
  }

  /** The names of the machines that are told this. */
  function told(text: string): string[] {
    return site.clouds
      .declared()
      .filter(({ inputs }) => JSON.stringify(inputs.userData ?? inputs.metadata ?? "").includes(text))
      .map(({ name }) => name)
      .sort();
  }

  const servers = ["web-iowa-1", "web-newyork-1", "web-virginia-1"];

  it("are told to the machines of the pool, and to no other", async () => {
    await run("preview", "--diff");
    expect(await run("up", "--yes", "--skip-preview", "--diff")).to.include("[secret]");
    expect(told(`DATABASE_URL=${values["database-url"]?.replaceAll('"', '\\"') ?? ""}`.slice(0, 40))).to.deep.equal(servers);
    expect(await run("up", "--yes", "--skip-preview", "--refresh"))
      .to.match(/\d+ unchanged/)
      .and.to.not.match(/replaced|updated/);
  });

  it("replace those machines when one changes", async () => {
    const since = site.clouds.events.length;
    await site.setSecrets({ ...values, pin: "271828182845904" });
    await run("preview", "--diff");
    await run("up", "--yes", "--skip-preview", "--diff");
    expect(told("PIN=271828182845904")).to.deep.equal(servers);
    for (const server of servers)
      expect(site.clouds.indexOf("create", server, since)).to.be.lessThan(site.clouds.indexOf("delete", server, since));
  });

  it("stand in nothing that was printed, in no output, and in clear in no file of the state", async () => {
    for (const args of [
      ["stack", "output", "--json", "--show-secrets", "--stack", "test"],
      ["stack", "export", "--stack", "test"],
    ])
      await run(...args);
    const found = [...printed, ...Object.values(filesBelow(path.join(site.folder, "state")))];
    expect(found.some((text) => text.includes("web-iowa-1"))).to.equal(true);
    for (const secret of [...tokens, "271828182845904", "PRIVATE KEY"])
      expect(found.filter((text) => text.includes(secret))).to.deep.equal([]);
  });

  it("of several lines are refused, since a machine's variable has one, before anything is made", async () => {
    const app = { image: "registry.example.com/shop:1", environment: { TLS_KEY: { secret: "tls-key" } } };
    site.change({ ...threeClouds(), pools: { web: { app, servers: { virginia: 1 } } } });
    const { code, text } = await site.run(["preview"]);
    expect(code).to.not.equal(0);
    expect(text).to.match(
      /pools\.web\.app\.environment\.TLS_KEY +is the secret tls-key, which has several lines; a variable of a server in a cloud is one line\n/,
    );
  });
});

/** The texts of all files below a folder, less what links lead to. */
function filesBelow(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => [path.join(parentPath, name), readFileSync(path.join(parentPath, name), "utf8")]),
  );
}
