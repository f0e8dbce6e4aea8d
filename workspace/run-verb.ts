/** Runs a verb; what goes wrong is told in a line and ends it with exit code 1. */
export function runVerb(main: () => Promise<void>): void {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on("error", () => process.exit());
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
