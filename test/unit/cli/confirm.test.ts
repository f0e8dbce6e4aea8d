import { expect } from "chai";
import { PassThrough } from "node:stream";
import { type Answer, confirm } from "../../../cli/confirm";
import { Progress } from "../../../cli/progress";

/** What comes of a question to which this is typed, and what the screen shows. */
async function answerTo(typed: string, isTTY = true): Promise<{ answer: Answer; screen: string }> {
  const [input, output] = [Object.assign(new PassThrough(), { isTTY }), new PassThrough()];
  const answer = confirm("Destroy all of it?", { input: input as never, output: output as never });
  input.end(typed);
  return { answer: await answer, screen: String(output.read() ?? "") };
}

describe("A question", () => {
  it("is confirmed by y or yes alone", async () => {
    for (const typed of ["y\n", "Yes\n", " y \n"]) expect((await answerTo(typed)).answer).to.equal("yes");
    for (const typed of ["\n", "n\n", "yess\n", "production\n", ""]) expect((await answerTo(typed)).answer).to.equal("no");
    expect((await answerTo("y\n")).screen).to.include("Destroy all of it? [y/N] ");
  });

  it("is not put where there is no terminal", async () => {
    expect(await answerTo("y\n", false)).to.deep.equal({ answer: "nobody", screen: "" });
  });
});

describe("Progress", () => {
  const shown = (isTTY: boolean): string => {
    let screen = "";
    const progress = new Progress({ isTTY, write: (text: string) => ((screen += text), true) });
    for (const text of ["web-a-1, web-a-2", "web-a-1", "web-a-1"]) progress.show(text);
    progress.end();
    return screen;
  };

  it("is one line on a terminal, which is empty in the end", () => {
    expect(shown(true)).to.equal("\rweb-a-1, web-a-2\rweb-a-1         \r       \r");
  });

  it("is a line for each new text elsewhere", () => {
    expect(shown(false)).to.equal("web-a-1, web-a-2\nweb-a-1\n");
  });
});
