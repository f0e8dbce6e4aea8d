import * as path from "node:path";
import { tierOf } from "../run/tiers";
import { removeThrowawayProjects } from "../../testbed/throwaway-project";
import { ROOT } from "../../workspace/project";
import { allow } from "./guard";
import { removeStanding } from "./standing";
import { takeLoadReports } from "./sites/test-site";

/** Whatever a test left standing, also because it failed, is taken down; a signal ends the run as cleanly. */
export const mochaHooks = {
  /** Files of one tier are kept to what it may start. */
  beforeAll(this: Mocha.Context): void {
    const files = this.test?.parent?.suites.map(({ file }) => path.relative(ROOT, file ?? ""));
    const [tier, ...others] = new Set(files?.map((file) => tierOf(file)?.name));
    allow(others.length === 0 ? tier : undefined);
  },
  /** How many requests a test made, and how many of them failed, is part of what it shows. */
  afterEach(): void {
    for (const report of takeLoadReports()) console.log(`      ${report}`);
  },
  async afterAll(): Promise<void> {
    await removeThrowawayProjects();
  },
};

let ending: Promise<void> | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // It comes more than once: to the whole group, and from npm, which passes it on.
  process.on(signal, () => {
    ending ??= Promise.allSettled([removeThrowawayProjects(), removeStanding()]).then(() => process.exit(1));
  });
}

// What the person who runs the tests has set for stacks of their own is not the tests' business.
delete process.env.EVENKEEL_AT;
