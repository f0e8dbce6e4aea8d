import { expect } from "chai";
import { NO_ROTATION } from "../../components/model/operations/rotation";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerNode, DataCenter, OpenDataCenter, WebServer } from "../../components/data-center";
import { access } from "../../components/model/network/access";
import { httpCheck } from "../../components/model/health-checks/health-check";
import type { PlainApp } from "../../components/model/pools/app";
import { pool } from "../../components/model/pools/pool";
import { type Answers, type Declared, declared } from "./declared";

/** A cloud that is held to what every cloud must fulfil (docs/adding-a-cloud.md). */
export interface Candidate {
  /** Makes a data center of this name; each call another object. */
  readonly make: (name: string) => DataCenter;
  /** The same, frozen; absent where nothing can be frozen. */
  readonly frozen?: (name: string) => DataCenter;
  /** What its provider answers. */
  readonly answers: Answers;
  /** Whether a type is a machine's. */
  readonly isMachine: (type: string) => boolean;
  /** Whether it stands on other machines than the one that the program runs on. */
  readonly remote: boolean;
}

const APP: PlainApp = {
  ...pool.parse({ servers: {}, app: { image: "registry.example.com/shop:1", port: 8080 } }).app,
  environment: {},
};
const ACCESS = access.parse({ ssh: ["198.51.100.0/24", "2001:db8::/32"], keys: ["ssh-ed25519 AAAA operator"] });
/** How the SDK marks a secret on its way to the engine. */
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Holds a cloud to what all of them must fulfil. */
export function conforms(cloud: string, candidate: Candidate): void {
  const { make, frozen, answers, isMachine, remote } = candidate;
  const open = (dataCenter: DataCenter, opts: pulumi.ComponentResourceOptions = {}): OpenDataCenter =>
    dataCenter.open({ site: "shop", access: ACCESS, rotation: NO_ROTATION }, opts);
  const server = (place: OpenDataCenter, ordinal: number): WebServer =>
    place.webServer(
      `web-${place.name}-${ordinal}`,
      { pool: "web", site: "shop", size: "small", ordinal, app: APP, healthCheck: httpCheck() },
      {},
    );
  const balancer = (place: OpenDataCenter): BalancerNode =>
    place.balancerNode("shop-primary", { role: "primary", size: "medium", out: false, stopWithin: "30s" }, {});
  const everything = (of: (name: string) => DataCenter) => () => {
    const place = open(of("here"));
    const node = balancer(place);
    const rule = place.admit?.({ role: "primary", address: node.sendsFrom, port: 8080 }, {});
    return { servers: [server(place, 1), server(place, 2)], node, rules: rule === undefined ? [] : [rule.urn] };
  };

  describe(`A data center of ${cloud}`, () => {
    it("makes nothing before it is opened", async () => {
      const { resources } = await declared(() => [make("here").name], answers);
      expect(resources).to.deep.equal([]);
    });

    it("declares the same each time, and names everything after what it is for", async () => {
      const [once, again] = [await declared(everything(make), answers), await declared(everything(make), answers)];
      expect(sorted(once.resources)).to.deep.equal(sorted(again.resources));
      for (const { name, type } of once.resources) expect(name, type).to.match(/^(here|web-here-[12]|shop-primary)(-|$)/);
    });

    it("gives each web server a machine of its own, an address and its port", async () => {
      const { resources, result } = await declared(() => {
        const place = open(make("here"));
        return { servers: [server(place, 1), server(place, 2)], tlsPort: place.tlsPort };
      }, answers);
      const machines = resources.filter(({ type }) => isMachine(type)).map(({ name }) => name);
      expect(machines.sort()).to.deep.equal(["web-here-1", "web-here-2"]);
      for (const { address, port } of result.servers) {
        expect(address).to.match(/^\d+(\.\d+){3}$/);
        expect(port).to.be.greaterThan(0);
        if (remote) expect(port).to.equal(result.tlsPort);
      }
    });

    it("gives a balancer a machine with an identity, and says where it is reached and sends from", async () => {
      const { result } = await declared(() => balancer(open(make("here"))), answers);
      expect(result.machine).to.be.a("string").that.is.not.equal("");
      expect(result.node).to.include({ role: "primary", dataCenter: "here" });
      expect(result.node.maxConnections).to.be.greaterThan(0);
      for (const address of [result.address, result.sendsFrom]) expect(address).to.match(/^\d+(\.\d+){3}$/);
      if (!remote) return;
      expect(result.node.remote?.hostKey).to.be.a("string").that.is.not.equal("");
      expect(result.key).to.be.a("string").that.is.not.equal("");
    });

    it("gives a web server the secrets of its app, and keeps them secrets", async () => {
      const { resources } = await declared(() => {
        const secrets = { TOKEN: pulumi.secret("planted-secret") };
        const args = { pool: "web", site: "shop", size: "small", ordinal: 1, app: APP, healthCheck: httpCheck(), secrets };
        return [open(make("here")).webServer("web-here-1", args, {})];
      }, answers);
      const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("planted-secret"));
      expect(holders.map(({ name }) => name)).to.deep.equal(["web-here-1"]);
      expect(holders.every(({ type }) => isMachine(type))).to.equal(true);
      expect(JSON.stringify(withoutSecrets(resources.map(({ inputs }) => inputs)))).to.not.include("planted-secret");
    });

    if (!remote) return;

    it("admits a balancer by a rule of its own for each port, named after both", async () => {
      const { result } = await declared(everything(make), answers);
      expect(result.rules.map((urn) => urn.split("::").pop())).to.deep.equal(["here-from-primary-8080"]);
    });

    it("admits the other balancer to its own by a rule of its own", async () => {
      const admitting = (): { rules: pulumi.Output<string>[] } => {
        const place = open(make("here"));
        const { sendsFrom: address } = balancer(place);
        const rule = place.admit?.({ role: "primary", address, port: 8406, to: "balancers" }, {});
        return { rules: rule === undefined ? [] : [rule.urn] };
      };
      const { result } = await declared(admitting, answers);
      expect(result.rules.map((urn) => urn.split("::").pop())).to.deep.equal(["here-balancers-from-primary-8406"]);
    });

    it("keeps the private host key a secret", async () => {
      const { resources } = await declared(everything(make), answers);
      const [machine] = resources.filter(({ type, name }) => isMachine(type) && name === "shop-primary");
      const secrets = Object.values(machine?.inputs ?? {}).filter((value) => JSON.stringify(value).includes(SECRET));
      expect(secrets, "inputs of the balancer's machine that are secret").to.not.deep.equal([]);
      const open = resources.filter(({ inputs }) => JSON.stringify(withoutSecrets(inputs)).includes("PRIVATE KEY"));
      expect(open.map(({ name }) => name)).to.deep.equal([]);
    });

    it("sets no physical name by hand", async () => {
      const { resources } = await declared(everything(make), answers);
      const named = resources.filter(({ inputs, type }) => inputs.name !== undefined && !type.endsWith(":Tag"));
      expect(named.map(({ type, name }) => `${type} ${name}`)).to.deep.equal([]);
    });

    it("can be used by one deployment only", async () => {
      const failure = await declared(() => {
        const dataCenter = make("here");
        open(dataCenter);
        try {
          open(dataCenter);
          return ["opened twice"];
        } catch (error) {
          return [(error as Error).message];
        }
      }, answers);
      expect(failure.result[0]).to.match(/^here .*deployment/);
    });

    it("asks its provider nothing while it is frozen, and declares the same machines", async () => {
      if (frozen === undefined) return;
      const silent = { outputs: answers.outputs };
      const cold = await declared(everything(frozen), silent);
      const warm = await declared(everything(make), answers);
      expect(sorted(cold.resources).map(({ type, name }) => `${type} ${name}`)).to.deep.equal(
        sorted(warm.resources).map(({ type, name }) => `${type} ${name}`),
      );
    });
  });
}

function sorted(resources: readonly Declared[]): Declared[] {
  const key = ({ type, name }: Declared): string => `${type} ${name}`;
  return [...resources].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (Object.values(value).includes(SECRET)) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutSecrets(member)]));
}
