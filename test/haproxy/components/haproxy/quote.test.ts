import { expect } from "chai";
import * as fc from "fast-check";
import { isPlainWord, quoted, quotedFormat } from "../../../../components/haproxy/quote";
import { startHaproxy } from "../../../support/programs/haproxy-process";
import { scratch } from "../../../support/scratch";
import { choosePorts } from "../../../../provider/process/ports";

/** Characters that mean something to HAProxy somewhere. */
const MEANINGFUL = Array.from("\"'\\$%[]{}#;,() \t\n-!|&");
/** Texts with much in them that means something to HAProxy. */
const text = fc
  .array(
    fc.oneof(fc.constantFrom(...MEANINGFUL, "${HOME}", "%[src]", "\\n", "\\x41", "# ", " }", "--"), fc.string({ maxLength: 3 })),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(""))
  .filter((whole) => /^[\n\t\x20-\x7e]+$/.test(whole));

describe("A text in a balancer's configuration", function () {
  this.timeout(60_000);
  const made = scratch();

  it("means itself, whatever is in it, as an answer, in a format and as a word that is compared", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 40, maxLength: 40 }), async (texts) => {
        const { port = 0 } = await choosePorts({ port: {} }, new Set());
        const directory = made.directory();
        const answers = texts.flatMap((one, i) => [
          `  http-request return status 200 content-type text/plain string ${quoted(one)} if { path /${i}/string }`,
          `  http-request return status 200 content-type text/plain lf-string ${quotedFormat(one)} if { path /${i}/format }`,
          `  acl is-${i} req.hdr(x-text),url_dec -m str -- ${quoted(one)}`,
          `  http-request return status 204 if { path /${i}/word } is-${i}`,
        ]);
        const configuration = [
          ...["global", `  stats socket "${directory}/admin.sock" mode 600 level admin`, "defaults", "  mode http"],
          ...["client", "server", "connect"].map((side) => `  timeout ${side} 10s`),
          ...["frontend site", `  bind 127.0.0.1:${port}`, ...answers],
        ];
        const running = await startHaproxy(made, directory, `${configuration.join("\n")}\n`);
        for (const [i, one] of texts.entries()) {
          const got = async (kind: string): Promise<Response> =>
            fetch(`http://127.0.0.1:${port}/${i}/${kind}`, { headers: { "x-text": encodeURIComponent(one) } });
          expect(await (await got("string")).text()).to.equal(one);
          expect(await (await got("format")).text()).to.equal(one);
          expect((await got("word")).status, one).to.equal(204);
        }
        await running.kill();
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it("is quoted, with what would end it, name a variable or begin an expression escaped", () => {
    expect(quoted('a "b" $HOME \\ #1')).to.equal('"a \\"b\\" \\$HOME \\\\ #1"');
    expect(quoted("two\r\nlines\t\x01")).to.equal('"two\\r\\nlines\\t\\x01"');
    expect(quotedFormat("100%[src]")).to.equal('"100%%[src]"');
  });

  it("never ends its line, whatever is in it, and has no NUL", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (any) => {
        // eslint-disable-next-line no-control-regex -- it is these that must not stand there
        expect(quoted(any.replaceAll("\0", ""))).not.to.match(/[\x00-\x1f\x7f]/);
      }),
    );
    expect(() => quoted("a\0b")).to.throw('"a\\u0000b" has a NUL');
  });

  it("stands without quotes only where it could not be anything else", () => {
    expect(["/api", "*.example.com", "10.0.0.0/8", "a-b", "1"].every(isPlainWord)).to.equal(true);
    for (const risky of ["-f", "}", "{", "", "a b", "a#", "a\\", '"', "'", "$HOME", "a\n", "!{", "||"])
      expect(isPlainWord(risky), risky).to.equal(false);
  });
});
