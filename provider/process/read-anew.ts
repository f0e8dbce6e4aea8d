import { FILES } from "../../components/haproxy/configuration";
import type { ProcessOutputs } from "../../components/contracts/process";
import type { Operation } from "../resource";
import { HaproxyHost } from "../haproxy/haproxy-host";
import { LocalTransport } from "../transport/local-transport";
import { fill } from "./launch";

/**
 * Has an HAProxy that runs read its configuration anew: the new worker takes the listening sockets over from the old one, which ends with
 * its connections. Nobody is refused meanwhile.
 *
 * @throws Error with what HAProxy says against it; it goes on with what it had.
 */
export async function readAnew(
  name: string,
  { directory, files, listening, at }: ProcessOutputs,
  operation: Pick<Operation, "status">,
): Promise<void> {
  const host = new HaproxyHost(name, directory, new LocalTransport());
  const before = await host.configuration();
  const text = fill(files[FILES.configuration] ?? "", listening, directory);
  if (before === text) return;
  operation.status(`having ${name} read its configuration anew`);
  const faults = await host.propose(text);
  if (faults !== undefined) throw new Error(`${name} does not take its configuration: ${faults} (${at})`);
  await host.adopt(text);
  const refused = await host.reload();
  if (refused === undefined) return;
  if (before !== undefined) await host.adopt(before);
  throw new Error(`${name} did not read its configuration anew, and goes on with the old one: ${refused} (${at})`);
}
