import { removeTestSites } from "./test-site";

/** Whatever a test left standing, also because it failed, is taken down; a signal ends the run as cleanly. */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    await removeTestSites();
  },
};

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void removeTestSites().finally(() => process.exit(1));
  });
}
