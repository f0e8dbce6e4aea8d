import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { readStack } from "../../../components/model/read-stack";
import { inWords, spikesOf } from "../../../cli/spikes";
import { ProjectCopy } from "../../support/sites/project-copy";
import { SOUND } from "../../support/sites/sound-stack";

const AT = { start: "2026-11-27T08:00", end: "2026-11-27T23:00", timeZone: "Europe/Amsterdam" };
const SPIKES = {
  "black-friday": { at: AT, pools: { web: { times: 3 } } },
  evening: { at: { ...AT, start: "2026-11-27T20:00" }, pools: { web: { times: 2 } } },
};

/** What the verbs print of a stack with these spikes, at an instant. */
function told(spikes: unknown, instant: string): string {
  return inWords(spikesOf(readStack({ ...SOUND, spikes }).stack, new Date(instant)));
}

describe("The spikes that the verbs tell of", () => {
  it("are those that are open", () => {
    expect(told(SPIKES, "2026-11-27T12:00:00Z")).to.equal(
      "  spike black-friday is open until 2026-11-27 23:00 Europe/Amsterdam\n",
    );
    expect(told(SPIKES, "2026-11-27T19:00:00Z")).to.equal(
      "  spike black-friday is open until 2026-11-27 23:00 Europe/Amsterdam\n  spike evening is open until 2026-11-27 23:00 Europe/Amsterdam\n",
    );
    expect(told(SPIKES, "2026-11-27T22:00:00Z")).to.equal("");
  });

  it("are none when the stack has a problem", () => {
    expect(told({ ...SPIKES, broken: 5 }, "2026-11-27T12:00:00Z")).to.equal("");
  });

  it("stand in what up and status print, and in the JSON of status", async () => {
    const copy = new ProjectCopy();
    const verb = (...args: string[]): string => {
      const { stdout } = spawnSync("npm", ["run", "--silent", ...args], {
        cwd: copy.folder,
        env: copy.environment,
        encoding: "utf8",
      });
      return stdout;
    };
    try {
      const [start, end] = ["2020-01-01T00:00", "2999-01-01T00:00"];
      const spikes = { sale: { at: { start, end, timeZone: "UTC" }, pools: { web: { servers: { a: 3 } } } } };
      const file = path.join(copy.folder, "stacks/Pulumi.local.yaml");
      const stack = parse(readFileSync(file, "utf8")) as { config: object };
      writeFileSync(file, stringify({ ...stack, config: { ...stack.config, "evenkeel:spikes": spikes } }));
      const told = "  spike sale is open until 2999-01-01 00:00 UTC\n";
      const up = verb("up");
      expect(up).to.include(told).and.to.include("web-a-1 web-a-2 web-a-3");
      expect(verb("status")).to.include(told);
      expect(JSON.parse(verb("status", "--", "--json"))).to.have.deep.property("spikes", [
        { name: "sale", end, timeZone: "UTC" },
      ]);
    } finally {
      await copy.remove();
    }
  });
});
