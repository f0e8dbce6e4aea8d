import { isSameAddress, type ServerState } from "../../components/haproxy/server-state";
import type { Operation } from "../resource";
import type { BalancerNode } from "../haproxy/node";

/** What a balancer said of its servers, as text for a server-state file, and read. */
interface ServersBefore {
  readonly text: string;
  readonly servers: readonly ServerState[];
}

/** Does a piece of work on a node; whatever goes wrong ends with the old configuration serving. */
export async function orPutBack(
  node: BalancerNode,
  old: string | undefined,
  servers: ServersBefore,
  operation: Operation,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    operation.status("putting the old configuration back");
    const reason = error instanceof Error ? error.message : String(error);
    try {
      await putBack(node, old, servers);
    } catch (failure) {
      const why = failure instanceof Error ? failure.message : String(failure);
      const { armedFor } = node.rollback;
      const itself =
        armedFor === undefined ? "" : `; it goes back by itself, at the latest ${armedFor} s after it got the new one`;
      throw new Error(`${reason}; and ${node.name} could not be put back to its old configuration: ${why}${itself}`, {
        cause: failure,
      });
    }
    throw new Error(`${node.name} was put back to its old configuration, with which it serves on: ${reason}`, { cause: error });
  }
}

/** Puts an earlier configuration back and waits until it is the one that runs. */
export async function putBack(node: BalancerNode, text: string | undefined, servers: ServersBefore): Promise<void> {
  const old = new Map(servers.servers.map((state) => [`${state.backend}/${state.server}`, state]));
  for (const { backend, server, address, port, forced } of (await node.serverStates()).servers) {
    if (forced) await node.setServer(backend, server, "ready");
    const was = old.get(`${backend}/${server}`);
    if (was !== undefined && !isSameAddress(was, { address, port }))
      await node.moveServer(backend, server, was.address, was.port);
  }
  await node.writeServerState(servers.text);
  if (text !== undefined && (await node.configuration()) !== text) {
    await node.adopt(text);
    const refused = await node.reload();
    if (refused !== undefined) throw new Error(`${node.name} could not be put back to its old configuration: ${refused}`);
  }
  await node.rollback.disarm();
}
