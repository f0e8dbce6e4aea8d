import { expect } from "chai";
import { HELP_WIDTH } from "../../../cli/command-line/command";
import { evenkeel } from "../../../cli/program";
import { commandsOf, parse, wordsOf } from "../../support/parsed-command-line";

/** The most lines of a help text: what a screen shows at once. */
const MOST_LINES = 40;
/** The most lines of the help of one command. */
const MOST_LINES_OF_COMMAND = 24;

describe("The help of a command", () => {
  for (const command of commandsOf(evenkeel())) {
    const { fullName } = command;
    const own = fullName.split(" ").slice(1);

    it(`fits on a screen: ${fullName}`, async () => {
      const { text, run } = await parse([...own, "--help"]);
      expect(run).to.equal(undefined);
      const lines = text.trimEnd().split("\n");
      expect(lines.length).to.be.at.most(own.length === 0 ? MOST_LINES : MOST_LINES_OF_COMMAND);
      expect(lines.filter((line) => line.length > HELP_WIDTH)).to.deep.equal([]);
      expect(lines.filter((line) => line !== line.trimEnd())).to.deep.equal([]);
    });

    it(`has examples that work: ${fullName}`, async () => {
      expect(command.examples).to.not.be.empty;
      for (const { line } of command.examples) {
        const [, typed = ""] = /(?:^|npx |\$\()((?:evenkeel|npm run) .*?)\)?"?$/.exec(line) ?? [];
        const words = wordsOf(typed.replace(/^npm run (-s )?(\S+)( --)?/, "evenkeel $2"));
        expect(words[0], line).to.equal("evenkeel");
        expect((await parse(words.slice(1))).complaint, line).to.equal("");
        if (own.length > 0) expect(words.slice(1, 1 + own.length), line).to.deep.equal(own);
      }
    });
  }

  it("is the same whichever options stand beside it", async () => {
    const { text } = await parse(["down", "--help"]);
    for (const argv of [
      ["down", "--stack", "nosuch", "--help"],
      ["down", "-h", "--unlock"],
      ["down", "word", "--help"],
    ])
      expect(await parse(argv)).to.deep.equal({ complaint: "", text });
  });
});
