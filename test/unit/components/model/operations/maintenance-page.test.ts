import { expect } from "chai";
import { LONGEST_BODY, wholeSeconds } from "../../../../../components/model/pools/page";
import { readStack } from "../../../../../components/model/read-stack";
import { problemsWith, problemsWithPool, SOUND } from "../../../../support/sites/sound-stack";

describe("A maintenance page", () => {
  it("has a text, a media type and a time to ask again without being told", () => {
    const { maintenancePage } = readStack(SOUND).stack ?? expect.fail("it has problems");
    expect(maintenancePage).to.deep.include({ contentType: "text/html; charset=utf-8", retryAfter: "10m", exceptFrom: [] });
    expect(maintenancePage.body).to.include("Back soon");
    expect(wholeSeconds("1500ms")).to.equal(2);
  });

  it("that is not one is told with its place, for the site and for a pool", () => {
    const wrong = {
      body: "",
      contentType: "text/html\r\nset-cookie: x",
      retryAfter: "2d",
      exceptFrom: ["192.0.2.1/24", "0.0.0.0/0 }"],
    };
    for (const [path, told] of [
      ["maintenancePage", problemsWith({ maintenancePage: wrong })],
      ["pools.web.maintenancePage", problemsWithPool({ maintenancePage: wrong })],
    ] as const) {
      expect(told.map((problem) => problem.split(": ")[0])).to.have.members([
        `${path}.body`,
        `${path}.contentType`,
        `${path}.retryAfter`,
        `${path}.exceptFrom[0]`,
        `${path}.exceptFrom[1]`,
      ]);
    }
  });

  it("fits into a balancer's buffer, counted in bytes", () => {
    const long = (characters: number) => problemsWith({ maintenancePage: { body: "é".repeat(characters) } });
    expect(long(LONGEST_BODY / 2)).to.deep.equal([]);
    expect(long(LONGEST_BODY / 2 + 1)[0]).to.match(
      /^maintenancePage\.body: .*a text of 1 to 8192 bytes without control characters$/,
    );
  });
});
