import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { networkOf } from "../../model/network/network";
import { optionsOf, type Place } from "../shared/place";

/** The private network of a data center. */
export class Network extends pulumi.ComponentResource {
  /** Id of the VPC. */
  readonly vpcId: pulumi.Output<string>;
  /** Options of what else belongs to the data center. */
  readonly own: pulumi.CustomResourceOptions;

  constructor(place: Place, opts: pulumi.ComponentResourceOptions) {
    const { name, settings } = place;
    const { region } = settings;
    super("evenkeel:digitalocean:Network", name, {}, opts);
    this.own = optionsOf(place, { parent: this });
    const ipRange = settings.network ?? networkOf(pulumi.getStack(), name);
    this.vpcId = new digitalocean.Vpc(name, { region, ipRange }, this.own).id;
    this.registerOutputs({});
  }
}
