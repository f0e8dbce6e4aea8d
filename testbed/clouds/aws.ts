import { ANSWERS } from "./aws/answers";
import { DNS, ZONE } from "./aws/dns";
import { INSTANCE } from "./aws/ec2";
import { MACHINES } from "./aws/machines";
import { NETWORK } from "./aws/network";
import { type Cloud, text } from "./cloud";
import { running } from "./aws/running";

/** Amazon Web Services, as its real provider handles what a site needs (the schemas of terraform-provider-aws 6). */
export const AWS: Cloud = {
  name: "aws",
  types: { ...NETWORK, ...MACHINES, ...DNS },
  answers: ANSWERS,
  misconfigured: ({ region }) =>
    region === undefined
      ? "Missing region information. Make sure you have set your AWS region, e.g. `pulumi config set aws:region us-west-2`."
      : undefined,
  place: (inputs, world) => {
    const region = text(inputs, "region") || text(world.settings, "region");
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) throw new Error(`invalid AWS Region: ${region || "none is set"}`);
    return region;
  },
  notFound: (type, reference) => `Invalid${type.split(":").pop() ?? ""}.NotFound: '${reference}' does not exist`,
  inUse: (thing, holder) =>
    `DependencyViolation: ${thing.id} has dependencies and cannot be deleted: ${holder.name} (${holder.id})`,
  machineAt: (address, world) =>
    world.all(INSTANCE).find(({ outputs: { publicIp, privateIp } }) => [publicIp, privateIp].includes(address)),
  running,
  standing: () => [ZONE],
};
