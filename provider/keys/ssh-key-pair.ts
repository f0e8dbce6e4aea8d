import { randomBytes } from "node:crypto";
import type { SshKeyPairInputs, SshKeyPairOutputs } from "../../components/contracts/ssh-key-pair";
import { type Change, differences, type Resource, UNKNOWN } from "../resource";
import { generateKeyPair } from "./openssh";

/** What would end the line of a public key, or hide in it. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** An SSH key pair that the engine's state keeps: made once, the same in every run until the resource is replaced. */
export class SshKeyPairResource implements Resource<SshKeyPairInputs, SshKeyPairOutputs> {
  /** @throws Error when the comment is none that fits a public key's line. */
  check({ comment, rotation }: SshKeyPairInputs): SshKeyPairInputs {
    const given: unknown = comment;
    if (typeof given !== "string" || CONTROL.test(given)) {
      const got = given === undefined ? "missing" : JSON.stringify(given);
      throw new Error(`comment is ${got}, but must be one line of text, such as "shop-primary"`);
    }
    return { comment, ...(rotation === undefined ? {} : { rotation }) };
  }

  diff(before: SshKeyPairInputs, _outputs: SshKeyPairOutputs, inputs: SshKeyPairInputs): Record<string, Change> {
    const isRotated = (before.rotation ?? 0) !== (inputs.rotation ?? 0);
    return {
      ...differences({ comment: before.comment }, { comment: inputs.comment }),
      ...(isRotated ? { rotation: "replace" } : {}),
    };
  }

  preview({ comment }: SshKeyPairInputs, outputs: SshKeyPairOutputs | undefined): Partial<SshKeyPairOutputs> {
    return outputs === undefined || comment === UNKNOWN ? { ...without(outputs), comment } : renamed(outputs, comment);
  }

  create({ comment }: SshKeyPairInputs): Promise<{ id: string; outputs: SshKeyPairOutputs }> {
    const outputs = renamed({ comment, ...generateKeyPair() }, comment);
    return Promise.resolve({ id: `key-${randomBytes(3).toString("hex")}`, outputs });
  }

  /** Only the state has the key: there is nothing to look at. */
  read(
    _id: string,
    inputs: SshKeyPairInputs,
    outputs: SshKeyPairOutputs,
  ): Promise<{ inputs: SshKeyPairInputs; outputs: SshKeyPairOutputs }> {
    return Promise.resolve({ inputs, outputs });
  }

  /** Another comment; the key stays, for machines know it. */
  update(
    _id: string,
    _before: SshKeyPairInputs,
    outputs: SshKeyPairOutputs,
    { comment }: SshKeyPairInputs,
  ): Promise<SshKeyPairOutputs> {
    return Promise.resolve(renamed(outputs, comment));
  }

  /** The key goes with the state. */
  delete(): Promise<void> {
    return Promise.resolve();
  }
}

/** The same key with another comment on its public line. */
function renamed({ publicKey, privateKey }: SshKeyPairOutputs, comment: string): SshKeyPairOutputs {
  const [type, key] = publicKey.split(" ");
  return { comment, publicKey: [type, key, ...(comment === "" ? [] : [comment])].join(" "), privateKey };
}

/** What stays known of a key whose comment is not known yet. */
function without(outputs: SshKeyPairOutputs | undefined): Partial<SshKeyPairOutputs> {
  return outputs === undefined ? {} : { privateKey: outputs.privateKey };
}
