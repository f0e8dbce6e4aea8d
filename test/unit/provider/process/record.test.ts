import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { identify } from "../../../../provider/identity";
import {
  directoriesUnder,
  makePrivate,
  type ProcessRecord,
  readRecord,
  recordsUnder,
  removeDirectory,
  removeIfEmpty,
  runningIn,
  writeRecord,
} from "../../../../provider/process/record";
import { writeWhole } from "../../../../provider/transport/files";
import { scratch } from "../../../support/scratch";

describe("The record of a process", () => {
  const made = scratch();
  const record: ProcessRecord = {
    ...(identify(process.pid) ?? expect.fail("this process is not seen")),
    urn: "urn:pulumi:test::evenkeel::evenkeel-node:index:Process::web-a-1",
    specification: "0123abcd",
    ports: { http: 20_011 },
    stop: { signal: "SIGTERM", within: "30s" },
  };

  it("comes back as it was written", () => {
    const directory = made.directory();
    writeRecord(directory, record);
    expect(readRecord(directory)).to.deep.equal(record);
    writeRecord(directory, { ...record, ports: {} });
    expect(readRecord(directory)).to.deep.equal({ ...record, ports: {} });
  });

  it("is for its user alone, and leaves nothing beside it", () => {
    const directory = made.directory();
    writeRecord(directory, record);
    expect(readdirSync(directory)).to.deep.equal(["process.json"]);
    expect(statSync(path.join(directory, "process.json")).mode & 0o777).to.equal(0o600);
  });

  it("is none where there is no file, or one that can't be read", () => {
    const directory = made.directory();
    expect(readRecord(directory)).to.equal(undefined);
    for (const text of ["", "{", '{"pid": 1, "start']) {
      writeFileSync(path.join(directory, "process.json"), text);
      expect(readRecord(directory), text).to.equal(undefined);
    }
  });

  it("is found under the run directory, with where it lies; what has none is passed over", () => {
    const home = made.directory();
    for (const name of ["web-a-1", "no-record", "broken"]) mkdirSync(path.join(home, name));
    writeFileSync(path.join(home, "a-file"), "");
    writeFileSync(path.join(home, "broken", "process.json"), "{");
    writeRecord(path.join(home, "web-a-1"), record);
    expect(recordsUnder(home)).to.deep.equal([{ directory: path.join(home, "web-a-1"), record }]);
    expect(directoriesUnder(home).sort()).to.deep.equal(["broken", "no-record", "web-a-1"].map((name) => path.join(home, name)));
  });

  it("is none under a run directory that is not there", () => {
    const home = path.join(made.directory(), "absent");
    expect([recordsUnder(home), directoriesUnder(home)]).to.deep.equal([[], []]);
  });

  it("tells the process that runs, and no stranger with its number", () => {
    const directory = made.directory();
    expect(runningIn(directory)).to.equal(undefined);
    writeRecord(directory, record);
    expect(runningIn(directory)).to.deep.equal(record);
    writeRecord(directory, { ...record, started: "before the machine was booted" });
    expect(runningIn(directory)).to.equal(undefined);
  });
});

describe("A file that is written whole", () => {
  const made = scratch();

  it("takes the place of the old one without a moment in which it is part of both", () => {
    const file = path.join(made.directory(), "haproxy.cfg");
    writeWhole(file, "old");
    const { ino } = statSync(file);
    writeWhole(file, "new");
    expect(readFileSync(file, "utf8")).to.equal("new");
    // Another file by the same name: whoever has the old one open reads the old one to its end.
    expect(statSync(file).ino).not.to.equal(ino);
  });

  it("takes the place of what an interrupted write left", () => {
    const file = path.join(made.directory(), "haproxy.cfg");
    writeFileSync(`${file}.new`, "much more than is written now");
    writeWhole(file, "new");
    expect(readFileSync(file, "utf8")).to.equal("new");
    expect(existsSync(`${file}.new`)).to.equal(false);
  });
});

describe("A directory of a process", () => {
  const made = scratch();

  it("is made with all above it, and only its user can look into it", () => {
    const directory = path.join(made.directory(), "stack", "web-a-1");
    makePrivate(directory);
    makePrivate(directory);
    for (const one of [directory, path.dirname(directory)]) expect(statSync(one).mode & 0o777).to.equal(0o700);
  });

  it("is removed with all that is in it, and nothing that is only linked from it", () => {
    const home = made.directory();
    const [directory, elsewhere] = [path.join(home, "web-a-1"), path.join(home, "elsewhere")];
    makePrivate(elsewhere);
    writeFileSync(path.join(elsewhere, "precious"), "");
    makePrivate(path.join(directory, "deep"));
    symlinkSync(elsewhere, path.join(directory, "link"));
    removeDirectory(directory);
    expect(existsSync(directory)).to.equal(false);
    expect(existsSync(path.join(elsewhere, "precious"))).to.equal(true);
    removeDirectory(directory);
  });

  it("of a stack is removed with the last of its processes, and not before", () => {
    const home = path.join(made.directory(), "stack");
    makePrivate(path.join(home, "web-a-1"));
    removeIfEmpty(home);
    expect(existsSync(home)).to.equal(true);
    removeDirectory(path.join(home, "web-a-1"));
    removeIfEmpty(home);
    expect(existsSync(home)).to.equal(false);
    removeIfEmpty(home);
  });
});
