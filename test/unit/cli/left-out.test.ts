import { expect } from "chai";
import type { ServerStatus } from "../../../components/haproxy/server-status";
import { leftOutBy, leftOutInWords } from "../../../cli/left-out";

describe("The data centers that the verbs say to be left out", () => {
  const MINIMUM = { web: { a: 2, b: 2 } };
  const names = ["web-a-1", "web-a-2", "web-b-1", "web-b-2", "web-c-1", "api-b-1"];
  /** What a balancer says of which of these are up, and which are declared out. */
  const told = (
    up: readonly string[],
    out: readonly string[] = [],
    minimumHealthy: Record<string, Record<string, number>> | undefined = MINIMUM,
  ) => {
    const seen = names.flatMap((server): ServerStatus[] => {
      const [pool = ""] = server.split("-");
      // Whoever refuses connections is down in the first of the two, and passes its checks all the same.
      const rows = { [pool]: "DOWN", [`${pool}.checked`]: up.includes(server) ? "UP" : "DOWN" };
      return Object.entries(rows).map(([backend, status]) => ({
        backend,
        server,
        status,
        lastCheck: "",
        sessions: 0,
        requests: 0,
      }));
    });
    const servers = Object.fromEntries(
      names.map((name) => {
        const [pool = "", dataCenter = ""] = name.split("-");
        return [name, { pool, dataCenter, address: "", out: out.includes(name) }];
      }),
    );
    return leftOutInWords([{ role: "primary", leavesOut: leftOutBy(seen, { servers, minimumHealthy }) }]);
  };
  const b = (of: number): string =>
    `  the primary leaves b out for the pool web: 1 of its ${of} servers there pass their checks, fewer than minimumHealthy: 2\n`;

  it("are those with servers up, but fewer than their minimum", () => {
    expect(told(names)).to.equal("");
    expect(told(["web-a-1", "web-a-2", "web-b-2", "web-c-1", "api-b-1"])).to.equal(b(2));
    expect(told(["web-a-1", "web-a-2", "web-b-2"])).to.equal(b(2));
    expect(told(["web-a-1", "web-a-2", "web-b-2"], ["web-b-1"])).to.equal(b(1));
  });

  it("are none without a minimum, where no server is up, where several have too few, and where nobody else is up", () => {
    expect(told(["web-a-1", "web-a-2", "web-b-2"], [], {})).to.equal("");
    expect(told(["web-a-1", "web-a-2"])).to.equal("");
    expect(told(["web-a-1", "web-b-2", "web-c-1"])).to.equal("");
    expect(told(["web-a-1", "web-c-1"], ["web-b-1", "web-b-2"], { web: { b: 2 } })).to.equal("");
    expect(told(["web-b-2"], [], { web: { b: 2 } })).to.equal("");
  });
});
