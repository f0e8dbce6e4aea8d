import { randomBytes } from "node:crypto";
import type { CertificateInputs, CertificateOutputs } from "../../components/contracts/certificate";
import { type Change, differences, holdsUnknown, type Resource } from "../resource";
import { isDue, issue } from "./x509";

/** A certificate that the engine's state keeps with its private key; issued anew when it is due, or its authority is another one. */
export class CertificateResource implements Resource<CertificateInputs, CertificateOutputs> {
  check(inputs: CertificateInputs): CertificateInputs {
    return inputs;
  }

  diff(before: CertificateInputs, outputs: CertificateOutputs, inputs: CertificateInputs): Record<string, Change> {
    const changes = differences(withoutKey(before), withoutKey(inputs));
    if (Object.keys(changes).length > 0 || holdsUnknown(withoutKey(inputs))) return changes;
    return isDue(outputs.renewsFrom) ? { certificate: "update" } : {};
  }

  preview(inputs: CertificateInputs): Partial<CertificateOutputs> {
    return withoutKey(inputs);
  }

  async create(inputs: CertificateInputs): Promise<{ id: string; outputs: CertificateOutputs }> {
    const outputs = { ...withoutKey(inputs), ...(await issue(inputs)) };
    return { id: `certificate-${randomBytes(3).toString("hex")}`, outputs };
  }

  read(_id: string, inputs: CertificateInputs, outputs: CertificateOutputs) {
    return Promise.resolve({ inputs, outputs });
  }

  async update(
    _id: string,
    _before: CertificateInputs,
    _outputs: CertificateOutputs,
    inputs: CertificateInputs,
  ): Promise<CertificateOutputs> {
    return { ...withoutKey(inputs), ...(await issue(inputs)) };
  }

  /** It is taken until it expires; what it was for goes first. */
  delete(): Promise<void> {
    return Promise.resolve();
  }
}

/** What may stand in the state in clear. */
function withoutKey(inputs: CertificateInputs): Omit<CertificateInputs, "authorityKey"> {
  const { name, usage, authority, bridge } = inputs;
  return { name, usage, authority, bridge };
}
