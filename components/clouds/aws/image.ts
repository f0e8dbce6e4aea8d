import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { isFrozen } from "../../model/clouds/data-center";
import type { Place } from "../shared/place";
import { architectureOf } from "./catalogue";

/** Who publishes Ubuntu, Canonical, by the start of a region's name: partitions of AWS share no accounts. */
const CANONICAL = "099720109477";
const CANONICAL_ELSEWHERE: readonly (readonly [regions: string, owner: string])[] = [
  ["cn-", "837727238323"],
  ["us-gov-", "513442679011"],
];
/** What is not asked for is ignored all the same. */
const UNASKED = "ami-frozen";

/** The images that machines of a data center are made from. */
export class Images {
  private readonly asked = new Map<string, pulumi.Output<string>>();

  /** @param opts For what it asks of AWS. */
  constructor(
    private readonly place: Place,
    private readonly opts: pulumi.InvokeOptions,
  ) {}

  /** The image of a machine type: the stack's own, or the newest Ubuntu 24.04. */
  of(type: string): pulumi.Input<string> {
    if (this.place.settings.image !== undefined) return this.place.settings.image;
    if (isFrozen(this.place.settings)) return UNASKED;
    const architecture = architectureOf(type);
    const image = this.asked.get(architecture) ?? this.ubuntu(architecture);
    this.asked.set(architecture, image);
    return image;
  }

  private ubuntu(architecture: string): pulumi.Output<string> {
    const { region } = this.place.settings;
    const [, owner = CANONICAL] = CANONICAL_ELSEWHERE.find(([start]) => region.startsWith(start)) ?? [];
    return aws.ec2.getAmiOutput(
      {
        region,
        mostRecent: true,
        owners: [owner],
        filters: [
          { name: "name", values: [`ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${architecture}-server-*`] },
          { name: "state", values: ["available"] },
        ],
      },
      this.opts,
    ).id;
  }
}
