import type { TerminatorHost, ReachTerminator } from "../../provider/rollout/terminator";
import { NodeTrouble } from "../../provider/transport/node-trouble";
import { type Machines, NO_ROLLBACK } from "./balancer-machine";

/** What ends TLS on the web servers of the stand-in clouds, without machine or HAProxy: each holds the configuration that it is given. */
export class TerminatorMachines {
  private readonly held = new Map<string, string>();

  constructor(private readonly machines: Pick<Machines, "machineAt">) {}

  /** The terminator on the machine that stands at an address now. */
  readonly reach: ReachTerminator = ({ plan: { server }, remote }, key): TerminatorHost => {
    const machine = async (): Promise<string> => {
      await Promise.resolve();
      const found = this.machines.machineAt(remote.address);
      if (found === undefined)
        throw new NodeTrouble(`no machine has the address ${remote.address} of ${server}`, "it does not answer");
      if (key === "") throw new NodeTrouble(`${server} is asked without a key`, "it has no key");
      return found;
    };
    const nothing = async (): Promise<undefined> => {
      await machine();
      return undefined;
    };
    return {
      take: nothing,
      provide: nothing,
      propose: nothing,
      adopt: async (text) => void this.held.set(await machine(), text),
      reload: nothing,
      confirm: nothing,
      rollback: NO_ROLLBACK,
      dropOldCredentials: nothing,
      configuration: async () => this.held.get(await machine()),
      description: async () => /^ {2}description (.*)$/m.exec(this.held.get(await machine()) ?? "")?.[1] ?? "",
      serverStatus: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    };
  };
}
