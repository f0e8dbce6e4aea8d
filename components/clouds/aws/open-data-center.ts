import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, BalancerNodeArgs, OpenArgs, OpenDataCenter, Peer, WebServer, WebServerArgs } from "../../data-center";
import type { CloudSettings } from "../../model/clouds/data-center";
import { SshKeyPair } from "../../resources/ssh-key-pair";
import { balancerUserData } from "../cloud-init/balancer";
import { connectionsOf, machineTypeIn, NODE_DIRECTORY, remoteAccess, remoteNode } from "../shared/machine";
import { ServerAccess, tlsPortOf } from "../shared/server-access";
import { catalogue } from "./catalogue";
import { Firewall, type Openings } from "./firewall";
import { Images } from "./image";
import { Network, type Subnet } from "./network";
import { optionsOf, type Place, tagsOf } from "./place";

/** Size of a machine's disk in GiB: the system, and room for an app's images and logs. */
const DISK = 20;

/** One machine, besides what follows from its data center. */
interface MachineArgs {
  /** Its machine type, in AWS's words. */
  readonly type: string;
  /** Where it stands. */
  readonly subnet: Subnet;
  /** What is open to it. */
  readonly openings: Openings;
  /** What it runs when it starts for the first time. */
  readonly userData: pulumi.Input<string>;
  /** How many IPv6 addresses it has. */
  readonly ipv6AddressCount?: number;
}

/** A data center of AWS in which machines can be made. */
export class OpenAwsDataCenter implements OpenDataCenter {
  private readonly place: Place;
  private readonly network: Network;
  private readonly firewall: Firewall;
  private readonly images: Images;
  readonly tlsPort: number | undefined;
  private readonly access: OpenArgs["access"];
  private readonly rotation: OpenArgs["rotation"];
  /** The key by which certificates are brought to the web servers. */
  private serverKeyPair: SshKeyPair | undefined;

  constructor(
    readonly name: string,
    settings: CloudSettings,
    { site, access, rotation }: OpenArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    this.place = { name, site, settings };
    this.access = access;
    this.rotation = rotation;
    this.tlsPort = tlsPortOf(settings);
    this.network = new Network(this.place, opts);
    this.firewall = new Firewall(this.place, this.network.vpcId, access.ssh, this.network.own);
    this.images = new Images(this.place, { parent: this.network });
  }

  webServer(name: string, args: WebServerArgs, opts: pulumi.CustomResourceOptions): WebServer {
    const { pool, site, ordinal, size, app, secrets } = args;
    const told = { site, pool, server: name, dataCenter: this.name, app, secrets, operators: this.access.keys };
    const access = new ServerAccess(name, told, this.serverKey(), this.rotation.servers, optionsOf(this.place, opts));
    const type = machineTypeIn(name, size, { name: this.name, sizes: this.place.settings.sizes, catalogue });
    const subnet = this.subnet(ordinal);
    // It stands only when there is a way to it, and so its address tells as much.
    const { userData } = access;
    const machine = this.machine(
      name,
      { type, subnet, openings: this.firewall.forServers(), userData },
      { ...opts, additionalSecretOutputs: ["userData"] },
    );
    return access.at(machine.id, { public: machine.publicIp, private: machine.privateIp }, this.access);
  }

  balancerNode(name: string, args: BalancerNodeArgs, opts: pulumi.CustomResourceOptions): BalancerNode {
    const { role, size, https, passthrough, metrics } = args;
    const { region } = this.place.settings;
    const type = machineTypeIn(name, size, { name: this.name, sizes: this.place.settings.sizes, catalogue });
    const { memory } = catalogue.machine(type);
    const openings = this.firewall.forBalancers(args);
    this.firewall.showMetrics(metrics);

    // What the machine waits for is not for these: the web servers let the address in before the machine is there.
    const early = { ...opts, dependsOn: undefined };
    const rotation = this.rotation[role];
    const rollouts = new SshKeyPair(this.name, { comment: `${this.place.site}-${this.name}`, rotation }, this.network.own);
    const hostKey = new SshKeyPair(`${name}-host`, { comment: name, rotation }, optionsOf(this.place, early));
    const eip = new aws.ec2.Eip(name, { region, domain: "vpc", tags: tagsOf(this.place, name) }, optionsOf(this.place, early));
    const userData = pulumi
      .all([hostKey.privateKey, hostKey.publicKey, rollouts.publicKey])
      .apply(([privateKey, publicKey, rollout]) =>
        balancerUserData({
          hostKey: { privateKey, publicKey },
          authorizedKeys: [rollout],
          directory: NODE_DIRECTORY,
          maxConnections: connectionsOf(memory),
          operators: this.access.keys,
        }),
      );
    const machine = this.machine(
      name,
      { type, subnet: this.subnet(1), openings, userData: pulumi.secret(userData), ipv6AddressCount: 1 },
      { ...opts, additionalSecretOutputs: ["userData"] },
    );
    // Of a new machine it is made before that of the old one goes, and takes the address over.
    const association = new aws.ec2.EipAssociation(
      name,
      { region, allocationId: eip.id, instanceId: machine.id },
      optionsOf(this.place, opts, { dependsOn: [...openings.rules] }),
    );

    // A URN is known in a preview: what needs the address waits for the association, and shows no change when it changes.
    const associated = (ip: pulumi.Output<string>): pulumi.Output<string> =>
      pulumi.all([ip, association.urn]).apply(([known]) => known);
    const address = associated(eip.publicIp);
    const remote = remoteAccess({ public: address, private: associated(machine.privateIp) }, hostKey.publicKey, this.access);
    return {
      machine: machine.id,
      node: remoteNode({ role, dataCenter: this.name, remote, memory, https, passthrough }),
      key: rollouts.privateKey,
      address,
      ipv6: pulumi.all([machine.ipv6Addresses, association.urn]).apply(([[ip = ""]]) => ip),
      sendsFrom: eip.publicIp,
    };
  }

  admit(peer: Peer, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return this.firewall.admit(peer, opts);
  }

  private machine(
    name: string,
    { type, subnet, openings, ...inputs }: MachineArgs,
    opts: pulumi.CustomResourceOptions,
  ): aws.ec2.Instance {
    const { region, image } = this.place.settings;
    const tags = tagsOf(this.place, name);
    return new aws.ec2.Instance(
      name,
      {
        region,
        ami: this.images.of(type),
        instanceType: type,
        subnetId: subnet.id,
        vpcSecurityGroupIds: openings.groups.map(({ id }) => id),
        rootBlockDevice: { volumeType: "gp3", volumeSize: DISK, encrypted: true, tags },
        // A container is one hop further away, and so can't ask.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        userDataReplaceOnChange: true,
        tags,
        ...inputs,
      },
      optionsOf(this.place, opts, {
        // It installs what it needs as soon as it starts.
        dependsOn: [...subnet.ways, ...this.firewall.outbound],
        // AWS would stop it to change its type.
        replaceOnChanges: ["instanceType"],
        ignoreChanges: image === undefined ? ["ami"] : [],
      }),
    );
  }

  /** The subnet of a machine by its number, from 1: they take turns. */
  private subnet(ordinal: number): Subnet {
    const { subnets } = this.network;
    const subnet = subnets[(ordinal - 1) % subnets.length];
    if (subnet === undefined) throw new pulumi.RunError(`${this.name}: zones is empty; it must name one or more zones`);
    return subnet;
  }

  private serverKey(): SshKeyPair | undefined {
    if (this.tlsPort === undefined) return undefined;
    const comment = `${this.place.site}-${this.name}-servers`;
    const { servers: rotation } = this.rotation;
    return (this.serverKeyPair ??= new SshKeyPair(`${this.name}-servers`, { comment, rotation }, this.network.own));
  }
}
