import { expect } from "chai";
import { completionScript } from "../../../cli/command-line/completion";
import { evenkeel } from "../../../cli/program";

describe("The completion script", () => {
  it("of fish has commands, options and the stacks of the folder", () => {
    const lines = completionScript(evenkeel(), "fish").split("\n");
    expect(lines).to.include.members([
      "complete -c evenkeel -f",
      "complete -c evenkeel -f -n '__fish_use_subcommand' -a status -d 'show the state of every balancer and server'",
      "complete -c evenkeel -f -n '__fish_seen_subcommand_from completion' -a zsh",
      "complete -c evenkeel -n '__fish_seen_subcommand_from up' -l unlock -d 'remove the lock of a run that was killed (runs pulumi cancel)'",
    ]);
    expect(lines.find((line) => line.includes("from up' -l stack"))).to.include(
      "-s s -x -a '(sh -c \\'for f in stacks/Pulumi.*.yaml;",
    );
    expect(lines.find((line) => line.includes("-a tls"))).to.match(
      /^complete .* -n '__fish_seen_subcommand_from check; and not /,
    );
  });

  it("of zsh is that of bash, by zsh's own way to run it", () => {
    const [head, load, ...rest] = completionScript(evenkeel(), "zsh").split("\n");
    expect([head, load]).to.deep.equal(["#compdef evenkeel", "autoload -U +X bashcompinit && bashcompinit"]);
    expect(rest.join("\n")).to.equal(completionScript(evenkeel(), "bash"));
  });
});
