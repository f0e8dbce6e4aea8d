import { expect } from "chai";
import { chosenStack, stackWithBackend } from "../../../cli/chosen-stack";
import { UsageError } from "../../../cli/command-line/usage-error";

describe("The stack that a command works on", () => {
  it("is local unless another is named", () => {
    expect(chosenStack(undefined, {})).to.equal("local");
    expect(chosenStack("tour", {})).to.equal("tour");
  });

  it("must exist, or the nearest is named", () => {
    expect(() => chosenStack("tuor", {})).to.throw(
      UsageError,
      "There is no stack tuor: stacks/Pulumi.tuor.yaml does not exist. The stacks are: local, production, staging, tour; did you mean tour?",
    );
    expect(() => chosenStack("producton", {})).to.throw(UsageError, /; did you mean production\?$/);
    for (const name of ["--yes", "../local", "a b"])
      expect(() => chosenStack(name, {})).to.throw(UsageError, `There is no stack ${name}`);
  });

  it("is not read from PULUMI_STACK, which is not left unheeded either", () => {
    expect(() => chosenStack(undefined, { PULUMI_STACK: "production" })).to.throw(
      UsageError,
      "PULUMI_STACK is production, which no command reads: name a stack by --stack, or unset it",
    );
    expect(chosenStack("tour", { PULUMI_STACK: "production" })).to.equal("tour");
    expect(chosenStack(undefined, { PULUMI_STACK: "local" })).to.equal("local");
  });

  it("must have a backend that may keep it, where that matters", () => {
    const shell = { PULUMI_CONFIG_PASSPHRASE: "evenkeel-local", PULUMI_HOME: "/nowhere" };
    expect(chosenStack("production", shell)).to.equal("production");
    expect(() => stackWithBackend("production", shell)).to.throw("The stack production is not local, so it was not touched:");
    expect(stackWithBackend("tour", shell)).to.equal("tour");
  });
});
