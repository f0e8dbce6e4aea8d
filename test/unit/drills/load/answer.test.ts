import { expect } from "chai";
import { AnswerReader, JunkAnswer } from "../../../../drills/load/answer";

interface Read {
  done: boolean;
  status: number;
  keepAlive: boolean;
}

/** Reads `text` whole and byte by byte, which must come to the same. */
function read(text: string, { method = "GET", ended = false } = {}): Read {
  const [whole, bytewise] = [[Buffer.from(text)], [...Buffer.from(text)].map((byte) => Buffer.from([byte]))].map((pieces) => {
    const answer = new AnswerReader(method);
    for (const piece of pieces) answer.read(piece);
    if (ended) answer.end();
    return { done: answer.done, status: answer.status, keepAlive: answer.keepAlive };
  });
  expect(bytewise).to.deep.equal(whole);
  return whole ?? expect.fail("nothing was read");
}

describe("The reader of answers", () => {
  it("reads a body by its length", () => {
    expect(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")).to.deep.equal({ done: true, status: 200, keepAlive: true });
    expect(read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok").done).to.equal(false);
    expect(read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", { ended: true }).done).to.equal(false);
    expect(read("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").done).to.equal(true);
  });

  it("reads a body in chunks, with their extensions and trailers", () => {
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    expect(read(`${head}2\r\nok\r\nA;x=1\r\n0123456789\r\n0\r\nx-sum: 1\r\n\r\n`)).to.include({ done: true, keepAlive: true });
    expect(read(`${head}2\r\nok\r\n0\r\n`).done).to.equal(false);
    expect(read(`${head}2\r\nok\r\n`, { ended: true }).done).to.equal(false);
  });

  it("reads a body of unknown length until the connection ends", () => {
    expect(read("HTTP/1.1 200 OK\r\n\r\nall of it").done).to.equal(false);
    expect(read("HTTP/1.1 200 OK\r\n\r\nall of it", { ended: true })).to.include({ done: true, keepAlive: false });
  });

  it("expects no body after HEAD, 204 and 304", () => {
    expect(read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", { method: "HEAD" })).to.include({ done: true, keepAlive: true });
    expect(read("HTTP/1.1 204 No Content\r\n\r\n")).to.include({ done: true, keepAlive: true });
    expect(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n")).to.include({ done: true, keepAlive: true });
  });

  it("passes over early answers", () => {
    const text =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    expect(read(text)).to.include({ done: true, status: 200 });
  });

  it("takes a connection as reusable only if the server says so and has said no more", () => {
    const keepAlive = (version: string, connection: string, more = ""): boolean =>
      read(`HTTP/${version} 200 OK\r\nContent-Length: 0\r\n${connection}\r\n${more}`).keepAlive;
    expect(keepAlive("1.1", "")).to.equal(true);
    expect(keepAlive("1.1", "Connection: Close\r\n")).to.equal(false);
    expect(keepAlive("1.0", "")).to.equal(false);
    expect(keepAlive("1.0", "Connection: keep-alive\r\n")).to.equal(true);
    expect(keepAlive("1.1", "", "HTTP/1.1 408 Request Time-out\r\n")).to.equal(false);
  });

  it("refuses what is no answer", () => {
    const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const junk = [
      "SSH-2.0-OpenSSH\r\n\r\n",
      "HTTP/2 200\r\n\r\n",
      "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      `${chunked}xyz\r\n`,
      `${chunked}1\r\nok\r\n`,
      "x".repeat(70_000),
    ];
    for (const text of junk)
      expect(() => new AnswerReader("GET").read(Buffer.from(text)), text.slice(0, 60)).to.throw(JunkAnswer);
  });
});
