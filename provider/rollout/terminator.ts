import { randomBytes } from "node:crypto";
import type { Configuration } from "../../components/haproxy/configuration";
import { credentialTexts } from "../../components/haproxy/credentials";
import { renderTerminator } from "../../components/haproxy/render/terminator";
import { wasChecked } from "../../components/haproxy/server-status";
import { SERVING } from "../../components/contracts/rollout";
import type { TlsTerminatorInputs, TlsTerminatorOutputs } from "../../components/contracts/tls-terminator";
import { isDue, issue } from "../keys/x509";
import { type Change, differences, holdsUnknown, type Operation, type Resource } from "../resource";
import { until } from "../wait";
import type { HaproxyHost } from "../haproxy/haproxy-host";
import { NodeTrouble, STATES } from "../transport/node-trouble";

/** How long the change of a configuration may take at most until it is confirmed, in milliseconds. */
const REPLACED_WITHIN = 30_000;
/** Longer than any check of an app takes, in milliseconds. */
const JUDGED_WITHIN = 65_000;

/** What a terminator's HAProxy must be able to do. */
export type TerminatorHost = Pick<
  HaproxyHost,
  | "take"
  | "close"
  | "configuration"
  | "description"
  | "provide"
  | "propose"
  | "adopt"
  | "reload"
  | "confirm"
  | "rollback"
  | "dropOldCredentials"
  | "serverStatus"
>;

/** How the machine of a terminator is reached. */
export type ReachTerminator = (inputs: Pick<TlsTerminatorInputs, "plan" | "remote">, key: string) => TerminatorHost;

/**
 * What ends TLS in front of one web server's app: its certificate is issued here, and its private key known nowhere but on the machine.
 * Whatever changes brings another certificate, and so does one that is due; no connection is lost by it.
 */
export class TlsTerminatorResource implements Resource<TlsTerminatorInputs, TlsTerminatorOutputs> {
  constructor(private readonly reach: ReachTerminator) {}

  check(inputs: TlsTerminatorInputs): TlsTerminatorInputs {
    return inputs;
  }

  diff(before: TlsTerminatorInputs, outputs: TlsTerminatorOutputs, inputs: TlsTerminatorInputs): Record<string, Change> {
    const changes = differences(withoutKeys(before), withoutKeys(inputs));
    if (Object.keys(changes).length > 0 || holdsUnknown(withoutKeys(inputs))) return changes;
    if (outputs.state !== SERVING) return { state: "update" };
    return isDue(outputs.renewsFrom) ? { certificate: "update" } : {};
  }

  preview(inputs: TlsTerminatorInputs): Partial<TlsTerminatorOutputs> {
    return withoutKeys(inputs);
  }

  async create(inputs: TlsTerminatorInputs, operation: Operation): Promise<{ id: string; outputs: TlsTerminatorOutputs }> {
    const outputs = await this.bring(inputs, true, operation);
    return { id: `${inputs.plan.server}-${randomBytes(3).toString("hex")}`, outputs };
  }

  async read(
    _id: string,
    inputs: TlsTerminatorInputs,
    outputs: TlsTerminatorOutputs,
  ): Promise<{ inputs: TlsTerminatorInputs; outputs: TlsTerminatorOutputs }> {
    return { inputs, outputs: { ...outputs, state: await this.stateOf(inputs, outputs) } };
  }

  /** A server that can't be reached keeps no other one from its change: it is told, and reached by a later `up`. */
  async update(
    _id: string,
    _before: TlsTerminatorInputs,
    outputs: TlsTerminatorOutputs,
    inputs: TlsTerminatorInputs,
    operation: Operation,
  ): Promise<TlsTerminatorOutputs> {
    const young = outputs.machine !== inputs.machine;
    try {
      return await this.bring(inputs, young, operation);
    } catch (error) {
      if (young || !(error instanceof NodeTrouble)) throw error;
      operation.warn(`${error.message}; it keeps what it had until the next \`pulumi up\``);
      return { ...withoutKeys(inputs), ...pick(outputs), state: error.state };
    }
  }

  /** HAProxy goes with its machine. */
  delete(): Promise<void> {
    return Promise.resolve();
  }

  private async bring(inputs: TlsTerminatorInputs, young: boolean, operation: Operation): Promise<TlsTerminatorOutputs> {
    const { plan, certifiedName, trusted, authority, bridge, authorityKey, key } = inputs;
    const host = this.reach(inputs, key);
    try {
      await host.take(operation, young);
      const issued = await issue({ name: certifiedName, usage: "server", authority, bridge, authorityKey });
      const credentials = { trusted, certificate: issued.certificate };
      await host.provide(credentialTexts(credentials, issued.privateKey));
      await replace(host, renderTerminator(plan, credentials), plan.server);
      await until(() => judgesApp(host), JUDGED_WITHIN, operation.signal);
      const { certificate, expires, renewsFrom } = issued;
      return { ...withoutKeys(inputs), certificate, expires, renewsFrom, state: SERVING };
    } finally {
      await host.close();
    }
  }

  private async stateOf(inputs: TlsTerminatorInputs, { plan, trusted, certificate }: TlsTerminatorOutputs): Promise<string> {
    const { text, description } = renderTerminator(plan, { trusted, certificate });
    let host: TerminatorHost | undefined;
    try {
      host = this.reach(inputs, inputs.key);
      if ((await host.configuration()) !== text) return STATES.fileChanged;
      return (await host.description()) === description ? SERVING : STATES.otherConfiguration;
    } catch (error) {
      return error instanceof NodeTrouble ? error.state : STATES.noAnswer;
    } finally {
      await host?.close();
    }
  }
}

/** Has HAProxy run another configuration, or go on with the one that it has. */
async function replace(host: TerminatorHost, { text, description }: Configuration, server: string): Promise<void> {
  const old = (await host.rollback.rearm(REPLACED_WITHIN)) ?? (await host.configuration());
  const complaint = await host.propose(text);
  if (complaint !== undefined) throw new Error(`HAProxy of ${server} refuses its new configuration: ${complaint}`);
  if (old !== undefined) await host.rollback.arm({ configuration: old }, REPLACED_WITHIN);
  await host.adopt(text);
  const refused = await host.reload();
  if (refused !== undefined) {
    if (old !== undefined) await host.adopt(old);
    await host.rollback.disarm();
    throw new Error(`HAProxy of ${server} did not take its new configuration, and goes on with the old one: ${refused}`);
  }
  await host.confirm(description);
  await host.dropOldCredentials();
}

/** Whether HAProxy has asked the app: until then the rollouts that come next would take it for sound too. */
async function judgesApp(host: TerminatorHost): Promise<true | undefined> {
  return (await host.serverStatus()).every(wasChecked) || undefined;
}

/** What stays true of a server that was not reached. */
function pick({
  certificate,
  expires,
  renewsFrom,
}: TlsTerminatorOutputs): Pick<TlsTerminatorOutputs, "certificate" | "expires" | "renewsFrom"> {
  return { certificate, expires, renewsFrom };
}

/** What may stand in the state in clear. */
function withoutKeys(inputs: TlsTerminatorInputs): Omit<TlsTerminatorInputs, "key" | "authorityKey"> {
  const known: { -readonly [Name in keyof TlsTerminatorInputs]?: TlsTerminatorInputs[Name] } = { ...inputs };
  delete known.key;
  delete known.authorityKey;
  return known as Omit<TlsTerminatorInputs, "key" | "authorityKey">;
}
