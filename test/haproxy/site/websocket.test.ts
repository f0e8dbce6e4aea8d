import { expect } from "chai";
import type { StackInput } from "../../../components/model/stack";
import { until } from "../../../provider/wait";
import { expectNoLoss, EnginelessSite, quickStack } from "../../support/engineless/site";
import { scratch } from "../../support/scratch";
import { WebSocketClient } from "../../support/clients/websocket-client";

const made = scratch();

const stack = (
  servers: Record<string, number>,
  change: { slowStart?: string; maintenance?: StackInput["maintenance"] } = {},
): StackInput => ({
  ...quickStack(servers, { tunnelTimeout: "1h", slowStart: change.slowStart ?? "0s" }),
  maintenance: change.maintenance ?? [],
  rollout: { drainWithin: "300ms" },
});

/** WebSockets through the page, at least two at each server. */
async function twoAtEach(url: string, servers: readonly string[]): Promise<WebSocketClient[]> {
  const open: WebSocketClient[] = [];
  const isEnough = (): boolean => servers.every((name) => open.filter(({ server }) => server === name).length >= 2);
  while (!isEnough()) open.push(await WebSocketClient.to(url));
  return open;
}

/** The servers whose WebSockets still echo, all of them or none. */
async function alive(sockets: readonly WebSocketClient[]): Promise<string[]> {
  const answers = await Promise.all(sockets.map(async (socket) => ({ server: socket.server, echoes: await socket.echoes() })));
  const of = (wanted: boolean) => new Set(answers.filter(({ echoes }) => echoes === wanted).map(({ server }) => server));
  const [living, dead] = [of(true), of(false)];
  expect([...living].filter((server) => dead.has(server))).to.deep.equal([]);
  return [...living].sort();
}

describe("A WebSocket", () => {
  it("survives a reload, and the drain of any server; it is cut when its own is removed, beyond the drain limit", async () => {
    const site = await EnginelessSite.up(made, stack({ a: 2, b: 1 }));
    const all = ["web-a-1", "web-a-2", "web-b-1"];
    const sockets = await twoAtEach(site.url, all);
    const load = await site.underLoad({ requestsPerSecond: 50 });
    expect(await alive(sockets)).to.deep.equal(all);

    await site.up(stack({ a: 2, b: 1 }, { slowStart: "1s" }));
    expect(await alive(sockets)).to.deep.equal(all);

    const drained = await site.up(stack({ a: 2, b: 1 }, { maintenance: [{ server: "web-a-1" }] }));
    expect(drained.warnings.join()).to.match(/requests on removed servers did not end within 300ms/);
    expect(await alive(sockets)).to.deep.equal(all);

    await site.up(stack({ a: 2, b: 1 }));
    const removed = await site.up(stack({ a: 1, b: 1 }));
    expect(removed.warnings.join()).to.match(/requests on removed servers did not end within 300ms/);
    await until(() => sockets.every((socket) => socket.server !== "web-a-2" || socket.isClosed()) || undefined, 30_000);
    expect(await alive(sockets)).to.deep.equal(["web-a-1", "web-b-1"]);
    await expectNoLoss(load);
    for (const socket of sockets) socket.close();
  });
});
