import type * as pulumi from "@pulumi/pulumi";
import type { Logs } from "../../model/observability/logs";
import { bytesOf } from "../../model/limits/size";
import { Process } from "../../resources/process";
import { runningStack, shippedProgram } from "./this-machine";

/** Name of the file in its directory that lines are added to. */
export const ACCESS_LOG = "access.log";

/** The process that keeps a balancer's access log, in files of its directory: what the journal does on a machine of a cloud. */
export function accessLog(name: string, { fileSize, files }: Logs, opts: pulumi.CustomResourceOptions): Process {
  return new Process(
    name,
    {
      stack: runningStack(),
      command: ["{node}", shippedProgram("access-log")],
      environment: { PORT: "{port}", FILE_BYTES: String(bytesOf(fileSize)), FILES: String(files) },
      ports: { log: {} },
      files: {},
      changedFiles: "keep",
      ready: { port: "log", check: { path: "/" }, within: "15s" },
      stop: { signal: "SIGTERM", within: "5s" },
      at: "logs",
    },
    opts,
  );
}
