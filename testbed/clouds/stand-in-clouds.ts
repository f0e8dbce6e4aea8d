import { readFileSync } from "node:fs";
import * as path from "node:path";
import { AcmeCertificateResource } from "../../provider/acme/resource";
import { ACME_CERTIFICATE } from "../../components/contracts/acme-certificate";
import { AUTHORITY } from "../../components/contracts/authority";
import { CERTIFICATE } from "../../components/contracts/certificate";
import { ROLLOUT } from "../../components/contracts/rollout";
import { SSH_KEY_PAIR } from "../../components/contracts/ssh-key-pair";
import { TLS_TERMINATOR } from "../../components/contracts/tls-terminator";
import { AuthorityResource } from "../../provider/keys/authority";
import { CertificateResource } from "../../provider/keys/certificate";
import { SshKeyPairResource } from "../../provider/keys/ssh-key-pair";
import { reach, reachTerminator } from "../../provider/rollout/reach";
import { RolloutResource } from "../../provider/rollout/resource";
import { TlsTerminatorResource } from "../../provider/rollout/terminator";
import { type AnyResource, serve, type Server } from "../../provider/server";
import { ROOT } from "../../workspace/project";
import { Addresses } from "./addresses";
import { AWS } from "./aws";
import { BalancerMachines } from "./balancer-machine";
import { DIGITALOCEAN } from "./digitalocean";
import { GCP } from "./gcp";
import type { Hardware } from "./hardware";
import { PlayedResource } from "./played-resource";
import { RecordedResource } from "./recorded-resource";
import { type DeclaredResource, type EventKind, type RecordedEvent, Recorder } from "./recorder";
import { TerminatorMachines } from "./terminator-machine";
import { World } from "./world";

/** The clouds that are played, by the names of their packages. */
const CLOUDS = { aws: AWS, gcp: GCP, digitalocean: DIGITALOCEAN };
/** What programs and providers look for before they ask a cloud. None of it opens anything. */
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "stand-in",
  AWS_SECRET_ACCESS_KEY: "stand-in",
  GOOGLE_OAUTH_ACCESS_TOKEN: "stand-in",
  DIGITALOCEAN_TOKEN: "stand-in",
};
/** What a user may have set for real clouds. */
const NOT_PASSED_ON = ["AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS"];

/** One of the clouds that are played. */
export type CloudName = keyof typeof CLOUDS;

/**
 * The clouds `aws`, `gcp` and `digitalocean`, and the balancers in them, played in this process under the real engine, CLI and
 * SDKs. They know of each type what the real provider does with it (what a change replaces, what it restarts, which names it makes
 * up), refuse what the real APIs refuse, and record what happened, in order.
 */
export class StandInClouds {
  /** What the engine must be started with, so that it asks these instead of the real providers. */
  readonly environment: NodeJS.ProcessEnv;

  private constructor(
    private readonly worlds: Readonly<Record<CloudName, World>>,
    private readonly recorder: Recorder,
    private readonly servers: Readonly<Record<string, Server>>,
    /** Has machines run as the clouds now have them. */
    readonly settle: () => Promise<void>,
  ) {
    const ports = Object.entries(servers).map(([name, { port }]) => `${name}:${port}`);
    this.environment = {
      ...Object.fromEntries(NOT_PASSED_ON.map((name) => [name, undefined])),
      ...CREDENTIALS,
      PULUMI_DEBUG_PROVIDERS: ports.join(","),
    };
  }

  /**
   * Starts them, with nothing in them but a DNS zone `example.com` each.
   *
   * @param hardware What machines run on; balancers and servers are then reached by the real plugin. @default none: machines are
   *   but declared, and what rollouts find on them is played too
   */
  static async start(hardware?: Hardware): Promise<StandInClouds> {
    const [recorder, addresses] = [new Recorder(), new Addresses()];
    const world = (name: CloudName): World => new World(CLOUDS[name], addresses, recorder);
    const worlds = { aws: world("aws"), gcp: world("gcp"), digitalocean: world("digitalocean") };
    const servers: Record<string, Server> = {};
    const all = Object.values(worlds);
    const settle = async (): Promise<void> => hardware?.run(all.flatMap((played) => played.running()));
    for (const [name, played] of Object.entries(worlds)) servers[name] = await servePackage(name, played, settle);
    const reached = hardware === undefined ? playedPlugin(all, addresses, recorder) : REAL_PLUGIN;
    servers["evenkeel-node"] = await servePlugin(reached, recorder);
    return new StandInClouds(worlds, recorder, servers, settle);
  }

  /** Everything that happened, in order. */
  get events(): readonly RecordedEvent[] {
    return this.recorder.events;
  }

  /** What stands now, in the order in which it was made. */
  declared(): DeclaredResource[] {
    return this.recorder.declared();
  }

  /** Where in {@link events} something was first done. @throws Error when it was not. */
  indexOf(kind: EventKind, name: string, from?: number): number {
    return this.recorder.indexOf(kind, name, from);
  }

  /**
   * Names of what was done and did not fail, sorted.
   *
   * @param from Place in {@link events} from which on it counts.
   * @param type What its type token matches. @default any
   */
  done(kind: string, from: number, type = /./): string[] {
    return this.events
      .filter((event) => event.at >= from && event.kind === kind && event.error === undefined && type.test(event.type))
      .map(({ name }) => name)
      .sort();
  }

  /** Where in {@link events} something was last done. @throws Error when it was not. */
  lastIndexOf(kind: EventKind, name: string, from?: number): number {
    return this.recorder.lastIndexOf(kind, name, from);
  }

  /**
   * Has every call of a cloud's API fail: what makes, changes, deletes, reads and asks. What providers compute themselves goes on.
   *
   * @param status The HTTP status that the API answers with.
   * @param region The one region in which it fails. @default everywhere
   */
  fail(cloud: CloudName, status = 500, region?: string): void {
    this.worlds[cloud].fail(status, region);
  }

  /** Has calls of a cloud's API succeed again. */
  mend(cloud: CloudName): void {
    this.worlds[cloud].mend();
  }

  /**
   * Takes a resource away that nobody deleted, by its name in the program.
   *
   * @param type Its type. @default any: the newest of that name
   * @throws Error when there is none.
   */
  lose(name: string, type?: string): void {
    for (const world of Object.values(this.worlds)) if (world.loseByName(name, type)) return;
    throw new Error(`nothing called ${name} stands in the clouds`);
  }

  /** Has the clouds release newer machine images: whoever asks for the newest is told of another one from now on. */
  releaseImages(): void {
    for (const world of Object.values(this.worlds)) world.imageRelease++;
  }

  /** Ends them. */
  stop(): void {
    for (const server of Object.values(this.servers)) server.stop();
  }
}

function servePackage(name: string, world: World, settle: () => Promise<void>): Promise<Server> {
  const manifest = readFileSync(path.join(ROOT, "node_modules", "@pulumi", name, "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  return serve(version, (type, urn) => new PlayedResource(world, type, urn, settle), undefined, {
    name,
    invoke: async (token, args) => {
      await Promise.resolve();
      return world.answer(token, args);
    },
    configure: (settings) => world.configure(settings),
  });
}

/** The resources of the project's own plugin that reach a machine. */
interface Reaching {
  readonly rollout: RolloutResource;
  readonly terminator: TlsTerminatorResource;
}

const REAL_PLUGIN: Reaching = { rollout: new RolloutResource(reach), terminator: new TlsTerminatorResource(reachTerminator) };

function playedPlugin(worlds: readonly World[], addresses: Addresses, recorder: Recorder): Reaching {
  const machineAt = (address: string): string | undefined =>
    worlds.map((world) => world.cloud.machineAt(address, world)?.id).find((id) => id !== undefined);
  const terminators = new TerminatorMachines({ machineAt });
  const machines = new BalancerMachines(
    {
      machineAt,
      gone: (asked) => {
        const standing = worlds.map((world) => world.texts());
        // Others stand outside of these clouds.
        return new Set(asked.filter((address) => addresses.isOurs(address) && !standing.some((texts) => texts.has(address))));
      },
    },
    recorder,
  );
  return {
    rollout: new RolloutResource(machines.reach, machines.render),
    terminator: new TlsTerminatorResource(terminators.reach),
  };
}

function servePlugin({ rollout, terminator }: Reaching, recorder: Recorder): Promise<Server> {
  const resources: Record<string, AnyResource> = {
    [ACME_CERTIFICATE]: new AcmeCertificateResource() as unknown as AnyResource,
    [AUTHORITY]: new AuthorityResource() as unknown as AnyResource,
    [CERTIFICATE]: new CertificateResource() as unknown as AnyResource,
    [ROLLOUT]: rollout as unknown as AnyResource,
    [SSH_KEY_PAIR]: new SshKeyPairResource() as unknown as AnyResource,
    [TLS_TERMINATOR]: terminator as unknown as AnyResource,
  };
  return serve("0.0.0", (type, urn) => {
    const resource = resources[type];
    return resource === undefined ? undefined : new RecordedResource(resource, recorder, type, urn);
  });
}
