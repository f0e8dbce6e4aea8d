import { expect } from "chai";
import { parse, parsedCommand } from "../../support/parsed-command-line";

/** What a command line that is refused prints. */
async function refusal(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { run, code, complaint } = await parse(argv, env);
  expect({ run, code }).to.deep.equal({ run: undefined, code: 2 });
  return complaint;
}

describe("The command line", () => {
  it("names a stack in any place and in every form", async () => {
    for (const argv of [
      ["up", "--stack", "tour", "--yes"],
      ["up", "--yes", "--stack=tour"],
      ["up", "-s", "tour", "-y"],
      ["up", "-ys", "tour"],
    ])
      expect(await parsedCommand(argv)).to.deep.include({ command: "evenkeel up", options: { stack: "tour", yes: true } });
    expect((await parsedCommand(["up"])).options).to.deep.equal({});
  });

  it("passes on to Pulumi what stands after --, and nothing else", async () => {
    expect(await parsedCommand(["up", "--stack", "tour", "--", "--diff", "--target", "x"])).to.deep.equal({
      command: "evenkeel up",
      options: { stack: "tour" },
      words: [],
      further: ["--diff", "--target", "x"],
    });
    expect(await refusal(["up", "--diff"])).to.equal(
      "unknown option '--diff'; an option of Pulumi goes after --: evenkeel up -- --diff\nSee evenkeel up --help.\n",
    );
    expect(await refusal(["status", "--", "--diff"])).to.equal(
      "nothing goes after --, where --diff stands\nSee evenkeel status --help.\n",
    );
  });

  it("keeps Pulumi from another stack or project than the command works on", async () => {
    for (const words of [["--stack", "tour"], ["--stack=tour"], ["-s", "tour"], ["-ystour"]])
      expect(await refusal(["down", "--", ...words])).to.match(
        /^-\S+ can't be passed on to Pulumi: --stack NAME goes before the --\n/,
      );
    expect(await refusal(["down", "--", "--cwd", "/"])).to.include("it always works in this project");
    expect(await refusal(["down", "--", "--config-file=x"])).to.include("a stack is read from stacks/Pulumi.NAME.yaml");
  });

  it("refuses unknown commands, options and words, and names the nearest", async () => {
    expect(await refusal(["upp"])).to.equal("unknown command 'upp'; did you mean up?\nSee evenkeel --help.\n");
    expect(await refusal(["check", "cloud"])).to.equal(
      "unknown command 'cloud'; did you mean clouds?\nSee evenkeel check --help.\n",
    );
    expect(await refusal(["help", "stauts"])).to.equal("unknown command 'stauts'; did you mean status?\nSee evenkeel --help.\n");
    expect(await refusal(["down", "--stak", "tour"])).to.equal(
      "unknown option '--stak'; did you mean --stack?\nSee evenkeel down --help.\n",
    );
    expect(await refusal(["down", "tour"])).to.equal(
      "unexpected word tour; a stack is named by --stack tour\nSee evenkeel down --help.\n",
    );
    expect(await refusal(["schema", "one", "two"])).to.equal("unexpected words one two\nSee evenkeel schema --help.\n");
    expect(await refusal(["bench", "rendring"])).to.include("Allowed choices are rendering, balancers, up, clouds.");
    expect(await refusal(["proof", "--times", "0"])).to.include("It must be a whole number from 1.");
    expect(await refusal(["metrics"])).to.include("required option '--out <folder>' not specified");
  });

  it("refuses a stack without a name, and two of them", async () => {
    expect(await refusal(["down", "--stack"])).to.include("option '-s, --stack <name>' argument missing");
    expect(await refusal(["down", "--stack", ""])).to.include("It needs the name of a stack.");
    expect(await refusal(["down", "--stack", "tour", "--stack", "local"])).to.include("tour is named as well.");
  });

  it("refuses what npm took for settings of its own, and says how to write it", async () => {
    const npm = { npm_lifecycle_event: "down" };
    expect(await refusal(["down"], { ...npm, npm_config_stack: "tour" })).to.equal(
      "npm took --stack for a setting of its own, so the command did not get it. Write: npm run down -- --stack tour\n",
    );
    expect(await refusal(["down", "tour"], { ...npm, npm_config_stack: "true" })).to.include("npm run down -- --stack NAME\n");
    expect(await refusal(["down"], { ...npm, npm_config_stakc: "tour" })).to.include("npm run down -- --stack tour\n");
    expect(await refusal(["preview"], { npm_config_fake_clouds: "true", npm_lifecycle_event: "npx" })).to.equal(
      "npm took --fake-clouds for a setting of its own, so the command did not get it. Write: npx evenkeel COMMAND --fake-clouds\n",
    );
  });

  it("does not take npm's own settings for options of a command", async () => {
    const settings = { npm_config_json: "true", npm_config_yes: "true", npm_config_version: "true", npm_config_registry: "x" };
    expect((await parsedCommand(["down"], { ...settings, npm_config_stack: "" })).options).to.deep.equal({});
  });

  it("prints help and version on request, and help where nothing is requested", async () => {
    const help = (await parse([])).text;
    expect(help).to.match(/^Usage: evenkeel <command>/);
    for (const argv of [["--help"], ["-h"], ["help"]]) expect(await parse(argv)).to.deep.equal({ complaint: "", text: help });
    const ofTls = (await parse(["help", "check", "tls"])).text;
    expect(ofTls).to.match(/^Usage: evenkeel check tls/);
    expect((await parse(["check", "tls", "--strict", "--help"])).text).to.equal(ofTls);
    expect((await parse(["--version"])).text).to.match(/^\d+\.\d+\.\d+\n$/);
    expect((await parse(["up", "--help"], { npm_config_stack: "tour" })).text).to.match(/^Usage: evenkeel up/);
  });

  it("needs to know which check", async () => {
    const { code, complaint } = await parse(["check"]);
    expect(code).to.equal(2);
    expect(complaint)
      .to.match(/^Usage: evenkeel check/)
      .and.to.match(/Which one\? Nothing was done\.\n$/);
  });

  it("reads a request for route, whose URL may name an IPv6 address", async () => {
    expect(await parsedCommand(["route", "GET", "http://[::1]/", "-H", "a: b", "-H", "c: d", "--from", "::1"])).to.deep.include({
      options: { header: ["a: b", "c: d"], from: "::1" },
      words: ["GET", "http://[::1]/"],
    });
  });
});
