import { ProjectCopy } from "./sites/project-copy";
import { scratch } from "./scratch";

/* What test/haproxy/run/interruption.test.ts has mocha run, and ends in its midst: it says what it made, and then never ends. */

const made = scratch();

describe("A test that is interrupted", () => {
  it("has made things", async () => {
    const copy = new ProjectCopy();
    const child = made.spawn("sleep", ["600"]);
    console.log(JSON.stringify({ folder: copy.folder, directory: made.directory(), pid: child.pid }));
    await new Promise(() => undefined);
  });
});
