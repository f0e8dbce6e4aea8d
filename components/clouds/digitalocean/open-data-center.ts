import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, BalancerNodeArgs, OpenArgs, OpenDataCenter, Peer, WebServer, WebServerArgs } from "../../data-center";
import { type CloudSettings, isFrozen } from "../../model/clouds/data-center";
import { networkOf } from "../../model/network/network";
import { SshKeyPair } from "../../resources/ssh-key-pair";
import { balancerUserData } from "../cloud-init/balancer";
import { keptWhile } from "../shared/frozen";
import { connectionsOf, type MachineAddresses, machineTypeIn, NODE_DIRECTORY, remoteAccess, remoteNode } from "../shared/machine";
import { ServerAccess, tlsPortOf } from "../shared/server-access";
import { catalogue } from "./catalogue";
import { baseRules, firewall, healthRules, metricsRules, type Kind, passthroughRules, peerRules } from "./firewall";

/** What machines run unless the stack names an image. */
const UBUNTU = "ubuntu-24-04-x64";
/** Most bytes of user data (DigitalOcean's API document, `user_data`). */
const MAX_USER_DATA = 65_536;

/** What a network is made from. */
export interface NetworkArgs extends OpenArgs {
  /** What the stack says of the data center. */
  readonly settings: CloudSettings;
}

/** One droplet, besides what follows from its data center. */
interface DropletArgs {
  readonly kind: Kind;
  /** Its machine type, in DigitalOcean's words. */
  readonly type: string;
  readonly userData: pulumi.Input<string>;
}

/** Droplets of one kind: the tag by which firewalls know them, and the firewall that each has from its first moment. */
interface Group {
  readonly tag: digitalocean.Tag;
  readonly base: digitalocean.Firewall;
}

/** A data center of DigitalOcean in which machines can be made: a private network, firewalls, and the key of rollouts. */
export class Network extends pulumi.ComponentResource implements OpenDataCenter {
  readonly tlsPort: number | undefined;
  private readonly site: string;
  private readonly access: OpenArgs["access"];
  private readonly settings: CloudSettings;
  private readonly vpc: digitalocean.Vpc;
  private readonly rotation: OpenArgs["rotation"];
  /** The key by which certificates are brought to the web servers. */
  private serverKeyPair: SshKeyPair | undefined;
  private readonly key: digitalocean.SshKey;
  /** With a data center whose API is in trouble, everything stays as the state has it. */
  private readonly frozen: boolean;
  private readonly groups: Partial<Record<Kind, Group>> = {};
  private health: digitalocean.Firewall | undefined;

  constructor(
    readonly name: string,
    { site, access, rotation, settings }: NetworkArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("evenkeel:digitalocean:Network", name, {}, opts);
    this.site = site;
    this.access = access;
    this.settings = settings;
    this.rotation = rotation;
    this.tlsPort = tlsPortOf(settings);
    this.frozen = isFrozen(settings);
    const ipRange = settings.network ?? networkOf(pulumi.getStack(), name);
    this.vpc = new digitalocean.Vpc(name, { region: settings.region, ipRange }, this.mine());
    // Without a key DigitalOcean would set a password for root and mail it. Nobody logs in as root, and nobody is given this one's
    // private half. The account has each key once, and what a comment says makes no other key of it.
    const rootKey = new SshKeyPair(`${name}-root`, { comment: `${site}-${name}-root` }, { parent: this });
    this.key = new digitalocean.SshKey(name, { publicKey: rootKey.publicKey.apply(withoutComment) }, this.mine());
    this.registerOutputs({});
  }

  webServer(name: string, args: WebServerArgs, opts: pulumi.CustomResourceOptions): WebServer {
    const { pool, site, size, app, secrets } = args;
    const told = { site, pool, server: name, dataCenter: this.name, app, secrets, operators: this.access.keys };
    const access = new ServerAccess(name, told, this.serverKey(), this.rotation.servers, opts);
    const { userData, userDataSize } = access;
    if (userDataSize > MAX_USER_DATA)
      throw new pulumi.RunError(`${name}: its user data is up to ${userDataSize} bytes, but DigitalOcean takes ${MAX_USER_DATA}`);
    const droplet = this.droplet(
      name,
      { kind: "servers", type: machineTypeIn(name, size, { name: this.name, sizes: this.settings.sizes, catalogue }), userData },
      opts,
    );
    return access.at(droplet.id, addressesOf(droplet), this.access);
  }

  balancerNode(name: string, args: BalancerNodeArgs, opts: pulumi.CustomResourceOptions): BalancerNode {
    const { role, size, checkedFrom, https, passthrough, metrics } = args;
    const type = machineTypeIn(name, size, { name: this.name, sizes: this.settings.sizes, catalogue });
    const { memory } = catalogue.machine(type);
    const rotation = this.rotation[role];
    const keyPair = new SshKeyPair(this.name, { comment: `${this.site}-${this.name}`, rotation }, { parent: this });
    const hostKeyPair = new SshKeyPair(`${name}-host`, { comment: name, rotation }, opts);
    const userData = pulumi
      .all([hostKeyPair.privateKey, hostKeyPair.publicKey, keyPair.publicKey])
      .apply(([privateKey, publicKey, rollouts]) =>
        balancerUserData({
          hostKey: { privateKey, publicKey },
          authorizedKeys: [rollouts],
          directory: NODE_DIRECTORY,
          maxConnections: connectionsOf(memory),
          operators: this.access.keys,
        }),
      );
    const droplet = this.droplet(name, { kind: "balancers", type, userData }, opts);
    this.health ??= firewall(`${this.name}-health`, this.group("balancers").tag, healthRules(checkedFrom), this.mine());
    if (passthrough !== undefined)
      firewall(`${this.name}-tcp-${passthrough}`, this.group("balancers").tag, passthroughRules(passthrough), this.mine());
    if (metrics !== undefined && metrics.from.length > 0)
      firewall(`${this.name}-metrics`, this.group("balancers").tag, metricsRules(metrics), this.mine());

    const parts = keptWhile(this.frozen, opts);
    const address = new digitalocean.ReservedIp(name, { region: this.settings.region }, parts);
    // Another droplet makes another assignment, and the engine makes it before it deletes the old one. That is right, and
    // deleteBeforeReplace would be wrong: making it moves the address in one step, and deleting the old one first looks
    // whose the address is, and leaves it alone when that is not its own droplet (terraform-provider-digitalocean,
    // resource_reserved_ip_assignment.go, since its pull request 149). Deleted first, the address would be nobody's for
    // as long as both take, 20 seconds at least. As `dropletId` of the address it would move in one step too, but a
    // refresh would not see that an address is nobody's, so no `up` would mend it.
    const assignment = new digitalocean.ReservedIpAssignment(
      name,
      { ipAddress: address.ipAddress, dropletId: droplet.id.apply(Number) },
      parts,
    );

    // A rollout reaches the very machine that it is for, wherever the address points. It waits for the assignment all the
    // same, and what is published waits for it; the address itself stays known while a preview replaces the machine.
    const remote = remoteAccess(addressesOf(droplet), hostKeyPair.publicKey, this.access);
    const node = remoteNode({ role, dataCenter: this.name, remote, memory, https, passthrough });
    return {
      machine: droplet.id,
      node: pulumi.all([node, assignment.id]).apply(([known]) => known),
      key: keyPair.privateKey,
      address: address.ipAddress,
      ipv6: droplet.ipv6Address,
      // What a droplet sends comes from its own address, never from its reserved one.
      sendsFrom: droplet.ipv4Address,
    };
  }

  admit({ role, address, port, to = "servers" }: Peer, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const name = `${this.name}-${to === "servers" ? "" : `${to}-`}from-${role}-${port}`;
    return firewall(name, this.group(to).tag, peerRules(address, port), keptWhile(this.frozen, opts));
  }

  private droplet(name: string, { kind, type, userData }: DropletArgs, opts: pulumi.CustomResourceOptions): digitalocean.Droplet {
    const { region, image } = this.settings;
    const { tag, base } = this.group(kind);
    return new digitalocean.Droplet(
      name,
      {
        region,
        size: type,
        image: image ?? UBUNTU,
        vpcUuid: this.vpc.id,
        sshKeys: [this.key.id],
        userData,
        tags: [tag.name, `evenkeel-site:${this.site}`, `evenkeel-data-center:${this.name}`],
        ipv6: kind === "balancers",
        // The one agent asks the metadata service, which is closed to its user; the other lets the console in by SSH, which is
        // closed to DigitalOcean's own addresses.
        monitoring: false,
        dropletAgent: false,
      },
      keptWhile(
        this.frozen,
        pulumi.mergeOptions(opts, {
          // Without any firewall a droplet is open to the world.
          dependsOn: [base],
          additionalSecretOutputs: ["userData"],
          // DigitalOcean would shut it down to resize it.
          replaceOnChanges: ["size"],
          ignoreChanges: image === undefined ? ["image"] : [],
        }),
      ),
    );
  }

  private serverKey(): SshKeyPair | undefined {
    if (this.tlsPort === undefined) return undefined;
    const comment = `${this.site}-${this.name}-servers`;
    return (this.serverKeyPair ??= new SshKeyPair(
      `${this.name}-servers`,
      { comment, rotation: this.rotation.servers },
      { parent: this },
    ));
  }

  private group(kind: Kind): Group {
    const made = this.groups[kind];
    if (made !== undefined) return made;
    const tag = new digitalocean.Tag(`${this.name}-${kind}`, {}, this.mine());
    const base = firewall(`${this.name}-${kind}`, tag, baseRules(kind, this.access.ssh), this.mine());
    return (this.groups[kind] = { tag, base });
  }

  private mine(): pulumi.CustomResourceOptions {
    return keptWhile(this.frozen, { parent: this });
  }
}

function addressesOf(droplet: digitalocean.Droplet): MachineAddresses {
  return { public: droplet.ipv4Address, private: droplet.ipv4AddressPrivate };
}

/** The key itself, of a line as it stands in `authorized_keys`. */
function withoutComment(line: string): string {
  return line.split(" ").slice(0, 2).join(" ");
}
