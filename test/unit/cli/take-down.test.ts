import { expect } from "chai";
import { type DownTools, takeDown } from "../../../cli/take-down";

/** What `down` did, step by step, and its exit code or what it failed with. */
async function stepsOf(tools: Partial<DownTools> = {}): Promise<{ code?: number; error?: string; steps: string[] }> {
  const steps: string[] = [];
  const all: DownTools = {
    ...{ stack: "production", isLocal: false, yes: false, further: [] },
    exists: () => Promise.resolve(true),
    contents: () => Promise.resolve(["the site at https://shop.example.com", "virginia (aws): 4 web servers"]),
    ask: (question) => Promise.resolve((steps.push(`ask ${question}`), "yes")),
    destroy: (options) => Promise.resolve((steps.push(["destroy", ...options].join(" ")), 0)),
    sweep: () => Promise.resolve((steps.push("sweep"), [])),
    say: (line) => steps.push(`say ${line}`),
    ...tools,
  };
  try {
    return { code: await takeDown(all), steps };
  } catch (error) {
    return { error: (error as Error).message, steps };
  }
}

const QUESTION = [
  "This destroys the stack production of the project evenkeel:",
  "  the site at https://shop.example.com",
  "  virginia (aws): 4 web servers",
].join("\n");
const DESTROY = "destroy --yes --skip-preview";
const LOCAL = { stack: "local", isLocal: true };

describe("down", () => {
  it("asks before it destroys what is not local, and names what", async () => {
    expect(await stepsOf()).to.deep.equal({ code: 0, steps: [`ask ${QUESTION}\nDestroy all of it?`, DESTROY] });
  });

  it("destroys nothing without a yes", async () => {
    const answer = await stepsOf({ ask: () => Promise.resolve("no") });
    expect(answer).to.deep.equal({ code: 1, steps: ["say Nothing was destroyed."] });
  });

  it("destroys nothing where nobody can be asked, and says which option goes ahead", async () => {
    expect(await stepsOf({ ask: () => Promise.resolve("nobody") })).to.deep.equal({
      error: `${QUESTION}\nNothing was destroyed: without a terminal there is nobody to confirm it. To go ahead: npm run down -- --stack production --yes`,
      steps: [],
    });
  });

  it("asks nothing with --yes, and on this machine", async () => {
    expect((await stepsOf({ yes: true })).steps).to.deep.equal([DESTROY]);
    expect((await stepsOf(LOCAL)).steps).to.deep.equal([DESTROY, "sweep"]);
  });

  it("asks nothing and approves nothing where Pulumi only previews", async () => {
    expect((await stepsOf({ further: ["--preview-only"] })).steps).to.deep.equal(["destroy --preview-only"]);
  });

  it("ends processes that no state records only after a destroy that succeeded", async () => {
    for (const code of [1, 130]) {
      const steps: string[] = [];
      const destroy = (): Promise<number> => Promise.resolve((steps.push("destroy"), code));
      expect(await stepsOf({ ...LOCAL, destroy })).to.deep.equal({ code, steps: [] });
      expect(steps).to.deep.equal(["destroy"]);
    }
    const named = await stepsOf({ ...LOCAL, sweep: () => Promise.resolve(["web-a-1"]) });
    expect(named.steps).to.deep.equal([DESTROY, "say Stopped leftover processes that no state recorded: web-a-1."]);
  });

  it("ends no processes after a destroy of a part", async () => {
    expect((await stepsOf({ ...LOCAL, further: ["--target", "x"] })).steps).to.deep.equal([`${DESTROY} --target x`]);
  });

  it("ends what runs of a stack that no state records", async () => {
    const exists = (): Promise<boolean> => Promise.resolve(false);
    expect(await stepsOf({ ...LOCAL, exists })).to.deep.equal({ code: 0, steps: ["sweep"] });
    expect(await stepsOf({ exists })).to.deep.equal({
      code: 0,
      steps: ["say The stack production does not exist in its backend: nothing to destroy."],
    });
  });
});
