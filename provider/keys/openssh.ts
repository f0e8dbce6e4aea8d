import { generateKeyPairSync, randomBytes } from "node:crypto";

const TYPE = "ssh-ed25519";
/** Blocks that the private part is padded to while no cipher is used, in bytes. */
const BLOCK = 8;
const LINE = 70;

/** A key pair as OpenSSH writes it down. */
export interface OpenSshKeyPair {
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
  /** PEM, without a passphrase. */
  readonly privateKey: string;
}

/** Makes an ed25519 key pair. (The generator of ssh2 1.17 makes one in 200 that nobody can read.) */
export function generateKeyPair(): OpenSshKeyPair {
  const { d = "", x = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const [seed, point] = [Buffer.from(d, "base64url"), Buffer.from(x, "base64url")];
  const publicBlob = Buffer.concat([field(TYPE), field(point)]);
  return { publicKey: `${TYPE} ${publicBlob.toString("base64")}`, privateKey: pem(privateBlob(publicBlob, seed, point)) };
}

/** The format of OpenSSH's own PROTOCOL.key: no cipher, no passphrase, one key. */
function privateBlob(publicBlob: Buffer, seed: Buffer, point: Buffer): Buffer {
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, field(TYPE), field(point), field(Buffer.concat([seed, point])), field("")]);
  const padding = Buffer.from(Array.from({ length: (BLOCK - (secret.length % BLOCK)) % BLOCK }, (_, i) => i + 1));
  return Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field("none"),
    field("none"),
    field(""),
    number(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
}

function pem(blob: Buffer): string {
  const lines = blob.toString("base64").match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n");
}

/** A string of SSH's wire format, RFC 4251: its length, and its bytes. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
