import { expect } from "chai";
import * as fc from "fast-check";
import { parse } from "yaml";
import {
  cloudConfig,
  type Machine,
  multipart,
  USER_DATA_LIMIT,
  userDataSize,
} from "../../../../../components/clouds/cloud-init/user-data";
import { programOrSkip, schemaComplaint, understood } from "./judges";

const machine = (changes: Partial<Machine> = {}): Machine => ({
  packages: ["nftables"],
  files: [{ path: "/etc/motd", content: "hello\n" }],
  setUp: ["true"],
  config: { ssh_pwauth: false },
  ...changes,
});

/** Texts that readers of YAML are known to take for something else, or to break on. */
const NASTY = [
  "yes",
  "no",
  "~",
  "0755",
  "010",
  "1_000",
  "12:30:45",
  "1e3",
  " x ",
  "\t",
  "# x",
  "a: b",
  "- a",
  "{a}",
  "%",
  "@",
  "`",
  "'",
  '"',
  "\\n",
  "\\",
];
const STRANGE = ["é", "日本", "\u{1f600}", "\u0085", "\u2028", "\u2029", "\ufeff", "\u0007", "\u007f", "\u009f", "\ufffe"];
const anyText = fc.oneof(fc.constantFrom(...NASTY, ...STRANGE), fc.string({ unit: "binary" }), fc.string());
const manyLines = fc.array(anyText, { maxLength: 5 }).map((all) => all.join("\n"));

interface FileEntry {
  readonly path: string;
  readonly encoding?: string;
  readonly content: string;
}
const contentOf = ({ encoding, content }: FileEntry): string =>
  encoding === "b64" ? Buffer.from(content, "base64").toString("utf8") : content;
const filesIn = (config: unknown): FileEntry[] => (config as { write_files: FileEntry[] }).write_files;

describe("The user data of a machine", () => {
  it("is counted in bytes, not in characters", () => {
    expect(userDataSize("a")).to.equal(1);
    expect(userDataSize("é\u{1f600}")).to.equal(6);
    expect(USER_DATA_LIMIT).to.equal(16_384);
  });

  it("has files with whatever text they shall have", () => {
    fc.assert(
      fc.property(manyLines, (content) => {
        const text = cloudConfig(machine({ files: [{ path: "/a", content }] }));
        expect(
          filesIn(parse(text, { version: "1.1" }))
            .slice(0, 1)
            .map(contentOf),
        ).to.deep.equal([content]);
      }),
    );
  });

  it("is read by cloud-init as it was meant, texts and keys alike", function () {
    const cloudInit = programOrSkip(this, "cloud-init");
    const contents = [...NASTY, ...fc.sample(manyLines, { seed: 6, numRuns: 100 })];
    const files = contents.map((content, i) => ({ path: `/${i}`, content }));
    const keys = NASTY.map((text) => `ssh-ed25519 AAAA ${text}`);
    const [read] = understood(cloudInit, [cloudConfig(machine({ files, config: { ssh_authorized_keys: [...keys, ...NASTY] } }))]);
    expect(filesIn(read?.config).slice(0, -1).map(contentOf)).to.deep.equal(contents);
    expect(read?.config.ssh_authorized_keys).to.deep.equal([...keys, ...NASTY]);
  });

  it("runs its set-up before a user's script, and ends at the first command that fails", () => {
    const [, script] = filesIn(parse(cloudConfig(machine({ setUp: ["one", "two"] })), { version: "1.1" }));
    expect(script).to.deep.equal({
      path: "/var/lib/cloud/scripts/per-instance/evenkeel",
      permissions: "0755",
      content: "#!/bin/sh\nset -eu\none\ntwo\n",
    });
  });

  it("with a slip in it is refused by cloud-init's schema", function () {
    const cloudInit = programOrSkip(this, "cloud-init");
    const complaint = (changes: Partial<Machine>): string | undefined => {
      const text = cloudConfig(machine(changes));
      return schemaComplaint(cloudInit, text, Object.keys(parse(text) as object));
    };
    expect(complaint({})).to.equal(undefined);
    expect(complaint({ config: { ssh_pwauht: false } })).to.equal("unknown keys: ssh_pwauht");
    expect(complaint({ config: { users: [{ name: "a", shel: "/bin/sh" }] } })).to.match(/users\.0/);
    expect(complaint({ config: { ssh_authorized_keys: "ssh-ed25519 AAAA" } })).to.match(
      /ssh_authorized_keys.* is not of type 'array'/s,
    );
    expect(complaint({ files: [{ path: "/a", content: "", permissions: 644 as never }] })).to.match(
      /write_files\.0\.permissions/,
    );
  });
});

describe("User data of several parts", () => {
  const TYPES = ["cloud-config", "x-shellscript"] as const;

  it("never takes a line of a part for the end of it", () => {
    const text = multipart([
      { name: "a", type: "x-shellscript", text: "#!/bin/sh\n# --=-evenkeel\n" },
      { name: "b", type: "x-shellscript", text: "#!/bin/sh\n# --=-evenkeel---\n" },
    ]);
    const boundary = /boundary="(.*)"/.exec(text)?.[1] ?? "";
    expect(text.split(`--${boundary}`)).to.have.length(4);
  });

  it("says that it is MIME where cloud-init looks for it", () => {
    expect(multipart([{ name: "a", type: "x-shellscript", text: "#!/bin/sh" }]).slice(0, 4_096)).to.match(
      /\nMIME-Version: 1\.0\n/,
    );
  });

  it("reaches cloud-init part by part, letter by letter", function () {
    const cloudInit = programOrSkip(this, "cloud-init");
    const scripts = fc.sample(
      fc.array(
        manyLines.map((text) => `#!/bin/sh\n${text}`),
        { minLength: 1, maxLength: 3 },
      ),
      { seed: 6, numRuns: 60 },
    );
    scripts.push([`#!/bin/sh\n${"x".repeat(2_000)}`, "#!/bin/sh\r\ntrue\r\n", "#!"]);
    const texts = scripts.map((parts) => multipart(parts.map((text, i) => ({ name: `part-${i}`, type: "x-shellscript", text }))));
    const read = understood(cloudInit, texts).map(({ parts }) => parts.map(({ text }) => text));
    expect(read).to.deep.equal(scripts);
  });

  it("appends a user's lists to ours, takes their keys, and keeps ours where both have one", function () {
    const cloudInit = programOrSkip(this, "cloud-init");
    const theirs = "#cloud-config\npackages: [curl]\nssh_pwauth: true\ntimezone: UTC\nwrite_files: [{ path: /b, content: b }]\n";
    const parts = [cloudConfig(machine()), theirs].map((text, i) => ({ name: String(i), type: TYPES[0], text }));
    const [read] = understood(cloudInit, [multipart(parts)]);
    expect(read?.config).to.deep.include({ packages: ["nftables", "curl"], ssh_pwauth: false, timezone: "UTC" });
    expect(filesIn(read?.config).map(({ path }) => path)).to.deep.equal([
      "/etc/motd",
      "/var/lib/cloud/scripts/per-instance/evenkeel",
      "/b",
    ]);
  });
});
