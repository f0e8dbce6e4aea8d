import { createServer, type IncomingHttpHeaders } from "node:http";
import * as path from "node:path";
import { renderBalancer } from "../../../components/haproxy/render/balancer";
import { choosePorts } from "../../../provider/process/ports";
import type { NodePlan, Plan } from "../../../components/model/plan";
import { type RunningHaproxy, startHaproxy } from "./haproxy-process";
import { sampleNode, samplePlan, samplePool, servers } from "../sites/sample-plan";
import type { Scratch } from "../scratch";
import { Visitor } from "../clients/visitor";

/** A balancer as it is rendered, run by the real HAProxy before a real app. */
export interface RealBalancer {
  readonly haproxy: RunningHaproxy;
  readonly directory: string;
  readonly node: NodePlan;
  readonly plan: Plan;
  /** A client with this address. */
  readonly visitor: (address: string) => Visitor;
}

/** Starts an app that answers with the headers that it was sent, as JSON; its port. */
export function echoingApp(made: Scratch): Promise<number> {
  return made.listen(
    createServer((request, response) => {
      request.resume().on("end", () => response.end(JSON.stringify(request.headers)));
    }),
  );
}

/** What an app was sent, from the body of an answer. */
export function sentTo(body: string): IncomingHttpHeaders {
  return JSON.parse(body) as IncomingHttpHeaders;
}

/** Starts a balancer before the app at `port`. */
export async function realBalancer(
  made: Scratch,
  port: number,
  changes: Partial<Plan>,
  nodeChanges: Partial<NodePlan> = {},
): Promise<RealBalancer> {
  const { directory = made.directory() } = nodeChanges;
  const { site = 0, health = 0 } = await choosePorts({ site: {}, health: {} }, new Set());
  const frontSocket = path.join(directory, "front.sock");
  const at = { site: { address: "127.0.0.1", port: site }, health: { address: "127.0.0.1", port: health } };
  const node = sampleNode({ directory, frontSocket, ...at, ...nodeChanges });
  const plan = samplePlan({ web: samplePool({ servers: servers("a", { "web-a-1": port }) }) }, changes);
  const haproxy = await startHaproxy(made, directory, renderBalancer(plan, node).text);
  await haproxy.becomes((statuses) => statuses["web/web-a-1"] === "UP");
  return { haproxy, directory, node, plan, visitor: (address) => new Visitor(frontSocket, address) };
}
