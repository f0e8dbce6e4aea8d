import { X509Certificate } from "node:crypto";
import type { AcmeCertificateInputs, AcmeCertificateOutputs } from "../../components/contracts/acme-certificate";
import { type Issued, makeRequest, renewalOf } from "../keys/x509";
import type { Operation } from "../resource";
import { Interrupted } from "../wait";
import { AcmeClient, type Decision } from "./client";

/** What an order needs beside what the certificate shall be. */
export type OrderRequest = AcmeCertificateInputs & Pick<AcmeCertificateOutputs, "accountKey">;

/** The parts that are used of what a server tells of an order, and of what it wants to see proven for it (RFC 8555, 7.1). */
interface PlacedOrder extends Decision {
  readonly authorizations: readonly string[];
  readonly finalize: string;
  readonly certificate?: string;
}
interface Authorization extends Decision {
  readonly identifier: { readonly value: string };
  readonly challenges: readonly (Decision & { readonly type: string; readonly url: string })[];
}

/**
 * Orders a certificate with a key of its own. Every domain is proven by http-01: the server asks it for a token, and whoever answers says
 * the account's thumbprint. Nothing has to be told to the balancers for that while the order runs.
 *
 * @throws Error that says which domain is concerned and what the ACME server says; Interrupted when the signal was raised.
 */
export async function order(
  { domains, directory, directoryRoot, email, accountKey }: OrderRequest,
  operation: Operation,
): Promise<Issued> {
  const client = new AcmeClient(directory, directoryRoot, accountKey, operation.signal);
  const step = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    if (operation.signal.aborted) throw new Interrupted();
    operation.status(what);
    return work().catch((error: unknown) => {
      if (operation.signal.aborted) throw new Interrupted();
      throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    });
  };
  const names = domains.join(", ");

  await step(`the account at ${directory}`, () => client.register(email));
  const placed = await step(`the order of ${names}`, () => client.order<PlacedOrder>(domains));
  await proven(
    placed.body.authorizations.map((url) => step(`the order of ${names}`, () => client.post<Authorization>(url))),
    (authorization) => step(authorization.body.identifier.value, () => prove(client, authorization.body)),
  );
  return step(`the certificate of ${names}`, async () => {
    const { privateKey, request } = await makeRequest(domains);
    await client.post(placed.body.finalize, { csr: request });
    const { certificate: url = "" } = await client.decided<PlacedOrder>(placed.url, ["pending", "ready", "processing"], "valid");
    const certificate = await client.text(url);
    const { validFrom, validTo } = new X509Certificate(certificate);
    return { certificate, privateKey, ...renewalOf(new Date(validFrom), new Date(validTo)) };
  });
}

/** Has everything proven, and tells of all that could not be. */
async function proven<Thing>(things: readonly Promise<Thing>[], each: (thing: Thing) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(things.map(async (thing) => each(await thing)));
  const failed = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as Error] : []));
  const interrupted = failed.find((error) => error instanceof Interrupted);
  if (interrupted !== undefined) throw interrupted;
  if (failed.length > 0) throw new Error(failed.map(({ message }) => message).join("; "));
}

/** Has the server look for itself that a domain leads to the balancers. */
async function prove(client: AcmeClient, { status, challenges }: Authorization): Promise<void> {
  if (status === "valid") return;
  const challenge = challenges.find(({ type }) => type === "http-01");
  if (challenge === undefined)
    throw new Error(`the server offers no http-01, but ${challenges.map(({ type }) => type).join(", ")}`);
  await client.post(challenge.url, {});
  await client.decided(challenge.url, ["pending", "processing"], "valid");
}
