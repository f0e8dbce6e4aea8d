import { EvenkeelCommand } from "../command-line/command";
import { strictOption } from "../command-line/options";

interface Strict {
  readonly strict?: true;
}

export function check(): EvenkeelCommand {
  const command = new EvenkeelCommand("check")
    .summary("check this project with external validators, and on machines")
    .description("Checks this project: its backend, or what it declares with external validators.")
    .example("evenkeel check backend", "in a pipeline, before it changes anything")
    .example("evenkeel check clouds --strict", "fails where a validator is not available");
  for (const each of [backend(), clouds(), tls(), metrics(), machines()]) command.addCommand(each);
  return command;
}

function backend(): EvenkeelCommand {
  return new EvenkeelCommand("backend")
    .summary("check that the backend outlives a pipeline's runner")
    .description("Checks that the backend of the environment outlives a pipeline's runner. Prints nothing if so.")
    .example("evenkeel check backend", "reads PULUMI_BACKEND_URL and PULUMI_ACCESS_TOKEN")
    .runs(async () => (await import("../actions/check-backend.ts")).checkBackend());
}

function clouds(): EvenkeelCommand {
  return new EvenkeelCommand("clouds")
    .summary("check what the sample stacks declare for clouds")
    .description(
      "Checks what the sample stacks declare for clouds with moto, cfn-lint, Google's and DigitalOcean's API documents and checks of our own. Needs Python 3.11 or newer with venv.",
    )
    .option("--table", "print the table of seeded faults in Markdown, and check nothing")
    .addOption(strictOption())
    .example("evenkeel check clouds", "everything that can be checked here")
    .example("evenkeel check clouds --table", "for docs/clouds.md")
    .runs<Strict & { table?: true }>(async ({ options }) => (await import("../../checks/clouds/main.ts")).checkClouds(options));
}

function tls(): EvenkeelCommand {
  return new EvenkeelCommand("tls")
    .summary("scan every TLS listener with sslyze")
    .description("Scans every TLS listener with sslyze, against Mozilla's recommendation. Needs Python 3.11 or newer.")
    .addOption(strictOption())
    .example("evenkeel check tls", "skips the scan where sslyze is not available")
    .runs<Strict>(async ({ options }) => (await import("../../checks/tls/main.ts")).checkTls(options));
}

function metrics(): EvenkeelCommand {
  return new EvenkeelCommand("metrics")
    .summary("test the alerts with promtool")
    .description("Tests the alerts, and the configuration that `evenkeel metrics` writes, with Prometheus's promtool.")
    .addOption(strictOption())
    .example("evenkeel check metrics", "skips it where promtool is not available")
    .runs<Strict>(async ({ options }) => (await import("../../checks/metrics/main.ts")).checkMetrics(options));
}

function machines(): EvenkeelCommand {
  return new EvenkeelCommand("machines")
    .summary("boot a Linux machine for each VM, and test a site on them")
    .description(
      "Boots a Linux machine for each VM of stacks/Pulumi.production.yaml, and tests the site on them. Needs Linux, root, systemd-nspawn and mmdebstrap; says what is missing.",
    )
    .passesOn("mocha")
    .example("evenkeel check machines", "all tests of test/machines")
    .example("evenkeel check machines -- -g scale", "tests with this word in their name")
    .runs(async ({ further }) => (await import("../../testbed/machines/test-machines.ts")).testMachines(further));
}
