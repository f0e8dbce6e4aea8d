import { expect } from "chai";
import { deployInBatches, type DeployTools } from "../../../cli/batches";
import { readStack } from "../../../components/model/read-stack";

/** A deploy of a pool with four servers in one data center, one at a time: what it asked and did, in order. */
async function deployed(
  changes: Partial<DeployTools> & { readonly outdated: (look: number) => readonly string[] },
): Promise<string[]> {
  const done: string[] = [];
  let looks = 0;
  const succeeded = await deployInBatches({
    stated: () => statedStack("1"),
    look: () => {
      done.push("look");
      return Promise.resolve({ outdated: new Set(changes.outdated(++looks)), unfinished: new Set<string>() });
    },
    up: (batch) => {
      done.push(`up ${batch?.takes.join(" ") ?? "all"}`);
      return Promise.resolve(true);
    },
    fallen: () => Promise.resolve([]),
    say: (line) => line.startsWith("Stopped") && done.push(line),
    ...changes,
  });
  return [...done, succeeded ? "succeeded" : "failed"];
}

function statedStack(release: string): ReturnType<DeployTools["stated"]> {
  const { stack } = readStack({
    ...{ site: { name: "shop" }, dataCenters: { a: { provider: "local" }, b: { provider: "local" } } },
    loadBalancers: { primary: { in: "a" }, secondary: { in: "b" } },
    pools: { web: { servers: { a: 4 }, app: { environment: { RELEASE: release } } } },
    rollout: { maxSurge: 1 },
  });
  if (stack === undefined) throw new Error("the stack has problems");
  return stack;
}

const ALL = ["web-a-1", "web-a-2", "web-a-3", "web-a-4"];

describe("A deploy in batches", () => {
  it("previews before the first batch and before the last up only", async () => {
    expect(await deployed({ outdated: (look) => (look === 1 ? ALL : []) })).to.deep.equal([
      ...["look", "up web-a-1", "up web-a-2", "up web-a-3", "up web-a-4", "look", "up all", "succeeded"],
    ]);
  });

  it("previews again when the stack file changed between two batches, and replaces a server a second time", async () => {
    const releases = ["1", "2"];
    const stated = (): ReturnType<DeployTools["stated"]> => statedStack(releases.shift() ?? "2");
    expect(await deployed({ stated, outdated: (look) => (look <= 2 ? ALL : []) })).to.deep.equal([
      ...["look", "up web-a-1", "look", "up web-a-1", "up web-a-2", "up web-a-3", "up web-a-4", "look", "up all", "succeeded"],
    ]);
  });

  it("replaces in batches what the last preview finds", async () => {
    const found = [["web-a-1"], ["web-a-2"], []];
    expect(await deployed({ outdated: (look) => found[look - 1] ?? [] })).to.deep.equal([
      ...["look", "up web-a-1", "look", "up web-a-2", "look", "up all", "succeeded"],
    ]);
  });

  it("stops when servers would be replaced again and again", async () => {
    expect(await deployed({ outdated: () => ["web-a-1", "web-a-2"] })).to.deep.equal([
      ...["look", "up web-a-1", "up web-a-2", "look"],
      "Stopped: web-a-1 would be replaced again, for the same stack. Is a value of the app another one in each run?",
      "failed",
    ]);
  });
});
