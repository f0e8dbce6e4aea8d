import { expect } from "chai";
import { smallStack, TestSite } from "../../support/sites/test-site";

describe("A site whose program and plugin run in the test's process", () => {
  it("is the same to the engine as with processes of their own", async () => {
    const site = await TestSite.up(smallStack(), { ownProcesses: true });
    await site.setSecrets({ "a-key": "kept" });
    await site.up();
    await site.runInProcess();
    expect(await site.up("--expect-no-changes")).to.match(/Resources:\s+11 unchanged/);
    expect(await site.up("--expect-no-changes", "--refresh")).to.match(/Resources:\s+11 unchanged/);
    await site.remove();
  });

  it("leaves this process its environment, folder and stack traces, also when the stack is refused", async () => {
    const before = [process.env.PULUMI_BACKEND_URL, process.cwd(), Error.stackTraceLimit];
    const site = await TestSite.make({ site: { name: "shop" } });
    expect(await site.failingUp()).to.match(/stacks\/Pulumi\.test\.yaml has \d+ problems:/);
    expect([process.env.PULUMI_BACKEND_URL, process.cwd(), Error.stackTraceLimit]).to.deep.equal(before);
    await site.remove();
  });
});
