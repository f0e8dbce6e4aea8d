import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { isUp, parseServerStatus } from "../../../../components/haproxy/server-status";

/** The answer of an HAProxy 2.8 with a good server, one that answers 503, a drained one and one in maintenance. */
const STAT = readFileSync(path.join(__dirname, "golden/stat.csv"), "utf8");

describe("The status of servers", () => {
  it("is read from what HAProxy says, without frontends and backends", () => {
    expect(parseServerStatus(STAT)).to.deep.equal([
      { backend: "web", server: "web-a-1", status: "UP", lastCheck: "L7OK 200", sessions: 0, requests: 3 },
      {
        backend: "web",
        server: "web-a-2",
        status: "DOWN",
        lastCheck: 'L7STS 503 Busy, "really", try later',
        sessions: 0,
        requests: 0,
      },
      { backend: "web", server: "web-b-1", status: "DRAIN", lastCheck: "L7OK 200", sessions: 0, requests: 0 },
      { backend: "web", server: "web-b-2", status: "MAINT", lastCheck: "", sessions: 0, requests: 0 },
      { backend: "web.checked", server: "web-a-1", status: "UP", lastCheck: "L7OK 200", sessions: 0, requests: 0 },
      {
        backend: "web.checked",
        server: "web-a-2",
        status: "DOWN",
        lastCheck: 'L7STS 503 Busy, "really", try later',
        sessions: 0,
        requests: 0,
      },
      { backend: "web.checked", server: "web-b-1", status: "UP", lastCheck: "L7OK 200", sessions: 0, requests: 0 },
      {
        backend: "web.checked",
        server: "web-b-2",
        status: "DOWN",
        lastCheck: "L4CON Connection refused",
        sessions: 0,
        requests: 0,
      },
    ]);
  });

  it("is found by the names of the columns, whatever their order and number", () => {
    const csv = "# svname,check_code,pxname,new,stot,scur,status,last_chk,check_status,\nweb-a-1,200,web,x,7,2,UP 1/2,,L7OK,\n";
    expect(parseServerStatus(csv)).to.deep.equal([
      { backend: "web", server: "web-a-1", status: "UP 1/2", lastCheck: "L7OK 200", sessions: 2, requests: 7 },
    ]);
  });

  it("has the last check without the asterisk that stands for one on its way", () => {
    const csv = "# pxname,svname,status,check_status,check_code,last_chk,scur,stot,\nweb,web-a-1,UP,* L4TOUT,0,,0,0,\n";
    expect(parseServerStatus(csv)[0]).to.include({ lastCheck: "L4TOUT" });
  });

  it("is not thrown off by commas and quotes in a field", () => {
    const text = fc.string({ unit: fc.constantFrom("a", ",", '"', " ") });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;
        const csv = `# pxname,svname,status,last_chk,agent,scur,stot,\nweb,web-a-1,UP,${quoted(one)},${quoted(other)},1,2,\n`;
        expect(parseServerStatus(csv)).to.deep.equal([
          { backend: "web", server: "web-a-1", status: "UP", lastCheck: one, sessions: 1, requests: 2 },
        ]);
      }),
    );
  });

  it("is none where HAProxy has no server", () => {
    expect(parseServerStatus("")).to.deep.equal([]);
    expect(parseServerStatus("# pxname,svname,status,\n\n")).to.deep.equal([]);
  });
});

describe("A server", () => {
  it("gets requests while it is up, also on its way down", () => {
    for (const status of ["UP", "UP 1/2"]) expect(isUp({ status }), status).to.equal(true);
  });

  it("gets none when it is down, on its way up, drained or in maintenance", () => {
    for (const status of ["DOWN", "DOWN 1/2", "DRAIN", "MAINT", "MAINT (via web/x)", "NOLB", "no check", ""]) {
      expect(isUp({ status }), status).to.equal(false);
    }
  });
});
