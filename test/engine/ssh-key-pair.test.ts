import { expect } from "chai";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { utils } from "ssh2";
import { ThrowawayProject } from "../../testbed/throwaway-project";
import { ROOT } from "../support/sites/test-site";

const PROJECT = `name: keys
main: main.cjs
runtime:
  name: nodejs
  options: { packagemanager: npm, typescript: false }
plugins:
  providers:
    - { name: evenkeel-node, path: ./provider }
`;

/** What starts the program, as `infra/main.cjs` does. */
const START = `require("./setup/run-typescript.cjs");
module.exports = require("./index");
`;

/** A program that makes a key pair, and shows both halves. */
const program = (comment: string): string => `
import { SshKeyPair } from "./components/resources/ssh-key-pair";
const pair = new SshKeyPair("shop-primary", { comment: ${JSON.stringify(comment)} });
export const { publicKey, privateKey } = pair;
`;

interface Pair {
  readonly publicKey: string;
  readonly privateKey: string;
}

describe("An SSH key pair in a stack", () => {
  let project: ThrowawayProject;
  before(async () => {
    project = new ThrowawayProject();
    for (const room of ["components", "provider", "setup", "node_modules"])
      symlinkSync(path.join(ROOT, room), path.join(project.folder, room));
    writeFileSync(path.join(project.folder, "Pulumi.yaml"), PROJECT);
    writeFileSync(path.join(project.folder, "main.cjs"), START);
    say("shop primary");
    await project.makeStack();
  });
  after(() => project.remove());

  it("is made once, and its private half stands nowhere in clear", async () => {
    expect(await project.expectSuccess(["preview"])).to.match(/\+ 2 to create/);
    const printed = [await project.up()];
    const pair = await shown();
    const [secret, open] = [utils.parseKey(pair.privateKey), utils.parseKey(pair.publicKey)];
    if (secret instanceof Error) throw secret;
    if (open instanceof Error) throw open;
    expect(secret.type).to.equal("ssh-ed25519");
    expect(secret.getPublicSSH().equals(open.getPublicSSH())).to.equal(true);

    printed.push(await project.up());
    expect(printed[1]).to.match(/Resources:\s+2 unchanged/);
    printed.push(await project.up("--refresh"));
    expect(printed[2]).to.match(/Resources:\s+2 unchanged/);
    expect(await shown()).to.deep.equal(pair);
    expectHidden(pair, printed);

    say("another comment");
    printed.push(await project.up());
    const after = await shown();
    expect(after.publicKey).to.equal(pair.publicKey.replace("shop primary", "another comment"));
    expect(after.privateKey).to.equal(pair.privateKey);
    expectHidden(pair, printed);
  });

  function say(comment: string): void {
    writeFileSync(path.join(project.folder, "index.ts"), program(comment));
  }

  async function shown(): Promise<Pair> {
    return JSON.parse(await project.expectSuccess(["stack", "output", "--json", "--show-secrets", "--stack", "test"])) as Pair;
  }

  /** No line of the private key is in what was printed, nor in any file of the state, its backups among them. */
  function expectHidden({ publicKey, privateKey }: Pair, printed: readonly string[]): void {
    const kept = readdirSync(path.join(project.folder, "state"), { recursive: true, withFileTypes: true });
    const state = kept
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"))
      .join("\n");
    expect(state).to.include(publicKey.split(" ")[1]);
    const [, , ...lines] = privateKey.trimEnd().split("\n").slice(0, -1);
    for (const line of ["PRIVATE KEY", ...lines]) {
      for (const text of [state, ...printed]) expect(text).to.not.include(line);
    }
  }
});
