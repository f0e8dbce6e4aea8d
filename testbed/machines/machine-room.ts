import type { CloudMachine, Hardware } from "../clouds/hardware";
import { baseImage, type Suite } from "./base-image";
import { Cable, makeRouter, useRules } from "./cable";
import { shell } from "./command";
import { requireLab } from "./lab";
import { Machine } from "./machine";
import { publicOf, routerRules } from "./rules";

/** What the machines of each cloud run: some of each release. */
const SUITE_OF: Readonly<Record<string, Suite>> = { aws: "bookworm", gcp: "trixie", digitalocean: "trixie" };

/** How many cables were laid in this lab. */
let laid = 0;

/** A machine, as its cloud has it, and as it runs once it has been started. */
interface Rack {
  readonly cable: Cable;
  declared: CloudMachine;
  machine?: Machine;
}

/** The real machines of stand-in clouds, in a lab. One router joins them, the world, and whoever runs `pulumi up`. */
export class MachineRoom implements Hardware {
  private readonly racks = new Map<string, Rack>();
  private readonly cutPlaces = new Set<string>();
  /** Ids of machines without power. */
  private readonly dead = new Set<string>();
  /** One change after the other. */
  private work: Promise<unknown> = Promise.resolve();

  private constructor(private readonly images: Readonly<Record<string, string>>) {}

  /** Makes the router; no machine runs. @throws Error outside of a lab. */
  static async open(): Promise<MachineRoom> {
    requireLab();
    const images = Object.entries(SUITE_OF).map(async ([cloud, suite]) => [cloud, await baseImage(suite)] as const);
    const room = new MachineRoom(Object.fromEntries(await Promise.all(images)));
    await makeRouter();
    await room.applyRules();
    return room;
  }

  run(machines: readonly CloudMachine[]): Promise<void> {
    return this.next(async () => {
      const wanted = new Set(machines.map(({ id }) => id));
      for (const [id, rack] of this.racks) {
        if (wanted.has(id)) continue;
        this.racks.delete(id);
        await rack.machine?.destroy();
        await rack.cable.remove();
      }
      for (const declared of machines) await this.connect(declared);
      // No machine runs for a moment without its firewall.
      await this.applyRules();
      for (const rack of this.racks.values()) rack.machine ??= this.start(rack);
    });
  }

  /** The machine that has a name in the program; of two the one that was made last. @throws Error when there is none. */
  machine(name: string): Machine {
    const { machine } = this.rackOf(name);
    if (machine === undefined) throw new Error(`${name} was not started`);
    return machine;
  }

  /** The machines as their clouds have them. */
  declared(): CloudMachine[] {
    return [...this.racks.values()].map(({ declared }) => declared);
  }

  /** Takes the power from a machine: from that moment on nothing comes from it any more, and its cloud knows of nothing. */
  kill(name: string): Promise<void> {
    return this.next(async () => {
      const { declared, machine } = this.rackOf(name);
      // First, so that the others are not told by its kernel that it is gone.
      this.dead.add(declared.id);
      await this.applyRules();
      await machine?.kill();
    });
  }

  /** Runs a program with the network of somebody who takes part, or of whoever runs `pulumi up`; what it printed. */
  from(who: string | undefined, program: string, ...args: readonly string[]): Promise<string> {
    return who === undefined ? shell('exec "$@"', program, ...args) : shell('exec ip netns exec "$@"', who, program, ...args);
  }

  /** Lets no packet through to or from the machines of a region. */
  cut(place: string): Promise<void> {
    this.cutPlaces.add(place);
    return this.next(() => this.applyRules());
  }

  /** Lets packets through again. */
  mend(place: string): Promise<void> {
    this.cutPlaces.delete(place);
    return this.next(() => this.applyRules());
  }

  /**
   * Lets somebody take part who is no machine.
   *
   * @param name Their network namespace.
   * @param addresses Theirs, IPv4 first.
   */
  admit(name: string, addresses: readonly string[]): Promise<void> {
    return this.next(async () => {
      const cable = await Cable.lay(`w${++laid}`, name);
      await cable.address(addresses, addresses, []);
    });
  }

  private rackOf(name: string): Rack {
    const found = [...this.racks.values()].filter(({ declared }) => declared.name === name).pop();
    if (found === undefined) throw new Error(`no machine is called ${name}`);
    return found;
  }

  private async connect(declared: CloudMachine): Promise<void> {
    const known = this.racks.get(declared.id);
    const rack = known ?? (await newRack(declared));
    this.racks.set(declared.id, rack);
    if (known === undefined || addressesOf(known.declared) !== addressesOf(declared))
      await rack.cable.address(declared.own, publicOf(declared), declared.forwarded);
    rack.declared = declared;
  }

  private start({ cable, declared: { cloud, name, userData } }: Rack): Machine {
    const image = this.images[cloud];
    if (image === undefined) throw new Error(`machines of ${cloud} have no image`);
    return Machine.start(cable.netns, image, name, userData);
  }

  private applyRules(): Promise<void> {
    const wired = [...this.racks.values()].map(({ declared, cable }) => ({
      ...{ machine: declared, cable: cable.name, cut: this.cutPlaces.has(declared.place) || this.dead.has(declared.id) },
    }));
    return useRules(routerRules(wired));
  }

  private next<Result>(step: () => Promise<Result>): Promise<Result> {
    const done = this.work.then(step);
    this.work = done.catch(() => undefined);
    return done;
  }
}

async function newRack(declared: CloudMachine): Promise<Rack> {
  const name = `m${++laid}`;
  return { cable: await Cable.lay(name, name), declared };
}

function addressesOf({ own, translated, forwarded }: CloudMachine): string {
  return JSON.stringify([own, translated, forwarded]);
}
