import { expect } from "chai";
import { MachineRoom } from "../../testbed/machines/machine-room";
import { publicOf } from "../../testbed/machines/rules";
import { until } from "../../provider/wait";
import { sampleStack } from "../../workspace/sample-stack";
import { CloudSite } from "../../testbed/clouds/cloud-site";
import type { CloudMachine } from "../../testbed/clouds/hardware";
import { StandInClouds } from "../../testbed/clouds/stand-in-clouds";
import { asking } from "./support/haproxy-command";
import { expectNothingLost, type Seen, Visits } from "./support/visits";

/** Addresses of nobody's: outside of what any rule of the sample names. */
const CLIENT = ["203.0.113.130", "2001:db8:ffff:1::1"];
const ATTACKER = ["203.0.113.140", "2001:db8:ffff:2::1"];
const HOST = "shop.example.com";
const DATA_CENTERS = ["virginia", "iowa", "newyork"];
const BALANCERS = ["shop-primary", "shop-secondary"];

/** Every port that this project or a distribution knows a use for, and those nearby. */
const PORTS = [
  ...Array.from({ length: 1_024 }, (_, i) => i + 1),
  ...Array.from({ length: 600 }, (_, i) => i + 8_000),
  ...[1936, 2375, 2376, 3000, 3306, 4243, 5000, 5432, 6379, 9000, 9090, 9100, 10_250, 27_017],
];

/** Where balancers pass connections on, while they do. */
const TCP_PORT = 8_444;

/** How many servers of the pool `web` the sample has, by data center. */
const SERVERS = { virginia: 4, iowa: 4, newyork: 2 };

describe("The sample stack production, on machines", () => {
  const { settings, ...sample } = sampleStack("production");
  let { stack } = sample;
  let room: MachineRoom;
  let clouds: StandInClouds;
  let site: CloudSite;
  let visits: Visits | undefined;

  before(async () => {
    room = await MachineRoom.open();
    await room.admit("client", CLIENT);
    await room.admit("attacker", ATTACKER);
    clouds = await StandInClouds.start(room);
    site = await CloudSite.make(stack, settings, { name: "production", clouds, ownProcesses: true });
  });

  afterEach(async function () {
    visits?.kill();
    visits = undefined;
    if (this.currentTest?.state !== "failed") return;
    for (const { name } of room.declared()) console.log(await troubleOf(name));
  });

  after(async () => {
    await site.remove();
    clouds.stop();
    await room.run([]);
  });

  it("comes up as it is shipped, and every balancer gives pages of all data centers", async () => {
    await site.up();
    for (const address of addressesInDns()) {
      const pages = await get("client", address, "/", 40);
      expect(new Set(pages.map((page) => page.split(" ")[1])), address).to.deep.equal(new Set(DATA_CENTERS));
      expect(
        pages.every((page) => /^web-\S+ \S+ registry\.example\.com\/shop:1\.4\.2 \/$/.test(page)),
        pages[0],
      ).to.equal(true);
      expect((await get("client", address, "/api/things", 1))[0]).to.match(/^api-\S+ \S+ registry\.example\.com\/api:2\.0\.1 /);
    }
  });

  it("has nothing to change in a second up", async () => {
    expect(await site.up()).to.match(/Resources:\s+\d+ unchanged\s/);
  });

  it("is ready on every machine, as cloud-init and systemd see it", async () => {
    for (const { name } of room.declared()) {
      const said = await room
        .machine(name)
        .run("cloud-init status --wait >/dev/null; cloud-init status; systemctl is-system-running");
      expect(said.trim().split("\n"), name).to.deep.equal(["status: done", "running"]);
    }
  });

  it("opens to an attacker what a site needs, and nothing else", async () => {
    const machines = room.declared();
    const found = await scan("attacker", machines.flatMap(publicOf));
    const open = { 80: "open", 443: "refused" };
    const balancers = machines.filter(({ name }) => BALANCERS.includes(name));
    expect(found).to.deep.equal(Object.fromEntries(balancers.flatMap(publicOf).map((address) => [address, open])));
  });

  it("opens to whoever runs pulumi up nothing of a server but SSH", async () => {
    const found = await scan(undefined, room.declared().flatMap(publicOf));
    const of = ({ name }: CloudMachine): object =>
      BALANCERS.includes(name) ? { 22: "open", 80: "open", 443: "refused" } : { 22: "open" };
    const reached = (machine: CloudMachine): string[] => publicOf(machine).filter((address) => !address.includes(":"));
    for (const machine of room.declared())
      for (const address of reached(machine)) expect(found[address], `${machine.name} at ${address}`).to.deep.equal(of(machine));
  });

  it("has servers answer nobody without the balancers' certificate, also where the firewall lets them through", async () => {
    const primary = room.machine("shop-primary");
    const { servers } = await site.deployment();
    for (const { address, dataCenter } of Object.values(servers)) {
      const ask = (words: string): Promise<string> =>
        primary.run(`curl --silent --insecure --max-time 5 --write-out ' status %{http_code}' ${words}/ || true`);
      expect(await ask(`https://${address}`), address).to.equal(" status 000");
      expect(await ask(`http://${address}`), address).to.equal(" status 000");
      expect(await ask(`--cert /var/lib/evenkeel/identity-*.pem https://${address}`), address).to.match(/ status 200$/);
      // That of another server is of the same authority, but not for asking.
      const other = await room.machine(`web-${dataCenter}-1`).run("cat /var/lib/evenkeel/identity-*.pem");
      await primary.run(`cat >/tmp/other.pem <<'END'\n${other.trim()}\nEND`);
      expect(await ask(`--cert /tmp/other.pem https://${address}`), address).to.match(/^ status 000$/);
    }
    await primary.run("rm /tmp/other.pem");
  });

  it("counts a client together at both balancers, and opens that to nobody else", async () => {
    site.change({ ...stack, limits: { rate: { requests: 10, per: "1h" } } });
    await site.up();
    const { primary, secondary } = (await site.deployment()).loadBalancers;
    const status = (url = ""): Promise<string> =>
      room.from("client", "curl", "--silent", "--max-time", "10", "--output", "/dev/null", "--write-out", "%{http_code}", url);
    for (let i = 0; i < 10; i++) expect(await status(primary?.url), `request ${i + 1}`).to.equal("200");
    expect(await status(primary?.url)).to.equal("429");
    const told = async (): Promise<true | undefined> =>
      (await room.machine("shop-secondary").run(asking("show table pair/primary"))).includes("gpc0_rate(3600000)=10")
        ? true
        : undefined;
    expect(await until(told, 30_000), "the secondary was told").to.equal(true);
    expect(await status(secondary?.url)).to.equal("429");
    const at = new URL(secondary?.url ?? "").hostname;
    expect((await scan("attacker", [at]))[at]).to.deep.equal({ 80: "open", 443: "refused" });
    site.change(stack);
    await site.up();
  });

  it("loses no request when it is scaled up and down", async () => {
    const seen = await underLoad(async (load) => {
      site.scale({ ...SERVERS, newyork: SERVERS.newyork + 1 });
      await site.up();
      await load.until(({ byServer }) => (byServer["web-newyork-3"] ?? 0) > 0);
      site.change(stack);
      await site.up();
    });
    expectNothingLost(seen);
  });

  it("loses no request when a server is drained, which then gets none", async () => {
    const seen = await underLoad(async (load) => {
      site.change({ ...stack, maintenance: [{ server: "web-iowa-2" }] });
      await site.up();
      const before = (await load.snapshot()).byServer["web-iowa-2"];
      await load.goOn(200);
      expect((await load.snapshot()).byServer["web-iowa-2"]).to.equal(before);
      site.change(stack);
      await site.up();
      await load.until(({ byServer }) => (byServer["web-iowa-2"] ?? 0) > (before ?? 0));
    });
    expectNothingLost(seen);
  });

  it("passes connections on to a tcp pool while it has one, and opens its port no longer", async () => {
    const raw = { protocol: "tcp", app: { image: "registry.example.com/raw:1" }, servers: { virginia: 1, iowa: 1 } } as const;
    const routes = [{ sni: "raw.example.com", pool: "raw" }, { pool: "raw" }];
    const ask = async (address: string): Promise<string> => (await get("client", address, "/raw", 1, TCP_PORT)).join("\n");
    const seen = await underLoad(async () => {
      site.change({
        ...stack,
        pools: { ...stack.pools, raw: { ...raw, healthCheck: { type: "http", path: "/healthz" } } },
        passthrough: { port: TCP_PORT, routes },
      });
      await site.up();
      for (const address of addressesInDns()) {
        const servers = new Set<string | undefined>();
        for (let i = 0; i < 10; i++) {
          const page = await ask(address);
          expect(page).to.match(/^raw-\S+ \S+ registry\.example\.com\/raw:1 \/raw$/);
          servers.add(page.split(" ")[0]);
        }
        expect([...servers].sort(), address).to.deep.equal(["raw-iowa-1", "raw-virginia-1"]);
      }
      site.change(stack);
      await site.up();
    });
    expectNothingLost(seen);
    // Refused, and by a firewall: nobody answers.
    for (const address of addressesInDns()) expect(await ask(address).catch(String), address).to.match(/timed? ?out/i);
  });

  it("loses no request when another version is deployed", async () => {
    const image = "registry.example.com/shop:1.4.3";
    const seen = await underLoad(async () => {
      site.change({ ...stack, pools: { ...stack.pools, web: { ...stack.pools?.web, app: { image }, servers: SERVERS } } });
      await site.up();
      for (const address of addressesInDns())
        for (const page of await get("client", address, "/", 20)) expect(page).to.include(image);
    });
    expectNothingLost(seen);
    stack = { ...stack, pools: { ...stack.pools, web: { ...stack.pools?.web, app: { image }, servers: SERVERS } } };
  });

  it("loses no request when a server's machine dies, and has it again after an up", async () => {
    const seen = await underLoad(async (load) => {
      await room.kill("web-virginia-2");
      await load.goOn(600);
      await die("web-virginia-2");
      const before = (await load.snapshot()).byServer["web-virginia-2"] ?? 0;
      await site.up("--refresh");
      await load.until(({ byServer }) => (byServer["web-virginia-2"] ?? 0) > before);
    });
    expectNothingLost(seen);
  });

  it("loses no request when a data center without a balancer can't be reached, and has it again afterwards", async () => {
    const seen = await underLoad(async (load) => {
      await room.cut("us-central1");
      await load.goOn(600);
      const before = (await load.snapshot()).byServer["web-iowa-1"] ?? 0;
      await room.mend("us-central1");
      await load.until(({ byServer }) => (byServer["web-iowa-1"] ?? 0) > before);
    });
    expectNothingLost(seen);
  });

  it("has visitors served by the secondary when the primary's machine dies, and by both after an up", async () => {
    const seen = await underLoad(async (load) => {
      await room.kill("shop-primary");
      await load.goOn(300);
      await die("shop-primary");
      await site.up("--refresh");
      for (const address of addressesInDns()) await get("client", address, "/", 5);
    });
    expect(seen.failed, JSON.stringify(seen)).to.equal(0);
    expect(seen.retried).to.be.greaterThan(0);
  });

  /** Visitors come all the while, and for a while after. */
  async function underLoad(step: (load: Visits) => Promise<void>): Promise<Seen> {
    const plan = { addresses: addressesInDns(), host: HOST, paths: ["/", "/api/things"], requestsPerSecond: 40 };
    const load = (visits = new Visits("client", plan));
    await load.goOn();
    await step(load);
    await load.goOn();
    const seen = await load.stop();
    const { sent, failed, retried, longest } = seen;
    console.log(`      ${sent} requests, ${retried} asked again, ${failed} failed; the longest took ${Math.round(longest)} ms`);
    return seen;
  }

  /** The cloud too knows that an instance of AWS is no more. */
  async function die(name: string): Promise<void> {
    clouds.lose(name, "aws:ec2/instance:Instance");
    await clouds.settle();
  }

  async function troubleOf(name: string): Promise<string> {
    const asked = "cloud-init status --long; systemctl --failed; journalctl --no-pager --priority warning --lines 20";
    return `${name}: ${await room.machine(name).run(asked).catch(String)}`;
  }

  /** What a resolver would give out for the site, all health checks passing. */
  function addressesInDns(): string[] {
    return clouds
      .declared()
      .filter(({ type, inputs }) => type === "aws:route53/record:Record" && inputs.name === HOST)
      .flatMap(({ inputs }) => inputs.records as string[]);
  }

  /** Pages, one after the other. */
  async function get(who: string, address: string, path: string, times: number, port = 80): Promise<string[]> {
    const url = `http://${address.includes(":") ? `[${address}]` : address}:${port}${path}`;
    const urls = Array.from({ length: times }, () => url);
    const text = await room.from(
      who,
      "curl",
      "--silent",
      "--show-error",
      "--fail",
      "--max-time",
      "10",
      "-H",
      `Host: ${HOST}`,
      ...urls,
    );
    return text.trim().split("\n");
  }

  async function scan(who: string | undefined, addresses: readonly string[]): Promise<Record<string, object>> {
    const asked = JSON.stringify({ addresses, ports: PORTS });
    const text = await room.from(who, process.execPath, "--require", "tsx/cjs", require.resolve("./support/scan"), asked);
    return JSON.parse(text) as Record<string, object>;
  }
});
