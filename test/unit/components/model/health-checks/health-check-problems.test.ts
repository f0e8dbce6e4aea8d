import { expect } from "chai";
import { problemsWithPool } from "../../../../support/sites/sound-stack";

const problems = (healthCheck: object): string[] =>
  problemsWithPool({ healthCheck }).map((problem) => problem.replace("pools.web.healthCheck.", ""));

describe("The health check of a stack file", () => {
  it("may say its method, host, headers, statuses and body", () => {
    for (const status of [200, 599, "204", "200,204", "200-299,304", "100-599"])
      expect(problems({ status }), String(status)).to.deep.equal([]);
    const all = { method: "OPTIONS", host: "shop.example", headers: { "X-Probe": 'a "b" 100%' }, body: 'all "is" $well é' };
    expect(problems(all)).to.deep.equal([]);
    for (const type of ["http", "tcp", "tls"]) expect(problems({ type, interval: "1s", rise: 1 })).to.deep.equal([]);
    expect(problems({ type: "tls", host: "shop.example" })).to.deep.equal([]);
  });

  it("uses a method that is safe to repeat", () => {
    expect(problems({ method: "POST" })).to.deep.equal(["method: is POST, but must be GET, HEAD, OPTIONS"]);
  });

  it("expects statuses that there are", () => {
    const rule = 'statuses from 100 to 599 such as 200, "200,204" or "200-299,304"';
    for (const [status, shown] of [
      ...[
        [99, "99"],
        [600, "600"],
        ["200 204", "200 204"],
        ["2xx", "2xx"],
        ["200,", '"200,"'],
        ["", '""'],
        [true, "true"],
      ],
      ...[
        ["200 string x", "200 string x"],
        ["200\n  option x", '"200\\n  option x"'],
      ],
    ] as const)
      expect(problems({ status }), String(status)).to.deep.equal([`status: is ${shown}, but must be ${rule}`]);
    expect(problems({ status: "204,299-200" })).to.deep.equal(["status: says 299-200, but a range begins with the lower status"]);
  });

  it("says a body that is one line, and that the method has", () => {
    const rule = "a text of 1 to 200 characters on one line";
    for (const body of ["", "two\nlines", "tab\t", "\0", "x".repeat(201)])
      expect(problems({ body })[0], JSON.stringify(body)).to.match(new RegExp(`^body: is .*, but must be ${rule}$`));
    expect(problems({ method: "HEAD", body: "ok" })).to.deep.equal([
      "body: can't be found with method HEAD, whose answer has none; use method GET",
    ]);
  });

  it("says headers that a request may have, and none that is the balancer's own", () => {
    expect(problems({ headers: { "x probe": "1" } })).to.deep.equal(["headers.x probe: is not the name of a header"]);
    for (const value of ["", " x", "x ", "two\r\nlines: 1", "é"])
      expect(problems({ headers: { "x-probe": value } })[0]).to.match(/but must be 1 to 500 printable characters of ASCII$/);
    expect(problems({ headers: { Host: "a", connection: "close", "Content-Length": "1" } })).to.deep.equal([
      "headers.Host: has a key of its own: host",
      "headers.connection: is the balancer's own to set",
      "headers.Content-Length: is the balancer's own to set",
    ]);
  });

  it("that only connects has nothing to ask", () => {
    expect(problems({ type: "udp" })).to.deep.equal(["type: is udp, but must be http, tcp, tls"]);
    expect(
      problems({ type: "tcp", method: "HEAD", path: "/up", host: "a", headers: { x: "y" }, status: 200, body: "ok" }),
    ).to.deep.equal(
      ["method", "path", "host", "headers", "status", "body"].map(
        (key) => `${key}: is for type http; this check is tcp, which asks nothing`,
      ),
    );
  });
});
