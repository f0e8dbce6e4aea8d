import { expect } from "chai";
import { npmRun } from "../../support/programs/npm-run";
import { ROOT } from "../../support/sites/test-site";

describe("npm run route", () => {
  it("reads the stack file that is named, and asks nobody", async function () {
    this.timeout(60_000);
    const run = (...words: string[]) => npmRun(ROOT, process.env, "route", "--", ...words);
    const local = await run("GET", "http://shop.example.com/");
    expect(local).to.deep.equal({ code: 0, text: "  without routes  all requests go to the one pool\npool web\n" });
    expect((await run("GET", "http://x/", "--stack", "nowhere")).text).to.include("There is no stack nowhere");
  });
});
