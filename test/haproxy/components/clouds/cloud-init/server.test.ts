import { expect } from "chai";
import * as fc from "fast-check";
import { parse } from "yaml";
import {
  APP_UNIT,
  ENVIRONMENT_FILE,
  type ServerApp,
  serverUserData,
  type ServerUserDataArgs,
} from "../../../../../components/clouds/cloud-init/server";
import { USER_DATA_LIMIT, userDataSize } from "../../../../../components/clouds/cloud-init/user-data";
import { expectGolden } from "../../../../support/golden";
import { programOrSkip, schemaComplaint, understood, unitComplaint } from "./judges";

const PERSON = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPerson ada@example.com";
const IMAGE = "registry.example.com/shop:1.4.2";
const SCRIPT = "#!/bin/sh\nset -e\necho 'this machine serves the shop'\n";
const CLOUD_CONFIG =
  "#cloud-config\npackages: [nginx]\nusers: [{ name: shop }]\nssh_authorized_keys: [ssh-ed25519 AAAA theirs]\n";

const args = (app: Partial<ServerApp>, operators: readonly string[] = []): ServerUserDataArgs => ({
  site: "shop",
  pool: "web",
  server: "web-virginia-3",
  dataCenter: "virginia",
  app: { port: 8080, environment: {}, stopWithin: "30s", ...app },
  operators,
});

interface Config {
  readonly packages: readonly string[];
  readonly write_files: readonly {
    readonly path: string;
    readonly permissions?: string;
    readonly encoding?: string;
    readonly content: string;
  }[];
}
const read = (text: string): Config => parse(text, { version: "1.1" }) as Config;

function file(text: string, path: string): string {
  const entry = read(text).write_files.find((each) => each.path === path);
  if (entry === undefined) return "";
  return entry.encoding === "b64" ? Buffer.from(entry.content, "base64").toString("utf8") : entry.content;
}

/** The variables of a file as Docker reads it with `--env-file`. */
function asDockerReads(text: string): Record<string, string> {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, "").trimStart());
  const variables = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(variables.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

const OURS = {
  PORT: "8080",
  EVENKEEL_SITE: "shop",
  EVENKEEL_POOL: "web",
  EVENKEEL_SERVER: "web-virginia-3",
  EVENKEEL_DATA_CENTER: "virginia",
};
const variableName = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/);
const variableValue = fc
  .oneof(
    fc.constantFrom(
      "",
      " x ",
      "a=b",
      "#no comment",
      '"quoted"',
      "it's",
      "$HOME",
      "${X}",
      "%h",
      "\\n",
      "yes",
      "010",
      "\t",
      "é",
      "\u0085",
      "\u2028",
      "\ufeff",
    ),
    fc.string({ unit: "binary" }),
    fc.string(),
  )
  .filter((value) => !/[\n\r\0]/.test(value));
const environments = fc.dictionary(variableName, variableValue, { maxKeys: 8, noNullPrototype: true });

describe("The user data of a web server", () => {
  it("with an image is this text", () => {
    expectGolden(
      __dirname,
      "server-image.txt",
      serverUserData(args({ image: IMAGE, environment: { LOG_LEVEL: "debug" } }, [PERSON])),
    );
  });

  it("with a user's own user data is this text", () => {
    expectGolden(__dirname, "server-user-data.txt", serverUserData(args({ userData: SCRIPT }, [PERSON])));
  });

  it("is taken by cloud-init's schema, each part by itself", function () {
    const cloudInit = programOrSkip(this, "cloud-init");
    const apps = [{ image: IMAGE }, { userData: SCRIPT }, { userData: CLOUD_CONFIG }, { image: IMAGE, userData: CLOUD_CONFIG }];
    const texts = apps.flatMap((app) => [[], [PERSON]].map((operators) => serverUserData(args(app, operators))));
    const configs = understood(cloudInit, texts).map(({ parts }) => parts.filter(({ type }) => type === "text/cloud-config"));
    expect(configs.map(({ length }) => length)).to.deep.equal([1, 1, 1, 1, 2, 2, 2, 2]);
    for (const text of new Set(configs.flat().map((part) => part.text))) {
      expect(schemaComplaint(cloudInit, text, Object.keys(read(text)))).to.equal(undefined);
    }
  });

  it("is the same text each time, in whatever order its variables come", () => {
    const [one, other] = [
      { B: "2", A: "1" },
      { A: "1", B: "2" },
    ].map((environment) => serverUserData(args({ image: IMAGE, environment })));
    expect(one).to.equal(other);
  });

  it("is far below the smallest limit, so that a user's own part has room", () => {
    expect(userDataSize(serverUserData(args({ userData: SCRIPT }, [PERSON])))).to.be.below(USER_DATA_LIMIT / 3);
    expect(userDataSize(serverUserData(args({ image: IMAGE }, [PERSON])))).to.be.below(USER_DATA_LIMIT / 3);
  });

  it("brings every variable to the app as it is", () => {
    fc.assert(
      fc.property(environments, (environment) => {
        const text = serverUserData(args({ image: IMAGE, environment }));
        expect(asDockerReads(file(text, ENVIRONMENT_FILE))).to.deep.equal({ ...OURS, ...environment });
      }),
    );
  });

  it("brings them through cloud-init itself, in one part or in several", function () {
    const cloudInit = programOrSkip(this, "cloud-init");
    const all = fc.sample(environments, { seed: 6, numRuns: 40 });
    for (const app of [{ image: IMAGE }, { userData: SCRIPT }]) {
      const configs = understood(
        cloudInit,
        all.map((environment) => serverUserData(args({ ...app, environment }))),
      ).map(({ config }) => JSON.stringify(config));
      expect(configs.map((config) => asDockerReads(file(config, ENVIRONMENT_FILE)))).to.deep.equal(
        all.map((environment) => ({ ...OURS, ...environment })),
      );
    }
  });

  it("shows the environment to root only, and to nobody in a unit or command line", () => {
    const text = serverUserData(args({ image: IMAGE, environment: { TOKEN: "s3cret" } }));
    expect(read(text).write_files.find(({ path }) => path === ENVIRONMENT_FILE)).to.have.property("permissions", "0600");
    expect(text.split("s3cret")).to.have.length(2);
  });

  it("refuses a variable that can't be written down, and does not say its value", () => {
    for (const value of ["s3cret\nx", "s3cret\rx", "s3cret\0x"]) {
      expect(() => serverUserData(args({ image: IMAGE, environment: { TOKEN: value } }))).to.throw(
        /^web-virginia-3: the variable TOKEN has a line break or a NUL, but must be one line$/,
      );
    }
    for (const name of ["", "A B", "1A", "A=B", "#A"]) {
      expect(() => serverUserData(args({ image: IMAGE, environment: { [name]: "1" } }))).to.throw(
        `web-virginia-3: ${JSON.stringify(name)} is no name of a variable: letters, digits and _, not starting with a digit`,
      );
    }
  });

  it("publishes the app's port and no other, without the metadata service in its reach", () => {
    const unit = file(serverUserData(args({ image: IMAGE, port: 3000 })), `/etc/systemd/system/${APP_UNIT}`);
    expect(unit.match(/--publish \S+/g)).to.deep.equal(["--publish 3000:3000"]);
    expect(unit).to.include("\nRequires=docker.service evenkeel-metadata.service\n");
    expect(unit).to.include("\nAfter=docker.service evenkeel-metadata.service network-online.target\n");
  });

  it("gives the app the time that it asks for to stop, in whole seconds", () => {
    for (const [stopWithin, seconds] of [
      ["0s", 0],
      ["1ms", 1],
      ["2.5s", 3],
      ["2m", 120],
    ] as const) {
      const unit = file(serverUserData(args({ image: IMAGE, stopWithin })), `/etc/systemd/system/${APP_UNIT}`);
      expect(unit)
        .to.include(` --stop-timeout ${seconds} `)
        .and.include(`\nTimeoutStopSec=${seconds + 15}\n`);
    }
  });

  it("has units that systemd takes", function () {
    const systemd = programOrSkip(this, "systemd-analyze");
    const units = read(serverUserData(args({ image: IMAGE }))).write_files.filter(({ path }) => path.startsWith("/etc/systemd/"));
    for (const { path, content } of units.filter((each) => each.path.endsWith(".service"))) {
      expect(unitComplaint(systemd, path.slice("/etc/systemd/system/".length), content)).to.equal(undefined);
    }
  });

  it("has Docker only where there is an image", function () {
    const cloudInit = programOrSkip(this, "cloud-init");
    const packages = (app: Partial<ServerApp>): unknown => understood(cloudInit, [serverUserData(args(app))])[0]?.config.packages;
    expect(packages({ image: IMAGE })).to.include("docker.io");
    expect(packages({ userData: SCRIPT })).not.to.include("docker.io");
    expect(packages({ image: IMAGE, userData: CLOUD_CONFIG })).to.include.members(["docker.io", "nginx"]);
  });

  it("keeps operators beside the users and keys of a user's own user data", function () {
    const cloudInit = programOrSkip(this, "cloud-init");
    const [read] = understood(cloudInit, [serverUserData(args({ userData: CLOUD_CONFIG }, [PERSON]))]);
    const [system, ours, theirs] = read?.config.users as unknown[];
    expect([system, theirs]).to.deep.equal(["default", { name: "shop" }]);
    expect(ours).to.deep.include({ name: "operators", ssh_authorized_keys: [PERSON] });
    expect(read?.config.ssh_authorized_keys).to.deep.equal(["ssh-ed25519 AAAA theirs"]);
    expect(read?.parts.map(({ type }) => type)).to.deep.equal(["text/cloud-config", "text/cloud-config"]);
  });

  it("takes user data that begins with #! or a line #cloud-config, and nothing else", () => {
    for (const userData of [
      "#!/bin/sh",
      "#!/usr/bin/env python3\n",
      "#cloud-config",
      "#cloud-config\r\na: b",
      "#cloud-config \n",
    ])
      expect(() => serverUserData(args({ userData }))).not.to.throw();
    for (const userData of [
      "",
      "echo",
      "#cloud-config-archive\n",
      " #!/bin/sh",
      "## template: jinja\n#cloud-config",
      "#include\nhttp://x",
    ]) {
      expect(() => serverUserData(args({ userData }))).to.throw(
        `the user data of web-virginia-3 begins with ${JSON.stringify(userData.slice(0, 20))}, but must begin with #! or a line #cloud-config`,
      );
    }
  });

  it("refuses an image that is none, and an app that is nothing", () => {
    for (const image of ["", "shop 1", "shop;reboot", "$(reboot)", "shop%i", "-v/:/host", "'x'"]) {
      expect(() => serverUserData(args({ image }))).to.throw(
        `the image of web-virginia-3 is ${JSON.stringify(image)}, but must be a name such as registry.example.com/shop:1.4.2`,
      );
    }
    expect(() => serverUserData(args({}))).to.throw("web-virginia-3 has neither an image nor user data: it would serve nothing");
  });
});
