import { type Cloud, text } from "./cloud";
import { ANSWERS } from "./digitalocean/answers";
import { ACCOUNT, DOMAIN } from "./digitalocean/account";
import { machineAt, MACHINES } from "./digitalocean/machines";
import { running } from "./digitalocean/running";

/** DigitalOcean, as its real provider handles what a site needs (the schemas of terraform-provider-digitalocean 2). */
export const DIGITALOCEAN: Cloud = {
  name: "digitalocean",
  types: { ...MACHINES, ...ACCOUNT },
  answers: ANSWERS,
  place: (inputs) => text(inputs, "region").toLowerCase(),
  notFound: (type, reference) => `404 The ${type.split(":").pop() ?? ""} ${reference} could not be found.`,
  inUse: (thing, holder) => `409 Can not delete ${thing.name}: it has members: ${holder.name} (${holder.id})`,
  machineAt,
  running,
  standing: () => [DOMAIN],
};
