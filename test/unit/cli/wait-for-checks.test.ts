import { expect } from "chai";
import type { SiteStatus } from "../../../cli/site-status";
import { afterChecks, serversDown } from "../../../cli/wait-for-checks";

/** A site whose servers have these states, in the order of their process numbers 1, 2, …; the balancer's is 100. */
function site(...states: string[]): SiteStatus {
  const figures = { sessions: 0, requests: 0 };
  return {
    url: "http://127.0.0.1:8080",
    front: { state: "answers", pid: 101 },
    balancers: [{ role: "primary", dataCenter: "a", url: "", state: "serving", pid: 100, ...figures }],
    servers: states.map((state, i) => ({
      ...{ name: `web-a-${i + 1}`, pool: "web", dataCenter: "a", address: "", pid: state === "dead" ? null : i + 1, out: false },
      seenBy: { primary: { state: state === "dead" ? "DOWN" : state, lastCheck: "", ...figures } },
    })),
  };
}

/** How often it looked, and whom it waited for. */
async function waited(
  started: number[],
  within: number,
  ...looks: SiteStatus[]
): Promise<{ looks: number; shown: string[]; down: string[] }> {
  const shown: string[] = [];
  let count = 0;
  const status = await afterChecks({
    look: () => Promise.resolve(looks[Math.min(count++, looks.length - 1)] ?? site()),
    ...{ started: new Set(started), within, show: (names) => shown.push(names.join(" ")) },
  });
  return { looks: count, shown, down: serversDown(status).map(({ name }) => name) };
}

describe("After an up", () => {
  it("a server that it started is waited for until its check has passed", async () => {
    const looks = [site("UP", "DOWN"), site("UP", "DOWN 1/2"), site("UP", "UP")];
    expect(await waited([2], 60_000, ...looks)).to.deep.equal({ looks: 3, shown: ["web-a-2", "web-a-2"], down: [] });
  });

  it("every server is waited for when a balancer was started", async () => {
    expect(await waited([100], 60_000, site("DOWN", "UP"), site("UP", "UP"))).to.deep.include({ shown: ["web-a-1"], down: [] });
  });

  it("a server that was down before, or is dead, is reported at once", async () => {
    expect(await waited([], 60_000, site("DOWN", "UP"))).to.deep.equal({ looks: 1, shown: [], down: ["web-a-1"] });
    expect(await waited([100, 2], 60_000, site("dead", "UP"))).to.deep.equal({ looks: 1, shown: [], down: ["web-a-1"] });
  });

  it("one that does not pass in time is reported", async () => {
    expect(await waited([1], 0, site("DOWN"))).to.deep.equal({ looks: 1, shown: [], down: ["web-a-1"] });
  });

  it("one that is declared out is nobody's concern", async () => {
    const [server] = site("DOWN").servers;
    expect(serversDown({ servers: server === undefined ? [] : [{ ...server, out: true }] })).to.deep.equal([]);
    expect((await waited([], 0, site("ejected"))).down).to.deep.equal(["web-a-1"]);
  });
});
