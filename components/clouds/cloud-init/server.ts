import { Duration } from "../../model/duration";
import { sortedEntries } from "../../model/plan";
import { haproxyMachine, type RolledOut, rolloutSsh } from "./haproxy";
import { hardening, METADATA_UNIT, operatorsUser } from "./hardening";
import { cloudConfig, lines, type Machine, type MachineFile, multipart, type Part } from "./user-data";

/** The unit that a container image runs in. */
export const APP_UNIT = "evenkeel-app.service";
/** The unit that ends TLS in front of the app. */
export const TERMINATOR_UNIT = "evenkeel-terminator.service";
/** The app's environment, for root's eyes only, in the form of Docker's `--env-file`: a name, `=`, and the value as it is. */
export const ENVIRONMENT_FILE = "/etc/evenkeel/app.env";

const CONTAINER = "evenkeel-app";
const PULL = "/usr/local/sbin/evenkeel-pull";
/** How long a large image may take to be had. */
const START_WITHIN_SECONDS = 900;
/** Time that Docker itself needs to end a container, beside the app's own. */
const DOCKER_SECONDS = 15;
/** An image as Docker names it. Nothing in it means anything to a shell or to systemd. */
const IMAGE = /^[A-Za-z0-9][\w.:/@-]*$/;
const VARIABLE = /^[A-Za-z_]\w*$/;
/** First lines by which user data is known, and what cloud-init is told of it. */
const KINDS: readonly (readonly [RegExp, Part["type"]])[] = [
  [/^#!/, "x-shellscript"],
  [/^#cloud-config[ \t]*(?:\r?\n|$)/, "cloud-config"],
];

/** What a web server's machine is told. */
export interface ServerUserDataArgs {
  /** Name of the site. */
  readonly site: string;
  /** Name of its pool. */
  readonly pool: string;
  /** Its own name, such as `web-virginia-3`. */
  readonly server: string;
  /** Name of its data center. */
  readonly dataCenter: string;
  /** What it runs: an image, user data, or both. */
  readonly app: ServerApp;
  /** Public SSH keys of people, who log in as the user `operators` and may become root. */
  readonly operators: readonly string[];
  /** Further files, which its cloud needs. @default none */
  readonly files?: readonly MachineFile[];
  /** What ends TLS in front of the app, which then only the machine itself can reach. @default none: the app is reached over plain HTTP */
  readonly terminator?: RolledOut;
}

/** What a web server runs. */
export interface ServerApp {
  /** Container image, such as `registry.example.com/shop:1.4.2`. It is had once, when the machine is made. @default none */
  readonly image?: string;
  /** User data that makes the machine a server, beginning with `#!` or `#cloud-config`. @default none */
  readonly userData?: string;
  /** TCP port that it serves on, on the machine and in the container. */
  readonly port: number;
  /** Its environment. Values are one line each; they win over the variables that are set besides. */
  readonly environment: Readonly<Record<string, string>>;
  /** How long it may take to finish its requests after SIGTERM, such as `30s`. */
  readonly stopWithin: string;
}

/**
 * User data of a web server's machine, for Ubuntu 24.04 and Debian 12 or newer.
 *
 * An image is run by Docker in a unit, and only its port is published. User data of the user's comes after ours: its lists
 * are appended to ours, and of a key that both have ours stays. Equal arguments give equal texts.
 *
 * @throws Error when there is neither an image nor user data, or when one of them, or a variable, can't be written down.
 */
export function serverUserData(args: ServerUserDataArgs): string {
  const { server, app } = args;
  const { image, userData } = app;
  if (image === undefined && userData === undefined)
    throw new Error(`${server} has neither an image nor user data: it would serve nothing`);
  if (image !== undefined && !IMAGE.test(image))
    throw new Error(
      `the image of ${server} is ${JSON.stringify(image)}, but must be a name such as registry.example.com/shop:1.4.2`,
    );

  const ours = cloudConfig(machine(args, image));
  if (userData === undefined) return ours;
  const type = KINDS.find(([first]) => first.test(userData))?.[1];
  if (type === undefined)
    throw new Error(
      `the user data of ${server} begins with ${JSON.stringify(userData.slice(0, 20))}, but must begin with #! or a line #cloud-config`,
    );
  return multipart([
    { name: "evenkeel.yaml", type: "cloud-config", text: ours },
    { name: "app", type, text: userData },
  ]);
}

function machine(args: ServerUserDataArgs, image: string | undefined): Machine {
  const { server, app, operators, terminator } = args;
  const haproxy =
    terminator === undefined
      ? undefined
      : haproxyMachine(terminator, { name: TERMINATOR_UNIT, description: `TLS of ${server}`, lowPorts: false });
  const users = [...operatorsUser(operators), ...((haproxy?.config.users ?? []) as object[])];
  const base = hardening({
    ...(haproxy === undefined ? {} : { ssh: rolloutSsh(), loopbackOnly: app.port }),
    // A new library below Docker would stop every container of the machine.
    neverRestarted: image === undefined ? [] : ["^docker\\.service$", "^containerd\\.service$"],
  });
  return {
    packages: [...(image === undefined ? [] : ["docker.io"]), ...(haproxy?.packages ?? []), ...base.packages],
    files: [
      ...base.files,
      ...(args.files ?? []),
      { path: ENVIRONMENT_FILE, permissions: "0600", content: environment(args) },
      ...(haproxy?.files ?? []),
      ...(image === undefined ? [] : containerFiles(args, image)),
    ],
    setUp: [...base.setUp, ...(haproxy?.setUp ?? []), ...(image === undefined ? [] : [`systemctl enable --now ${APP_UNIT}`])],
    config: {
      ...haproxy?.config,
      // Stated also where it is the default: users of a user's own are then more, and not all.
      ...(users.length === 0 ? {} : { users: ["default", ...users] }),
      // Keys that the account or project of a cloud has for all of its machines; a user's own user data may count on them.
      ...(app.userData === undefined ? { allow_public_ssh_keys: false } : {}),
      ...base.config,
    },
  };
}

function environment({ site, pool, server, dataCenter, app }: ServerUserDataArgs): string {
  const variables = {
    PORT: String(app.port),
    EVENKEEL_SITE: site,
    EVENKEEL_POOL: pool,
    EVENKEEL_SERVER: server,
    EVENKEEL_DATA_CENTER: dataCenter,
    ...app.environment,
  };
  return lines(
    ...sortedEntries(variables).map(([name, value]) => {
      if (!VARIABLE.test(name))
        throw new Error(
          `${server}: ${JSON.stringify(name)} is no name of a variable: letters, digits and _, not starting with a digit`,
        );
      // Docker reads one variable a line, and has no way to write such characters down. The value may be a secret.
      if (/[\n\r\0]/.test(value))
        throw new Error(`${server}: the variable ${name} has a line break or a NUL, but must be one line`);
      return `${name}=${value}`;
    }),
  );
}

function containerFiles(args: ServerUserDataArgs, image: string): MachineFile[] {
  return [
    { path: PULL, permissions: "0755", content: pull(image) },
    { path: `/etc/systemd/system/${APP_UNIT}`, content: unit(args, image) },
  ];
}

/** What was had once is what the machine runs: a restart needs no registry, and never brings another version. */
function pull(image: string): string {
  return lines(
    "#!/bin/sh",
    `docker image inspect ${image} >/dev/null 2>&1 && exit`,
    "for pause in 1 2 4 8 16 32; do",
    `  docker pull --quiet ${image} && exit`,
    "  sleep $pause",
    "done",
    `exec docker pull --quiet ${image}`,
  );
}

function unit({ server, app: { port, stopWithin }, terminator }: ServerUserDataArgs, image: string): string {
  const stopSeconds = Math.ceil(Duration.parse(stopWithin).milliseconds / 1_000);
  const options = [
    "--rm",
    `--name ${CONTAINER}`,
    "--pull never",
    `--env-file ${ENVIRONMENT_FILE}`,
    `--publish ${terminator === undefined ? "" : "127.0.0.1:"}${port}:${port}`,
    "--security-opt no-new-privileges",
    // What the app prints is in the unit's journal, whose size is bounded.
    "--log-driver none",
    // Holds for whoever stops it, also for Docker that is itself stopped.
    `--stop-timeout ${stopSeconds}`,
  ];
  return lines(
    "[Unit]",
    `Description=App of ${server}`,
    `Requires=docker.service ${METADATA_UNIT}`,
    "Wants=network-online.target",
    `After=docker.service ${METADATA_UNIT} network-online.target`,
    // It is started again for ever.
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=exec",
    `ExecStartPre=-/usr/bin/docker rm --force ${CONTAINER}`,
    `ExecStartPre=${PULL}`,
    `ExecStart=/usr/bin/docker run ${options.join(" ")} ${image}`,
    `ExecStop=-/usr/bin/docker stop ${CONTAINER}`,
    `TimeoutStartSec=${START_WITHIN_SECONDS}`,
    `TimeoutStopSec=${stopSeconds + DOCKER_SECONDS}`,
    "Restart=always",
    "RestartSec=2",
    "",
    "[Install]",
    // An upgrade of Docker stops the app with it, and starts Docker alone.
    "WantedBy=multi-user.target docker.service",
  );
}
