import { expect } from "chai";
import { createSocket } from "node:dgram";
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import * as path from "node:path";
import { choosePorts } from "../../../../../provider/process/ports";
import { until } from "../../../../../provider/wait";
import { scratch } from "../../../../support/scratch";
import { ROOT } from "../../../../support/sites/test-site";

const MAIN = path.join(ROOT, "components/clouds/local/access-log/main.mjs");
const made = scratch();

describe("What keeps an access log on this machine", () => {
  it("writes whole lines into files of a bounded size, and keeps as many as it is told", async () => {
    const folder = made.directory();
    const { log = 0 } = await choosePorts({ log: {} }, new Set());
    const child = made.spawn(process.execPath, [MAIN], {
      cwd: folder,
      env: { PORT: String(log), FILE_BYTES: "1000", FILES: "3" },
    });
    const told = async (): Promise<{ written: number; dropped: number } | undefined> =>
      fetch(`http://127.0.0.1:${log}/`).then(
        async (answer) => (await answer.json()) as { written: number; dropped: number },
        () => undefined,
      );
    expect(await until(told, 10_000)).to.deep.equal({ written: 0, dropped: 0 });

    const socket = createSocket("udp4");
    made.later(() => socket.close());
    for (let i = 1; i <= 100; i++) {
      const line = `${JSON.stringify({ number: i, filler: "x".repeat(70) })}\n`;
      await new Promise((resolve) => socket.send(line, log, "127.0.0.1", resolve));
    }
    const all = await until(async () => ((await told())?.written === 100 ? true : undefined), 10_000);
    expect(all, JSON.stringify(await told())).to.equal(true);

    const files = ["access.log.2", "access.log.1", "access.log"];
    expect(readdirSync(folder).sort()).to.deep.equal([...files].sort());
    for (const file of files) expect(statSync(path.join(folder, file)).size, file).to.be.within(1, 1_000);
    expect(statSync(path.join(folder, "access.log")).mode & 0o777).to.equal(0o600);
    const lines = files.flatMap((file) => readFileSync(path.join(folder, file), "utf8").trimEnd().split("\n"));
    const numbers = lines.map((line) => (JSON.parse(line) as { number: number }).number);
    expect(numbers).to.deep.equal(numbers.map((_, i) => 100 - numbers.length + 1 + i));

    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).to.equal(0);
  });

  it("fills each file before it begins another, also when many lines come at once", async () => {
    const folder = made.directory();
    const { log = 0 } = await choosePorts({ log: {} }, new Set());
    const child = made.spawn(process.execPath, [MAIN], {
      cwd: folder,
      env: { PORT: String(log), FILE_BYTES: "1000", FILES: "9" },
    });
    const written = async (): Promise<number> =>
      fetch(`http://127.0.0.1:${log}/`).then(
        async (answer) => ((await answer.json()) as { written: number }).written,
        () => -1,
      );
    const untilWritten = async (lines: number): Promise<void> => {
      expect(await until(async () => ((await written()) === lines ? true : undefined), 10_000)).to.equal(true);
    };
    await untilWritten(0);
    const socket = createSocket("udp4");
    made.later(() => socket.close());
    const send = async (lines: number): Promise<void> => {
      for (let i = 0; i < lines; i++) await new Promise((resolve) => socket.send("x".repeat(99), log, "127.0.0.1", resolve));
    };
    await send(5);
    await untilWritten(5);
    // As where it gets no time of a busy machine.
    child.kill("SIGSTOP");
    await send(22);
    child.kill("SIGCONT");
    await untilWritten(27);
    const sizes = ["access.log.2", "access.log.1", "access.log"].map((name) => statSync(path.join(folder, name)).size);
    expect(sizes).to.deep.equal([1_000, 1_000, 700]);
  });

  it("starts a file of its own where it was moved away by somebody else", async () => {
    const folder = made.directory();
    const { log = 0 } = await choosePorts({ log: {} }, new Set());
    made.spawn(process.execPath, [MAIN], { cwd: folder, env: { PORT: String(log), FILE_BYTES: "1000", FILES: "2" } });
    await until(() => fetch(`http://127.0.0.1:${log}/`).then(Boolean, () => undefined), 10_000);
    const socket = createSocket("udp4");
    made.later(() => socket.close());
    const file = path.join(folder, "access.log");
    const lineComes = async (): Promise<true | undefined> => {
      socket.send("{}\n", log, "127.0.0.1");
      return until(() => (existsSync(file) ? true : undefined), 10_000);
    };
    expect(await lineComes()).to.equal(true);
    renameSync(file, path.join(folder, "mine"));
    expect(await lineComes()).to.equal(true);
  });
});
