import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { partOf } from "../../model/network/cidr";
import { isFrozen } from "../../model/clouds/data-center";
import { networkOf } from "../../model/network/network";
import { catalogue } from "./catalogue";
import { networkIn } from "./ipv6";
import { optionsOf, type Place, tagsOf } from "./place";

/** Parts of a network: one for each zone that a region can have, and two for zones that are not named. */
const PARTS = 8;
/** The parts of zones that are not named; that of a named one follows from its letter. */
const UNNAMED = [6, 7];

/** A public subnet, in one zone. */
export interface Subnet {
  readonly id: pulumi.Output<string>;
  /** What must stand before a machine in it can reach anybody, or be reached. */
  readonly ways: readonly pulumi.Resource[];
}

/** The network of a data center: a VPC with a public subnet in each zone, and the way out. */
export class Network extends pulumi.ComponentResource {
  /** Its subnets, in the order of the stack's zones. */
  readonly subnets: readonly Subnet[];
  /** Id of the VPC. */
  readonly vpcId: pulumi.Output<string>;
  /** Options of what else belongs to the data center. */
  readonly own: pulumi.CustomResourceOptions;

  constructor(place: Place, opts: pulumi.ComponentResourceOptions) {
    const { name, settings } = place;
    const { region } = settings;
    super("evenkeel:aws:Network", name, {}, opts);
    this.own = optionsOf(place, { parent: this });
    const tags = tagsOf(place, name);

    const vpc = new aws.ec2.Vpc(
      name,
      {
        region,
        cidrBlock: settings.network ?? networkOf(pulumi.getStack(), name),
        assignGeneratedIpv6CidrBlock: true,
        enableDnsSupport: true,
        tags,
      },
      this.own,
    );
    // It comes with the network and lets its members reach each other; without rules it is closed.
    new aws.ec2.DefaultSecurityGroup(name, { region, vpcId: vpc.id, tags }, this.own);
    const gateway = new aws.ec2.InternetGateway(name, { region, vpcId: vpc.id, tags }, this.own);
    const table = new aws.ec2.RouteTable(name, { region, vpcId: vpc.id, tags }, this.own);
    const way = { region, routeTableId: table.id, gatewayId: gateway.id };
    const routes = [
      new aws.ec2.Route(`${name}-ipv4`, { ...way, destinationCidrBlock: "0.0.0.0/0" }, this.own),
      new aws.ec2.Route(`${name}-ipv6`, { ...way, destinationIpv6CidrBlock: "::/0" }, this.own),
    ];
    this.vpcId = vpc.id;
    this.subnets = zonesOf(place, this).map(({ label, zone, part, ignoreChanges }) => {
      const subnetName = `${name}-${label}`;
      const subnet = new aws.ec2.Subnet(
        subnetName,
        {
          region,
          vpcId: vpc.id,
          availabilityZone: zone,
          cidrBlock: partOf(settings.network ?? networkOf(pulumi.getStack(), name), part, PARTS),
          ipv6CidrBlock: vpc.ipv6CidrBlock.apply((block) => networkIn(block, part)),
          // Said here and not of each machine: there, a balancer's static address would read as a change that replaces it.
          mapPublicIpOnLaunch: true,
          tags: tagsOf(place, subnetName),
        },
        optionsOf(place, { parent: this }, { ignoreChanges }),
      );
      const association = new aws.ec2.RouteTableAssociation(
        subnetName,
        { region, subnetId: subnet.id, routeTableId: table.id },
        this.own,
      );
      return { id: subnet.id, ways: [...routes, association] };
    });
    this.registerOutputs({});
  }
}

/** A zone that a subnet stands in. */
interface Zone {
  /** What tells it apart in names. */
  readonly label: string;
  readonly zone: pulumi.Input<string>;
  /** Its part of the network, which no other zone ever has. */
  readonly part: number;
  /** What stays as it was when the subnet was made. */
  readonly ignoreChanges: string[];
}

function zonesOf(place: Place, parent: pulumi.Resource): Zone[] {
  const { name, settings } = place;
  const { region, zones } = settings;
  const known = catalogue.zonesOf(region);
  if (zones === undefined) {
    // AWS may have another first zone tomorrow, and nothing may move for that.
    const ignoreChanges = ["availabilityZone"];
    const names = isFrozen(settings) ? pulumi.output([...known]) : availableZones(region, parent);
    return UNNAMED.map((part, i) => ({
      label: String(i + 1),
      zone: names.apply((all) => all[i % all.length] ?? ""),
      part,
      ignoreChanges,
    }));
  }
  return zones.map((zone) => {
    const part = known.indexOf(zone);
    if (part === -1) throw new pulumi.RunError(`${name}: ${zone} is not a zone of ${region}, such as ${known.join(", ")}`);
    return { label: zone, zone, part, ignoreChanges: [] };
  });
}

/** The zones of a region that everybody may use, by name. */
function availableZones(region: string, parent: pulumi.Resource): pulumi.Output<string[]> {
  const filters = [
    { name: "opt-in-status", values: ["opt-in-not-required"] },
    { name: "zone-type", values: ["availability-zone"] },
  ];
  return aws
    .getAvailabilityZonesOutput({ region, state: "available", filters }, { parent })
    .names.apply((names) => names.toSorted());
}
