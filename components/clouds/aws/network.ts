import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { partOf } from "../../model/network/cidr";
import { networkOf } from "../../model/network/network";
import { optionsOf, type Place } from "../shared/place";
import { networkIn } from "./ipv6";
import { tagsOf } from "./naming";
import { zonesOf } from "./zones";

/** Parts of a network: one for each zone that a region can have, and two for zones that are not named. */
const PARTS = 8;

/** A public subnet, in one zone. */
export interface Subnet {
  readonly id: pulumi.Output<string>;
  /** What must stand before a machine in it can reach anybody, or be reached. */
  readonly ways: readonly pulumi.Resource[];
}

/** The network of a data center: a VPC with a public subnet in each zone, and the way out. */
export class Network extends pulumi.ComponentResource {
  /** Id of the VPC. */
  readonly vpcId: pulumi.Output<string>;
  /** Options of what else belongs to the data center. */
  readonly own: pulumi.CustomResourceOptions;
  /** Its subnets, in the order of the stack's zones. */
  private readonly subnets: readonly Subnet[];

  constructor(
    private readonly place: Place,
    opts: pulumi.ComponentResourceOptions,
  ) {
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

  /** The subnet of a machine by its number, from 1: they take turns. */
  subnet(ordinal: number): Subnet {
    const subnet = this.subnets[(ordinal - 1) % this.subnets.length];
    if (subnet === undefined) throw new pulumi.RunError(`${this.place.name}: zones is empty; it must name one or more zones`);
    return subnet;
  }
}
