import { expect } from "chai";
import { LocalDataCenter } from "../../../components/clouds/local";
import { WebServerPool } from "../../../components/web-server-pool";
import { declared } from "../../support/declared";

/** How the SDK marks a secret on its way to the engine. */
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ANSWERS = { outputs: () => ({ directory: "/run/here", listening: { http: 20_001 } }) };

/** A pool of one local server whose app has this environment. */
function poolWith(environment: Record<string, string | { secret: string }>, secrets: Record<string, string>): WebServerPool {
  const dataCenters = { a: new LocalDataCenter("a").open() };
  return new WebServerPool("web", { pool: "web", site: "shop", dataCenters, servers: { a: 1 }, app: { environment }, secrets });
}

describe("The secrets of a pool", () => {
  it("are secrets also where a program gives plain texts, and the other variables stay as they are", async () => {
    const environment = { LOG_LEVEL: "debug", TOKEN: { secret: "token" } };
    const { resources } = await declared(() => poolWith(environment, { token: "t0ken", other: "unused" }).urn, ANSWERS);
    const inputs = resources.find(({ name }) => name === "web-a-1")?.inputs;
    expect(inputs?.environment).to.include({ LOG_LEVEL: "debug" }).and.to.not.have.property("TOKEN");
    expect(Object.values(inputs?.secretEnvironment as object)).to.deep.equal([SECRET, { TOKEN: "t0ken" }]);
  });

  it("are no input of a server that is given none", async () => {
    const { resources } = await declared(() => poolWith({}, { token: "t0ken" }).urn, ANSWERS);
    expect(resources.find(({ name }) => name === "web-a-1")?.inputs).to.not.have.property("secretEnvironment");
  });

  it("must be among those that it was given", async () => {
    const { result } = await declared(() => {
      try {
        poolWith({ TOKEN: { secret: "tokn" } }, { token: "t0ken" });
        return "made";
      } catch (error) {
        return (error as Error).message;
      }
    }, ANSWERS);
    expect(result).to.equal("web: TOKEN names a secret that it does not have");
  });
});
