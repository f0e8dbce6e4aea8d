/** What a program gave a resource, keys as in the SDK. */
export type Inputs = Readonly<Record<string, unknown>>;

/** A resource as a program declared it to a stand-in cloud. */
export interface DeclaredResource {
  /** Its type, such as `aws:ec2/subnet:Subnet`. */
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  /** What others refer to it by; no two are the same. */
  readonly id: string;
  /** What the program gave it: references are ids, secrets are plain, a name that is left to the engine is absent. */
  readonly inputs: Inputs;
}

/** What a judge has against a resource. */
export interface Complaint {
  /** Who complains, such as `moto` or `own: ports`. */
  readonly judge: string;
  readonly type: string;
  readonly name: string;
  readonly message: string;
}

/** The clouds whose resources are judged, as their types begin. */
export const CLOUDS = ["aws", "gcp", "digitalocean"] as const;

/** One of the {@link CLOUDS}. */
export type Cloud = (typeof CLOUDS)[number];

/** Whether a resource is one of a cloud's. */
export function isOf(cloud: Cloud, { type }: DeclaredResource): boolean {
  return type.startsWith(`${cloud}:`);
}
