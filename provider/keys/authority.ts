import { randomBytes } from "node:crypto";
import type { AuthorityInputs, AuthorityOutputs } from "../../components/contracts/authority";
import { type Change, differences, type Operation, type Resource, UNKNOWN } from "../resource";
import { makeAuthority, makeBridge } from "./x509";

/** How long before its end an authority is told of, in milliseconds. */
const TOLD_BEFORE = 365 * 86_400_000;

/** The authority that certifies a site's balancers and servers. Only the engine's state has its private key. */
export class AuthorityResource implements Resource<AuthorityInputs, AuthorityOutputs> {
  check(inputs: AuthorityInputs): AuthorityInputs {
    return inputs;
  }

  /** @throws Error when steps of a renewal are left out or taken back: whoever trusts the wrong authority would be cut off. */
  diff(before: AuthorityInputs, outputs: AuthorityOutputs, inputs: AuthorityInputs): Record<string, Change> {
    if (inputs.domain !== before.domain && inputs.domain !== UNKNOWN) return { domain: "replace" };
    if (inputs.rotation !== outputs.rotation) requireNext(outputs.rotation, inputs.rotation);
    return differences(before, inputs);
  }

  preview(inputs: AuthorityInputs, outputs: AuthorityOutputs | undefined): Partial<AuthorityOutputs> {
    return outputs?.rotation === inputs.rotation && outputs.domain === inputs.domain ? outputs : inputs;
  }

  async create(inputs: AuthorityInputs): Promise<{ id: string; outputs: AuthorityOutputs }> {
    const made = await makeAuthority(inputs.domain);
    const id = `authority-${randomBytes(3).toString("hex")}`;
    return { id, outputs: { ...inputs, ...made, trusted: made.certificate, bridge: "" } };
  }

  /** Only the state has the key: there is nothing to look at but the time. */
  read(_id: string, inputs: AuthorityInputs, outputs: AuthorityOutputs, operation: Operation) {
    if (Date.parse(outputs.expires) - Date.now() < TOLD_BEFORE)
      operation.warn(`the authority is trusted until ${outputs.expires}: renew it with evenkeel:rotate.authority`);
    return Promise.resolve({ inputs, outputs });
  }

  async update(
    _id: string,
    _before: AuthorityInputs,
    outputs: AuthorityOutputs,
    inputs: AuthorityInputs,
  ): Promise<AuthorityOutputs> {
    requireNext(outputs.rotation, inputs.rotation);
    if (inputs.rotation % 2 === 0) return { ...outputs, ...inputs, trusted: outputs.certificate, bridge: "" };
    const made = await makeAuthority(inputs.domain);
    const bridge = await makeBridge(inputs.domain, outputs, made.certificate);
    return { ...inputs, ...made, trusted: made.certificate + outputs.certificate, bridge };
  }

  /** The key goes with the state. */
  delete(): Promise<void> {
    return Promise.resolve();
  }
}

function requireNext(known: number, given: number): void {
  if (given === known + 1) return;
  throw new Error(
    `evenkeel:rotate.authority is ${given}, but was ${known}: it must be ${known}, or ${known + 1} for the next step. An odd number makes a new authority beside the old one, the next even one drops the old one`,
  );
}
