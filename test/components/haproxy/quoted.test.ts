import { expect } from "chai";
import * as fc from "fast-check";
import { literal, quoted } from "../../../components/haproxy/quoted";
import { complaintAbout } from "../../support/haproxy-check";

describe("A text in HAProxy's configuration", () => {
  it("is quoted, with what would end it or name a variable escaped", () => {
    expect(quoted('a "b" $HOME \\ #1')).to.equal('"a \\"b\\" \\$HOME \\\\ #1"');
    expect(quoted("two\r\nlines\t")).to.equal('"two\\r\\nlines\\t"');
    expect(literal("100%[src]")).to.equal("100%%[src]");
  });

  it("never ends the line or the word, whatever a user writes", () => {
    const text = fc.string({
      minLength: 1,
      unit: fc.constantFrom('"', "'", "\\", "$", "#", "{", "}", "%", "[", "]", " ", "\n", "\t", "a", "é", "]]"),
    });
    fc.assert(
      fc.property(text, (any) => {
        const said = quoted(any);
        expect(said).not.to.match(/[\n\r\t]/);
        expect(
          complaintAbout(
            `defaults\n  mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nfrontend f\n  bind 127.0.0.1:1\n  http-request return status 200 content-type text/plain string ${said}\n`,
          ),
        ).to.equal(undefined);
      }),
      { numRuns: 40 },
    );
  });

  it("holds no other control character", () => {
    expect(() => quoted("a\0b")).to.throw('"a\\u0000b" holds a control character');
  });
});
