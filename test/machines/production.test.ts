import { expect } from "chai";
import type { StackInput } from "../../components/model/stack";
import { MachineRoom } from "../../scripts/machines/machine-room";
import { publicOf } from "../../scripts/machines/rules";
import { sampleStack } from "../../scripts/sample-stack";
import { CloudSite } from "../../scripts/stand-in-clouds/cloud-site";
import { StandInClouds } from "../../scripts/stand-in-clouds/stand-in-clouds";
import { Visits } from "./support/visits";

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

describe("The sample stack production, on machines", () => {
  const { stack, settings } = sampleStack("production");
  let room: MachineRoom;
  let clouds: StandInClouds;
  let site: CloudSite;
  let visits: Visits | undefined;

  before(async () => {
    room = await MachineRoom.open();
    await room.admit("client", CLIENT);
    await room.admit("attacker", ATTACKER);
    clouds = await StandInClouds.start(room);
    site = await CloudSite.make(stack, settings, { name: "production", clouds });
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
      expect(pages.every((page) => /^web-\S+ \S+ registry\.example\.com\/shop:1\.4\.2 \/$/.test(page)), pages[0]).to.equal(true);
      expect((await get("client", address, "/api/things", 1))[0]).to.match(/^api-\S+ \S+ registry\.example\.com\/api:2\.0\.1 /);
    }
  });

  it("has nothing to change in a second up", async () => {
    expect(await site.up()).to.match(/Resources:\s+\d+ unchanged\s/);
  });

  it("is ready on every machine, as cloud-init and systemd see it", async () => {
    for (const { name } of room.declared()) {
      const said = await room.machine(name).run("cloud-init status --wait >/dev/null; cloud-init status; systemctl is-system-running");
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
  async function get(who: string, address: string, path: string, times: number): Promise<string[]> {
    const url = `http://${address.includes(":") ? `[${address}]` : address}${path}`;
    const urls = Array.from({ length: times }, () => url);
    const text = await room.from(who, "curl", "--silent", "--show-error", "--fail", "--max-time", "10", "-H", `Host: ${HOST}`, ...urls);
    return text.trim().split("\n");
  }

  async function scan(who: string, addresses: readonly string[]): Promise<unknown> {
    const asked = JSON.stringify({ addresses, ports: PORTS });
    const text = await room.from(who, process.execPath, "--require", "tsx/cjs", require.resolve("./support/scan"), asked);
    return JSON.parse(text);
  }
});
