import { expect } from "chai";
import { unlinkSync } from "node:fs";
import { createServer, get } from "node:http";
import { createServer as createSocketServer } from "node:net";
import * as path from "node:path";
import { renderFront } from "../../../../components/haproxy/render/front";
import { choosePorts } from "../../../../provider/process/ports";
import { filled } from "../../../support/programs/haproxy-check";
import { startHaproxy } from "../../../support/programs/haproxy-process";
import { sampleNode } from "../../../support/sites/sample-plan";
import { scratch } from "../../../support/scratch";

const made = scratch();

describe("The front", () => {
  it("asks the balancer that it does not know to be back yet, when the one that it knew refuses", async () => {
    const directory = made.directory();
    const [primary, secondary] = [await balancer("primary", directory, 200), await balancer("secondary", directory, 503)];
    const { port = 0 } = await choosePorts({ port: {} }, new Set());
    const text = renderFront([primary.node, secondary.node], "127.0.0.1", 100);
    const front = await startHaproxy(made, directory, filled(text, directory, port));
    await front.becomes((statuses) => statuses["pair/primary"] === "UP" && statuses["pair/secondary"] === "DOWN");
    expect(await answerAt(port)).to.equal("primary");
    unlinkSync(primary.socket);
    expect([await answerAt(port), await answerAt(port)]).to.deep.equal(["secondary", "secondary"]);
  });

  /** What stands for a balancer: it answers every connection with its role, and its health is what it is told. */
  async function balancer(role: "primary" | "secondary", directory: string, health: number) {
    const socket = path.join(directory, role);
    const site = createSocketServer((client) => client.on("error", () => undefined).once("data", () => client.end(answer(role))));
    await made.listen(site, socket);
    const port = await made.listen(createServer((_, response) => response.writeHead(health).end()));
    return { node: sampleNode({ role, frontSocket: socket, health: { address: "127.0.0.1", port } }), socket };
  }

  function answer(body: string): string {
    return `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
  }

  function answerAt(port: number): Promise<string> {
    return new Promise((resolve) => {
      const request = get({ host: "127.0.0.1", port, agent: false }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body += part));
        response.on("end", () => resolve(body));
      });
      request.on("error", ({ message }) => resolve(message));
    });
  }
});
