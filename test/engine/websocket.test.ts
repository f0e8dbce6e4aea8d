import { expect } from "chai";
import type { StackInput } from "../../components/model/stack";
import { describeResult } from "../../drills/load/load";
import { until } from "../../provider/wait";
import { smallStack, TestSite } from "../support/sites/test-site";
import { WebSocketClient } from "../support/clients/websocket-client";

const DRAIN_WITHIN = "2s";

const stack = (
  servers: Record<string, number>,
  change: { slowStart?: string; maintenance?: StackInput["maintenance"] } = {},
): StackInput => ({
  ...smallStack(servers, { tunnelTimeout: "1h", slowStart: change.slowStart ?? "1s" }),
  maintenance: change.maintenance ?? [],
  rollout: { drainWithin: DRAIN_WITHIN },
});

/** WebSockets through the page, at least two at each server. */
async function twoAtEach(url: string, servers: readonly string[]): Promise<WebSocketClient[]> {
  const open: WebSocketClient[] = [];
  const isEnough = (): boolean => servers.every((name) => open.filter(({ server }) => server === name).length >= 2);
  while (!isEnough()) open.push(await WebSocketClient.to(url));
  return open;
}

/** The servers whose WebSockets still say back what they are told, all of them or none. */
async function alive(sockets: readonly WebSocketClient[]): Promise<string[]> {
  const answers = await Promise.all(sockets.map(async (socket) => ({ server: socket.server, echoes: await socket.echoes() })));
  const of = (wanted: boolean) => new Set(answers.filter(({ echoes }) => echoes === wanted).map(({ server }) => server));
  const [living, dead] = [of(true), of(false)];
  expect([...living].filter((server) => dead.has(server))).to.deep.equal([]);
  return [...living].sort();
}

describe("A WebSocket", () => {
  it("survives a reload, and the drain of any server; it is cut when its own is removed, beyond the drain limit", async () => {
    const site = await TestSite.up(stack({ a: 2, b: 1 }));
    const { url } = await site.deployment();
    const all = ["web-a-1", "web-a-2", "web-b-1"];
    const sockets = await twoAtEach(url, all);
    const load = await site.underLoad({ requestsPerSecond: 100 });
    expect(await alive(sockets)).to.deep.equal(all);

    site.change(stack({ a: 2, b: 1 }, { slowStart: "2s" }));
    await site.up();
    expect(await alive(sockets)).to.deep.equal(all);

    site.change(stack({ a: 2, b: 1 }, { maintenance: [{ server: "web-a-1" }] }));
    const drained = await site.up();
    expect(drained).to.match(/requests on removed servers did not end within 2s/);
    expect(await alive(sockets)).to.deep.equal(all);

    site.change(stack({ a: 2, b: 1 }));
    await site.up();
    site.scale({ a: 1, b: 1 });
    const text = await site.up();
    expect(text).to.match(/requests on removed servers did not end within 2s/);
    await until(async () => Promise.resolve(sockets.every((s) => s.server !== "web-a-2" || s.isClosed()) || undefined), 10_000);
    expect(await alive(sockets)).to.deep.equal(["web-a-1", "web-b-1"]);
    const result = await load.stop();
    expect(result.failed, describeResult(result) + JSON.stringify(result.firstFailures)).to.equal(0);
    for (const socket of sockets) socket.close();
    await site.remove();
  });
});
