import type { DeclaredResource } from "../record";
import { type Check, entries, list, ofEach, shown } from "./check";

/** Labels of Google Cloud, of the characters that every cloud takes. */
const LABEL_KEY = /^[a-z][a-z0-9_-]{0,62}$/;
const LABEL_VALUE = /^[a-z0-9_-]{0,63}$/;
const MOST_LABELS = 64;
/** Network tags of Google Cloud. */
const NETWORK_TAG = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Tags of AWS. */
const TAG_KEY = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const MOST_TAGS = 50;
/** Tags of DigitalOcean. */
const DROPLET_TAG = /^[a-zA-Z0-9_\-:]{1,255}$/;

/** Every label and tag is one to its cloud. */
export const labels: Check = ofEach((resource) => {
  const { type, inputs } = resource;
  if (type.startsWith("gcp:")) return googleProblems(resource);
  if (type.startsWith("aws:")) return [...pairs("tag", entries(inputs, "tags"), TAG_KEY, TAG_VALUE, MOST_TAGS)];
  const own = type === "digitalocean:index/tag:Tag" ? [inputs.name ?? resource.name] : [];
  return [...own, ...list(inputs, "tags")].flatMap((tag) => unlike("tag", tag, DROPLET_TAG));
});

function googleProblems({ inputs }: DeclaredResource): string[] {
  const tags = [...list(inputs, "tags"), ...list(inputs, "sourceTags"), ...list(inputs, "targetTags")];
  const bootDisk = entries(entries(entries(inputs, "bootDisk"), "initializeParams"), "labels");
  return [
    ...tags.flatMap((tag) => unlike("network tag", tag, NETWORK_TAG)),
    ...pairs("label", entries(inputs, "labels"), LABEL_KEY, LABEL_VALUE, MOST_LABELS),
    ...pairs("label", bootDisk, LABEL_KEY, LABEL_VALUE, MOST_LABELS),
  ];
}

function pairs(what: string, all: object, key: RegExp, value: RegExp, most: number): string[] {
  const found: [string, unknown][] = Object.entries(all);
  return [
    ...(found.length > most ? [`has ${found.length} ${what}s, but ${most} is the most`] : []),
    ...found.flatMap(([name, content]) => [
      ...unlike(what, name, key),
      ...unlike(`value of the ${what} ${name}`, content, value),
    ]),
  ];
}

function unlike(what: string, given: unknown, pattern: RegExp): string[] {
  return pattern.test(shown(given)) ? [] : [`has the ${what} ${JSON.stringify(given)}, which must match ${pattern.source}`];
}
