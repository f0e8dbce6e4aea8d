import { generateKeyPairSync, randomBytes } from "node:crypto";
import {
  type AcmeCertificateInputs,
  type AcmeCertificateOutputs,
  ISSUED,
  NOT_ORDERED,
} from "../../components/contracts/acme-certificate";
import { isDue, makeStandIn } from "../keys/x509";
import { type Change, differences, holdsUnknown, type Operation, type Resource } from "../resource";
import { Interrupted } from "../wait";
import { thumbprintOf } from "./client";
import { order } from "./order";

/**
 * A certificate that an ACME server issues, kept with its private key in the engine's state. Making it orders nothing, for the balancers
 * must know the account before they can prove a domain: it begins with a certificate that nobody trusts, and the next run orders. An order
 * that comes to nothing is told and tried again by the next run; until then what was there before stays, and holds up nothing else.
 */
export class AcmeCertificateResource implements Resource<AcmeCertificateInputs, AcmeCertificateOutputs> {
  check(inputs: AcmeCertificateInputs): AcmeCertificateInputs {
    return inputs;
  }

  diff(before: AcmeCertificateInputs, outputs: AcmeCertificateOutputs, inputs: AcmeCertificateInputs): Record<string, Change> {
    const changes = differences(before, inputs);
    if (Object.keys(changes).length > 0 || holdsUnknown(inputs)) return changes;
    return outputs.state !== ISSUED || isDue(outputs.renewsFrom) ? { certificate: "update" } : {};
  }

  /** The account stays; whether there will be another certificate is not known before it is ordered. */
  preview(inputs: AcmeCertificateInputs, outputs: AcmeCertificateOutputs | undefined): Partial<AcmeCertificateOutputs> {
    if (outputs === undefined) return { ...inputs, isStandIn: true, state: NOT_ORDERED };
    if ((inputs.rotation ?? 0) !== (outputs.rotation ?? 0)) return inputs;
    return { ...inputs, accountKey: outputs.accountKey, thumbprint: outputs.thumbprint };
  }

  async create(inputs: AcmeCertificateInputs): Promise<{ id: string; outputs: AcmeCertificateOutputs }> {
    const account = makeAccount();
    const outputs = { ...inputs, ...account, ...(await makeStandIn()), isStandIn: true, state: NOT_ORDERED };
    return { id: `acme-${randomBytes(3).toString("hex")}`, outputs };
  }

  /** Only the state has it: there is nothing to look at. */
  read(_id: string, inputs: AcmeCertificateInputs, outputs: AcmeCertificateOutputs) {
    return Promise.resolve({ inputs, outputs });
  }

  async update(
    _id: string,
    earlier: AcmeCertificateInputs,
    outputs: AcmeCertificateOutputs,
    inputs: AcmeCertificateInputs,
    operation: Operation,
  ): Promise<AcmeCertificateOutputs> {
    const { accountKey, thumbprint, certificate, privateKey, expires, renewsFrom, isStandIn } = outputs;
    // What was left out of the inputs must not live on in the outputs.
    const before = { certificate, privateKey, expires, renewsFrom, isStandIn };
    if ((inputs.rotation ?? 0) !== (outputs.rotation ?? 0)) {
      return { ...inputs, ...makeAccount(), ...before, state: NOT_ORDERED };
    }
    const kept = { ...inputs, accountKey, thumbprint };
    // Whom it may write to the server is told with the next order.
    const isAsWanted = Object.keys(differences(earlier, inputs)).every((path) => path === "email");
    if (isAsWanted && outputs.state === ISSUED && !isDue(renewsFrom)) return { ...kept, ...before, state: ISSUED };
    try {
      return { ...kept, ...(await order({ ...inputs, accountKey }, operation)), isStandIn: false, state: ISSUED };
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const state = error instanceof Error ? error.message : String(error);
      const meanwhile = isStandIn ? "nobody trusts the one that stands in" : `the one before is good until ${expires}`;
      operation.warn(`no certificate was issued: ${state}; ${meanwhile}, and the next \`pulumi up\` tries again`);
      return { ...kept, ...before, state };
    }
  }

  /** What is issued is taken until it ends, and an account costs nothing: both go with the state. */
  delete(): Promise<void> {
    return Promise.resolve();
  }
}

/** A key for an account, ECDSA P-256, and its thumbprint. */
function makeAccount(): Pick<AcmeCertificateOutputs, "accountKey" | "thumbprint"> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const accountKey = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { accountKey, thumbprint: thumbprintOf(accountKey) };
}
