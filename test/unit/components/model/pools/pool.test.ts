import { expect } from "chai";
import * as fc from "fast-check";
import { pool } from "../../../../../components/model/pools/pool";
import { problemsWithWeb } from "../clouds/cloud-stack";

const withApp = (app: object): string[] => problemsWithWeb({ app });

describe("The app of a pool in a cloud", () => {
  it("is a container image, by name, tag or digest", () => {
    for (const image of [
      ...["shop", "nginx:1.29", "library/nginx", "registry.example.com/shop:1.4.2", "registry.example.com:5000/team/shop"],
      ...["ghcr.io/acme/web_app/shop-front:V2_rc.1", "localhost:5000/shop", "shop:_nightly", "a__b/c--d", "10.0.0.1/shop"],
      `shop@sha256:${"0af9".repeat(16)}`,
      `registry.example.com/shop:1.4.2@sha256:${"0af9".repeat(16)}`,
    ]) {
      expect(withApp({ image }), image).to.deep.equal([]);
    }
  });

  it("is no text that a shell or a registry would take otherwise", () => {
    const rule = "a container image, such as registry.example.com/shop:1.4.2";
    for (const image of [
      ...[
        "",
        "Shop",
        " shop",
        "shop ",
        "my shop",
        "shop:",
        "/shop",
        "shop/",
        "-shop",
        "shop;reboot",
        "$(reboot)",
        "shop\n",
        "shop\nx",
      ],
      ...[
        "https://registry.example.com/shop?x",
        "shop@sha256:0af9",
        `shop@md5:${"0".repeat(32)}`,
        "shop@latest",
        "shöp",
        "'shop'",
      ],
    ]) {
      const got = withApp({ image });
      expect(got, image).to.have.length(1);
      expect(got[0]).to.match(/^pools\.web\.app\.image: is .*, but must be /);
      expect(got[0]?.endsWith(rule)).to.equal(true);
    }
    expect(withApp({ image: 5 })).to.deep.equal([`pools.web.app.image: is 5, but must be ${rule}`]);
  });

  it("is read at once, however long and wrong its image is", () => {
    const parts = fc.array(fc.constantFrom("_", "a", ".", "-", "/", ":", "_".repeat(200), "a_".repeat(200), "!"), {
      maxLength: 20,
    });
    fc.assert(fc.property(parts, (some) => !pool.safeParse({ servers: {}, app: { image: `a${some.join("")}!` } }).success));
  });

  it("is or has what a new machine runs once: a script, or cloud-config", () => {
    for (const userData of ["#!/bin/sh\necho hello\n", "#!/usr/bin/env python3", "#cloud-config\npackages: [nginx]\n"]) {
      expect(withApp({ userData }), userData).to.deep.equal([]);
      expect(withApp({ userData, image: "shop" })).to.deep.equal([]);
    }
    const rule = "a text that starts with #! or #cloud-config";
    for (const [userData, got] of [
      ["echo hello", "echo hello"],
      ["", '""'],
      ["#cloud-configs\n", '"#cloud-configs\\n"'],
      [" #!/bin/sh", '" #!/bin/sh"'],
      ["packages: [nginx]", '"packages: [nginx]"'],
      [{ packages: ["nginx"] }, '{"packages":["nginx"]}'],
    ] as const) {
      expect(withApp({ userData })).to.deep.equal([`pools.web.app.userData: is ${got}, but must be ${rule}`]);
    }
  });

  it("listens on a port", () => {
    expect(withApp({ image: "shop", port: 3000 })).to.deep.equal([]);
    for (const [port, got] of [
      [0, "0"],
      [65_536, "65536"],
      [80.5, "80.5"],
      [-0.5, "-0.5"],
      ["80", '"80"'],
    ] as const) {
      expect(withApp({ image: "shop", port })).to.deep.equal([
        `pools.web.app.port: is ${got}, but must be a whole number from 1 to 65535`,
      ]);
    }
  });
});

describe("The size of a pool's machines", () => {
  it("is small unless the stack names another", () => {
    expect(pool.parse({ servers: { a: 1 } })).to.deep.include({ size: "small" });
    expect(problemsWithWeb({ size: "large" })).to.deep.equal([]);
    const rule = "a name: lower-case letters, digits and hyphens, starting with a letter, 30 at most";
    expect(problemsWithWeb({ size: "t3.small" })).to.deep.equal([`pools.web.size: is t3.small, but must be ${rule}`]);
    expect(problemsWithWeb({ size: 2 })).to.deep.equal([`pools.web.size: is 2, but must be ${rule}`]);
  });
});
