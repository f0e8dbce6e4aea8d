import { existsSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { maxConnections } from "../../haproxy/defaults";
import { stackOnThisMachine } from "./stack-on-this-machine";

/** Everything stands on loopback, told apart by port: macOS has no second loopback address. */
export const LOOPBACK = "127.0.0.1";

/** {@link stackOnThisMachine} of the program that runs. */
export function runningStack(): string {
  return stackOnThisMachine(projectDirectory(), pulumi.getStack());
}

/** The folder of the running program's Pulumi.yaml. (Older language hosts don't tell the SDK.) */
export function projectDirectory(): string {
  const found = upwards(process.cwd(), "Pulumi.yaml");
  if (found === undefined) throw new pulumi.RunError(`there is no Pulumi.yaml in ${process.cwd()} or above`);
  return found;
}

/** Most connections that a balancer on this machine can hold. */
export function connectionsHere(): number {
  return maxConnections(openFilesHere(), os.totalmem());
}

/** A program that ships with Evenkeel: the sample site, or what keeps an access log. */
export function shippedProgram(name: "sample-site" | "access-log"): string {
  // From the sources it lies beside; from compiled files, in the package's own components folder.
  return path.join(upwards(__dirname, "package.json") ?? __dirname, "components", "clouds", "local", name, "main.mjs");
}

/** The nearest folder, from `folder` upwards, that holds `file`. */
function upwards(folder: string, file: string): string | undefined {
  if (existsSync(path.join(folder, file))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : upwards(parent, file);
}

function openFilesHere(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { hard?: number | string } } };
  const hard = Number(userLimits?.open_files?.hard);
  return Number.isFinite(hard) ? hard : Infinity;
}
