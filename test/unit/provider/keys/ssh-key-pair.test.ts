import { expect } from "chai";
import type { SshKeyPairOutputs } from "../../../../components/contracts/ssh-key-pair";
import { SshKeyPairResource } from "../../../../provider/keys/ssh-key-pair";
import { UNKNOWN } from "../../../../provider/resource";

describe("An SSH key pair", () => {
  const resource = new SshKeyPairResource();
  let id: string;
  let pair: SshKeyPairOutputs;
  beforeEach(async () => {
    ({ id, outputs: pair } = await resource.create({ comment: "shop-primary" }));
  });

  it("has a public line that ends with the comment, and a private half", () => {
    expect(pair.publicKey).to.match(/^ssh-ed25519 AAAA[A-Za-z0-9+/]{64} shop-primary$/);
    expect(pair.privateKey).to.match(/^-----BEGIN OPENSSH PRIVATE KEY-----\n[^-]+\n-----END OPENSSH PRIVATE KEY-----\n$/);
  });

  it("has nothing after the key when the comment is empty", async () => {
    expect((await resource.create({ comment: "" })).outputs.publicKey).to.match(/^ssh-ed25519 \S+$/);
  });

  it("keeps its key when the comment changes", async () => {
    const inputs = { comment: "two words" };
    expect(resource.diff(pair, pair, inputs)).to.include({ comment: "update" });
    const after = await resource.update(id, pair, pair, inputs);
    expect(after).to.deep.equal({
      comment: "two words",
      publicKey: pair.publicKey.replace(/shop-primary$/, "two words"),
      privateKey: pair.privateKey,
    });
    expect(resource.preview(inputs, pair)).to.deep.equal(after);
  });

  it("is left alone while the comment is the same", () => {
    expect(resource.diff({ comment: "shop-primary" }, pair, { comment: "shop-primary" })).to.deep.equal({});
  });

  it("is what the state says of it", async () => {
    const inputs = { comment: "shop-primary" };
    expect(await resource.read(id, inputs, pair)).to.deep.equal({ inputs, outputs: pair });
  });

  it("is not known in a preview before it is made, nor its public line before its comment is", () => {
    expect(resource.preview({ comment: "shop-primary" }, undefined)).to.deep.equal({ comment: "shop-primary" });
    expect(resource.preview({ comment: UNKNOWN }, pair)).to.deep.equal({ comment: UNKNOWN, privateKey: pair.privateKey });
  });

  it("refuses a comment that is no line of text", () => {
    const allowed = 'but must be one line of text, such as "shop-primary"';
    expect(() => resource.check({ comment: "a\nssh-ed25519 AAAA evil" })).to.throw(
      `comment is "a\\nssh-ed25519 AAAA evil", ${allowed}`,
    );
    for (const comment of ["a\r", "a\u2028b", "\0"]) expect(() => resource.check({ comment })).to.throw(allowed);
    expect(() => resource.check({ comment: 3 } as never)).to.throw(`comment is 3, ${allowed}`);
    expect(() => resource.check({} as never)).to.throw(`comment is missing, ${allowed}`);
    expect(resource.check({ comment: UNKNOWN })).to.deep.equal({ comment: UNKNOWN });
  });
});
