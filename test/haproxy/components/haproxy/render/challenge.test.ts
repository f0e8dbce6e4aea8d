import { expect } from "chai";
import * as http from "node:http";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { certificateTexts } from "../../../../../components/haproxy/certificate-files";
import { renderBalancer } from "../../../../../components/haproxy/render/balancer";
import { thumbprintOf } from "../../../../../provider/acme/client";
import { makeStandIn } from "../../../../../provider/keys/x509";
import { choosePorts } from "../../../../../provider/process/ports";
import { startHaproxy } from "../../../../support/programs/haproxy-process";
import { sampleNode, samplePlan } from "../../../../support/sites/sample-plan";
import { scratch } from "../../../../support/scratch";

const TOKEN = "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0";
const BELOW = "/.well-known/acme-challenge/";

describe("The answer by which a domain is proven", () => {
  const made = scratch();

  it("comes from a balancer for whatever token it is asked for, before anybody is sent to HTTPS; nothing else comes back", async () => {
    const { certificate, privateKey } = await makeStandIn();
    const thumbprint = thumbprintOf(privateKey);
    const directory = made.directory();
    const { site = 0, health = 0, https = 0 } = await choosePorts({ site: {}, health: {}, https: {} }, new Set());
    const at = (port: number) => ({ address: "127.0.0.1", port });
    const node = sampleNode({ directory, site: at(site), health: at(health), https: at(https), frontSocket: undefined });
    const certificates = { acme: certificate };
    const plan = samplePlan(undefined, { https: { certificates, redirect: true, thumbprint } });
    for (const [file, text] of Object.entries(certificateTexts(certificates, { acme: privateKey })))
      writeFileSync(path.join(directory, file), text, { mode: 0o600 });
    await startHaproxy(made, directory, renderBalancer(plan, node).text);

    for (const host of ["shop.example.com", "new.example.com:80", ""])
      expect(await answer(site, BELOW + TOKEN, host)).to.deep.equal({ status: 200, body: `${TOKEN}.${thumbprint}` });
    // What is no token goes where all else of that path goes: to the app, which is not there.
    for (const other of ["", "a/b", "a.b", "a%0d%0aSet-Cookie:x=1", "%[env(HOME)]", "a?b", "<script>"]) {
      const { status, body } = await answer(site, BELOW + other, "shop.example.com");
      if (other === "a?b") expect({ status, body }).to.deep.equal({ status: 200, body: `a.${thumbprint}` });
      else expect({ status, isToken: body.includes(thumbprint) }, other).to.deep.equal({ status: 503, isToken: false });
    }
    expect((await answer(site, "/", "shop.example.com")).status).to.equal(308);
  });
});

function answer(port: number, asked: string, host: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = http.get({ port, path: asked, agent: false, headers: { host } }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on("error", reject);
  });
}
