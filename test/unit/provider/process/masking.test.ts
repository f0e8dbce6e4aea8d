import { expect } from "chai";
import fc from "fast-check";
import { withoutSecrets } from "../../../../provider/process/masking";

describe("A text without secrets", () => {
  it("has a word where each was, also where one holds another", () => {
    const said = "cannot reach postgres://shop:hunter2@db with hunter2\n  token s3cret";
    expect(withoutSecrets(said, ["hunter2", "postgres://shop:hunter2@db", "s3cret", ""])).to.equal(
      "cannot reach [secret] with [secret]\n  token [secret]",
    );
    expect(withoutSecrets("nothing", [])).to.equal("nothing");
  });

  it("has no line of one that has several, for only the last lines of a log may be shown", () => {
    const key = "-----BEGIN KEY-----\nMIIabc\nMIIdef\n-----END KEY-----\n";
    expect(withoutSecrets("    MIIdef\n    -----END KEY-----", [key])).to.equal("    [secret]\n    [secret]");
  });

  it("takes a secret as it is, not as a pattern", () => {
    const secret = fc.string({
      unit: fc.constantFrom("$", "^", ".", "*", "+", "?", "(", ")", "{", "}", "|", "\\", "&", "`", "'"),
      minLength: 1,
    });
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
        expect(withoutSecrets(`${before}${text}${after}`, [text])).to.not.include(text);
      }),
    );
  });
});
