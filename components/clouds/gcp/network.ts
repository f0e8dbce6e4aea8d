import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { networkOf } from "../../model/network/network";
import { optionsOf, type Place } from "../shared/place";
import { resourceName } from "./naming";

/** The network of a data center, with a subnetwork for its machines. It has its way to the internet from the start. */
export class Network extends pulumi.ComponentResource {
  /** Identity of the network. */
  readonly networkId: pulumi.Output<string>;
  /** Identity of the subnetwork that the machines are in; with IPv4 and IPv6. */
  readonly subnetwork: pulumi.Output<string>;
  /** Options of what else belongs to the data center. */
  readonly own: pulumi.CustomResourceOptions;

  constructor(place: Place, opts: pulumi.ComponentResourceOptions) {
    const { name, settings } = place;
    super("evenkeel:gcp:Network", name, {}, opts);
    this.own = optionsOf(place, { parent: this });
    const network = new gcp.compute.Network(resourceName(name), { autoCreateSubnetworks: false }, this.own);
    this.networkId = network.id;
    const subnetwork = new gcp.compute.Subnetwork(
      resourceName(name),
      {
        network: network.id,
        region: settings.region,
        ipCidrRange: settings.network ?? networkOf(pulumi.getStack(), name),
        stackType: "IPV4_IPV6",
        ipv6AccessType: "EXTERNAL",
      },
      this.own,
    );
    this.subnetwork = subnetwork.id;
    this.registerOutputs({});
  }
}
