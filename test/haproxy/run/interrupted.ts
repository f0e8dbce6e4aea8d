import { ProjectCopy } from "../../support/sites/project-copy";
import { scratch } from "../../support/scratch";

/* What interruption.test.ts runs and interrupts: it prints what it made, and never ends. */

const made = scratch();

describe("A test that is interrupted", () => {
  it("has made things", async () => {
    const copy = new ProjectCopy();
    const child = made.spawn("sleep", ["600"]);
    console.log(JSON.stringify({ folder: copy.folder, directory: made.directory(), pid: child.pid }));
    await new Promise(() => undefined);
  });
});
