import { type Answer, text } from "../cloud";
import { DOMAIN_TYPE } from "./account";
import { VPC } from "./machines";

/** The answers to what programs ask of DigitalOcean. */
export const ANSWERS: Readonly<Record<string, Answer>> = {
  "digitalocean:index/getImage:getImage": (args, { imageRelease }) => {
    const slug = text(args, "slug") || text(args, "name");
    const id = typeof args.id === "number" ? args.id : 200_000_000 + imageRelease;
    return { id, image: String(id), slug, name: slug, status: "available", type: "base", regions: [], minDiskSize: 7 };
  },
  "digitalocean:index/getVpc:getVpc": (args, world) => {
    const found = world
      .all(VPC)
      .find(({ id, inputs }) => id === args.id || (args.name !== undefined && inputs.name === args.name));
    if (found !== undefined) return { ...found.outputs, id: found.id, urn: found.outputs.vpcUrn };
    const region = text(args, "region");
    if (region === "") throw new Error("no VPC matches");
    return { id: `default-${region}`, name: `default-${region}`, region, ipRange: "10.10.0.0/16", default: true };
  },
  "digitalocean:index/getDomain:getDomain": (args, world) => {
    const domain = world.find(DOMAIN_TYPE, args.name);
    if (domain === undefined) throw new Error(`domain not found: ${text(args, "name")}`);
    return { ...domain.outputs, id: domain.id };
  },
  "digitalocean:index/getRegion:getRegion": (args) => ({
    ...{ id: args.slug, name: args.slug, available: true, features: ["ipv6", "metadata"], sizes: [] },
  }),
  "digitalocean:index/getAccount:getAccount": () => ({
    ...{ id: "stand-in", uuid: "stand-in", email: "stand-in@example.com", emailVerified: true, status: "active" },
    ...{ dropletLimit: 25, floatingIpLimit: 5, statusMessage: "" },
  }),
};
