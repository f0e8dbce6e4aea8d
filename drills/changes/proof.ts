import { describeResult, type Load, type LoadOptions, type LoadResult, startLoad } from "../load/load";
import type { LoadTls } from "../load/load-options";
import { type CutWebSocket, openWebSockets, type WebSocketsResult } from "../load/websockets";
import type { ThrowawaySite } from "../../testbed/throwaway-site";
import type { PlannedChange } from "./changes";

/** What is asked of a site while it is changed. */
export interface ProofLoad {
  /** Requests, none of which may fail; what is left out is a GET of the site's page that has to be answered with 200. */
  readonly requests: readonly (Partial<LoadOptions> & { readonly requestsPerSecond: number })[];
  /** How many WebSockets are held open, half of them through each balancer. */
  readonly webSockets: number;
  /**
   * How long a connection may lie unused and still be used again, in milliseconds. Below the drain limit, at which a balancer
   * that is replaced ends what lies unused; and below its own limit for that, which meets any site, changed or not.
   */
  readonly maxUnusedMs: number;
  /** Downloads that begin meanwhile, and of which each must come whole. @default none */
  readonly downloads?: { readonly perSecond: number; readonly takeMs: number };
}

/** What a change cost its clients. */
export interface Proven {
  readonly change: string;
  readonly seen: LoadResult;
  readonly downloads: LoadResult | undefined;
  readonly webSockets: WebSocketsResult;
  /** Long-lived connections that outlasted the drain limit of what the change ended: the only ones that may be cut. */
  readonly outlasted: readonly CutWebSocket[];
  /** What a change should not have cost, in words; empty when nothing. */
  readonly losses: readonly string[];
}

/** Requests that a lap must have after its change before it is told. */
const AFTER_CHANGE = 100;

/** The load of HTTP/1.1 that every change has to leave alone: with keep-alive and new connections, GET and POST. */
export const MIXED_LOAD: ProofLoad = {
  requests: [
    { requestsPerSecond: 60 },
    { path: "/api/x", requestsPerSecond: 40, keepAlive: false },
    { path: "/echo", method: "POST", body: "an order", requestsPerSecond: 40 },
    { path: "/api/x", method: "POST", body: "an order", requestsPerSecond: 30, keepAlive: false },
  ],
  webSockets: 6,
  maxUnusedMs: 1_000,
};

/**
 * What takes long, or speaks something else: HTTP/2, and downloads of 20 seconds of which each must come whole, beside requests
 * of HTTP/1.1; all of it over TLS where the site has it.
 */
export const LONG_LOAD: ProofLoad = {
  requests: [
    { requestsPerSecond: 30 },
    { requestsPerSecond: 10, keepAlive: false },
    { requestsPerSecond: 40, protocol: "h2" },
    { path: "/echo", method: "POST", body: "an order", requestsPerSecond: 20, protocol: "h2" },
  ],
  webSockets: 6,
  maxUnusedMs: 20_000,
  downloads: { perSecond: 0.5, takeMs: 20_000 },
};

/** A site under load, which is changed again and again; what each change costs is told apart. */
export class Proof {
  private constructor(
    private readonly site: ThrowawaySite,
    private readonly url: string,
    private readonly load: Load,
    private readonly downloads: Load | undefined,
    private readonly webSockets: number,
    private readonly tls: LoadTls | undefined,
  ) {}

  /**
   * Begins a load on a site that is up.
   *
   * @param tls How its clients know it, where it has certificates.
   */
  static async on(
    site: ThrowawaySite,
    { requests, webSockets, downloads, maxUnusedMs }: ProofLoad,
    tls?: LoadTls,
  ): Promise<Proof> {
    const { url } = await site.deployment();
    const all = { url, path: "/", expectStatus: 200, maxUnusedMs, ...(tls === undefined ? {} : { tls }) };
    return new Proof(
      site,
      url,
      await startLoad(requests.map((own) => ({ ...all, ...own }))),
      // Apart from the rest, since its latency is its length.
      downloads && (await startLoad({ ...all, ...downloadsOf(downloads) })),
      webSockets,
      tls,
    );
  }

  /** Makes a planned change of the site. */
  async of({ name, steps, ...expected }: PlannedChange): Promise<Proven> {
    const refused: string[] = [];
    const proven = await this.during(
      name,
      async () => {
        for (const stack of steps) {
          this.site.change(stack);
          await this.site.up().catch((error: unknown) => refused.push(String(error)));
        }
      },
      expected,
    );
    return { ...proven, losses: [...proven.losses, ...refused] };
  }

  /** Counts what anything costs that is done to the site meanwhile. */
  async during(
    change: string,
    act: () => unknown,
    { ends = {}, reaches }: Pick<PlannedChange, "ends" | "reaches"> = {},
  ): Promise<Proven> {
    const { loadBalancers } = await this.site.deployment();
    const urls = Object.fromEntries(
      Object.entries(loadBalancers).flatMap(([role, { url, out }]) => (out ? [] : [[role, url.replace("http", "ws")]])),
    );
    const sockets = await openWebSockets({
      ...{ urls, connections: this.webSockets, everyMs: 100 },
      ...(this.tls === undefined ? {} : { tls: this.tls }),
    });
    try {
      await Promise.all([this.load.lap(), this.downloads?.lap()]);
      await act();
      const { sent } = await this.load.snapshot();
      await this.load.until((now) => now.sent >= sent + AFTER_CHANGE, 60_000);
      const laps = [this.load.lap(), Promise.resolve(this.downloads?.lap()), sockets.stop()] as const;
      const [seen, downloads, webSockets] = await Promise.all(laps);
      const outlasted = webSockets.cuts.filter((cut) => mayOutlast(cut, ends));
      const losses = [
        ...failuresOf(seen),
        ...(downloads ? failuresOf(downloads) : []),
        ...cutsOf(webSockets, outlasted),
        ...unreachedOf(seen, reaches),
        ...(await this.movedOf()),
      ];
      return { change, seen, downloads, webSockets, outlasted, losses };
    } finally {
      await sockets.stop();
    }
  }

  /**
   * The clients go where they always went: a page that is elsewhere is gone for them, whoever may answer there now. Where it is asked for
   * by HTTPS from now on, the load tells whether it still answers by HTTP.
   */
  private async movedOf(): Promise<string[]> {
    const { url } = await this.site.deployment();
    const [was, is] = [new URL(this.url), new URL(url)];
    return was.protocol !== is.protocol || was.host === is.host ? [] : [`the page moved from ${this.url} to ${url}`];
  }

  /** Ends the load. */
  async end(): Promise<void> {
    await Promise.all([this.load.stop(), this.downloads?.stop()]);
  }
}

/** Whether a connection belongs to what a change ends. */
function mayOutlast({ via, server = "" }: CutWebSocket, { servers, balancer }: NonNullable<PlannedChange["ends"]>): boolean {
  return via === balancer || servers?.test(server) === true;
}

function downloadsOf({
  perSecond,
  takeMs,
}: NonNullable<ProofLoad["downloads"]>): Pick<LoadOptions, "requestsPerSecond"> & Partial<LoadOptions> {
  // A connection for each: one that begins late in a drain, on a connection that was kept, would have less than the whole limit.
  return { path: `/drip/${takeMs}`, requestsPerSecond: perSecond, keepAlive: false, timeoutMs: 3 * takeMs };
}

function failuresOf(seen: LoadResult): string[] {
  const first = seen.firstFailures[0];
  if (first !== undefined)
    return [`${describeResult(seen)}; the first one after ${first.atMs} ms: ${first.kind}, ${first.detail}`];
  return seen.sent === 0 ? ["no request was made"] : [];
}

function unreachedOf({ byServer }: LoadResult, reaches = /^/): string[] {
  const servers = Object.keys(byServer);
  return servers.some((server) => reaches.test(server)) ? [] : [`the load was answered by ${servers.join(", ")} alone`];
}

function cutsOf({ opened, notOpened, cuts, lost }: WebSocketsResult, outlasted: readonly CutWebSocket[]): string[] {
  const cut = cuts.filter((each) => !outlasted.includes(each));
  const more = lost - outlasted.reduce((sum, each) => sum + each.lost, 0);
  return [
    ...notOpened.map(({ via, detail }) => `a WebSocket through the ${via} did not open: ${detail}`),
    ...(opened === 0 && notOpened.length === 0 ? ["no WebSocket was opened"] : []),
    ...cut.map(
      ({ via, server = "?", how, atMs }) => `a WebSocket through the ${via} to ${server} was cut after ${atMs} ms: ${how}`,
    ),
    ...(more === 0 ? [] : [`${more} messages of WebSockets were lost`]),
  ];
}
