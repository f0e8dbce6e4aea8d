import type { DeclaredResource } from "../record";
import { type Check, entries, ofEach, shown, text } from "./check";

const KIB = 1024;
/** The most user data that a machine can have, in bytes: AWS before base64, Google for each entry, DigitalOcean. */
const MOST_USER_DATA = { aws: 16 * KIB, gcp: 256 * KIB, digitalocean: 64 * KIB };

/** User data stays under what its cloud takes, and is written as it says. */
export const userData: Check = ofEach(({ type, inputs }) => {
  switch (type) {
    case "aws:ec2/instance:Instance":
      return [
        ...tooLarge("user data", Buffer.byteLength(text(inputs, "userData") ?? ""), MOST_USER_DATA.aws),
        ...encodedUserData(text(inputs, "userDataBase64") ?? ""),
      ];
    case "gcp:compute/instance:Instance":
      return Object.entries(entries(inputs, "metadata")).flatMap(([key, value]) =>
        tooLarge(key, Buffer.byteLength(shown(value)), MOST_USER_DATA.gcp),
      );
    case "digitalocean:index/droplet:Droplet":
      return tooLarge("user data", Buffer.byteLength(text(inputs, "userData") ?? ""), MOST_USER_DATA.digitalocean);
    default:
      return [];
  }
});

/** The metadata service of AWS's machines asks for a token, and answers nothing behind them. */
export const metadataService: Check = ofEach((machine) => {
  if (machine.type !== "aws:ec2/instance:Instance") return [];
  const { httpTokens, httpPutResponseHopLimit } = entries(machine.inputs, "metadataOptions");
  return [
    ...(httpTokens === "required" ? [] : [`has httpTokens ${shown(httpTokens)}, but must have required`]),
    ...(httpPutResponseHopLimit === 1 ? [] : [`has httpPutResponseHopLimit ${shown(httpPutResponseHopLimit)}, but must have 1`]),
  ];
});

/** Disks are encrypted; Google and DigitalOcean encrypt all of them unasked. */
export const disks: Check = ofEach(({ type, inputs }: DeclaredResource) => {
  if (type !== "aws:ec2/instance:Instance") return [];
  const { encrypted } = entries(inputs, "rootBlockDevice");
  return encrypted === true ? [] : [`has a root disk with encrypted ${shown(encrypted)}, but must have true`];
});

function encodedUserData(encoded: string): string[] {
  const decoded = Buffer.from(encoded, "base64");
  return decoded.toString("base64") === encoded
    ? tooLarge("user data", decoded.length, MOST_USER_DATA.aws)
    : ["has userDataBase64 that is not base64"];
}

function tooLarge(what: string, size: number, most: number): string[] {
  return size > most ? [`has ${what} of ${size} bytes, but its cloud takes ${most}`] : [];
}
