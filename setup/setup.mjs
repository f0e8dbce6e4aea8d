// Gets what Evenkeel needs on this machine: the npm packages, the Pulumi CLI and HAProxy. Every verb runs it first; it is
// silent and quick when nothing is to be done.
// An old Node has to understand this file, so that it can be told to be old: new syntax and imports belong into setup/.

const OLDEST_NODE = "20.19";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split(".").map(Number);

if (process.platform === "win32") {
  console.error("Evenkeel runs on Linux and macOS. On Windows, run it inside WSL2 (`wsl --install` sets that up).");
  process.exitCode = 1;
} else if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  console.error(
    `Evenkeel needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}. Install a newer one: on macOS with ` +
      "`brew install node`, on Linux with your distribution's package manager or with nvm (`nvm install --lts`).",
  );
  process.exitCode = 1;
} else {
  void import("./main.mjs").then((main) => main.setUp());
}
