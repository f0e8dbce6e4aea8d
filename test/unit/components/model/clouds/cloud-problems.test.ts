import { expect } from "chai";
import { report } from "../../../../../components/model/problem";
import { readStack } from "../../../../../components/model/read-stack";
import { problemsWith, SOUND } from "../../../../support/sites/sound-stack";
import { catalogues, IN_CLOUDS, problemsInClouds, problemsWithPlaces, problemsWithWeb } from "./cloud-stack";

const APP = { image: "shop" };
const AT = { start: "2026-11-27T08:00", end: "2026-11-27T23:00", timeZone: "Europe/Amsterdam" };

describe("A stack in clouds", () => {
  it("has no problem when it is sound", () => {
    expect(problemsInClouds({})).to.deep.equal([]);
  });

  it("has every problem told at once, in the words of its user", () => {
    const { problems } = readStack(
      {
        ...IN_CLOUDS,
        site: { name: "shop", domain: "shop.example.org" },
        dataCenters: {
          virginia: { provider: "aws", region: "us-eest-1", network: "10.20.0.0/20" },
          iowa: { provider: "gcp", region: "us-central1", zones: ["us-central1-a", "us-central1-f"], network: "10.20.8.0/24" },
          amsterdam: { provider: "digitalocean", sizes: { small: "t3.smal" } },
          rack: { provider: "existing", region: "nowhere" },
        },
        loadBalancers: { primary: { in: "virginia", size: "huge" }, secondary: { in: "iowa" } },
        access: { ssh: ["0.0.0.0/0"] },
        failover: { kind: "dns", zone: "example.com", port: 8080 },
        pools: { web: { servers: { iowa: 2, amsterdam: 1 }, size: "smal" } },
      },
      { catalogues },
    );
    expect(report("stacks/Pulumi.production.yaml", problems)).to.equal(
      [
        "stacks/Pulumi.production.yaml has 13 problems:",
        "  failover.port                      is for kind front; this one is dns",
        "  site.domain                        is shop.example.org, which is not in the zone example.com",
        "  dataCenters.virginia.region        is us-eest-1, which is not a region of aws; the nearest are us-east-1, us-west-1, us-east-2",
        "  dataCenters.iowa.zones[1]          is us-central1-f, which is not a zone of us-central1: us-central1-a, us-central1-b; did you mean us-central1-a?",
        "  dataCenters.amsterdam.region       is missing; it must be the name of a region, such as us-east-1",
        "  dataCenters.rack.region            is for a data center in a cloud; this one is existing",
        "  dataCenters.iowa.network           is 10.20.8.0/24, which overlaps with that of virginia, 10.20.0.0/20; state one that does not",
        "  pools.web.app                      says nothing to run in iowa (gcp), amsterdam (digitalocean): give an image, such as registry.example.com/shop:1.4.2, or userData",
        "  loadBalancers.primary.size         is huge, which dataCenters.virginia.sizes does not map: small, medium, large",
        "  pools.web.size                     is smal, which dataCenters.iowa.sizes does not map: small, medium, large; did you mean small?",
        "  pools.web.size                     is smal, which dataCenters.amsterdam.sizes does not map: small, medium, large; did you mean small?",
        "  dataCenters.amsterdam.sizes.small  is t3.smal, which is not a machine type of digitalocean: t3.small, t3.medium, m5.xlarge, m5.metal; did you mean t3.small?",
        "  access.ssh[0]                      is 0.0.0.0/0, which opens SSH to the world; name your own addresses, or say sshFromAnywhere: true",
      ].join("\n"),
    );
  });
});

describe("The region of a data center in a cloud", () => {
  it("is missed, in each of them", () => {
    const missing = "is missing; it must be the name of a region, such as us-east-1";
    expect(problemsWithPlaces({ virginia: { region: null }, iowa: { region: undefined } })).to.deep.equal([
      `dataCenters.virginia.region: ${missing}`,
      `dataCenters.iowa.region: ${missing}`,
    ]);
    expect(problemsWithPlaces({ virginia: { region: 1 } })).to.deep.equal([
      "dataCenters.virginia.region: is 1, but must be the name of a region",
    ]);
  });

  it("is one of its cloud: of few all are named, of many the nearest", () => {
    expect(problemsWithPlaces({ virginia: { region: "eu-wst-1" }, iowa: { region: "us-central-1" } })).to.deep.equal([
      "dataCenters.virginia.region: is eu-wst-1, which is not a region of aws; the nearest are eu-west-1, us-west-1, eu-north-1",
      "dataCenters.iowa.region: is us-central-1, which is not a region of gcp: europe-west4, us-central1; did you mean us-central1?",
    ]);
    expect(problemsWithPlaces({ amsterdam: { region: "us-east-1" } })).to.deep.equal([
      "dataCenters.amsterdam.region: is us-east-1, which is not a region of digitalocean: ams3, nyc3",
    ]);
    expect(problemsWithPlaces({ virginia: { region: "no such\nplace", zones: ["x"] } })).to.deep.equal([
      'dataCenters.virginia.region: is "no such\\nplace", which is not a region of aws; the nearest are eu-central-1, eu-north-1, eu-west-1',
    ]);
  });

  it("is not held against a cloud of which nothing is known", () => {
    const dataCenters = { ...IN_CLOUDS.dataCenters, virginia: { provider: "aws", region: "moon-1", zones: ["moon-1a"] } };
    expect(readStack({ ...IN_CLOUDS, dataCenters }).problems).to.deep.equal([]);
  });
});

describe("The zones of a data center in a cloud", () => {
  it("are zones of its region, each once", () => {
    expect(problemsWithPlaces({ virginia: { zones: ["us-east-1c", "us-east-2a", "us-east-1c"] } })).to.deep.equal([
      "dataCenters.virginia.zones[1]: is us-east-2a, which is not a zone of us-east-1: us-east-1a, us-east-1b, us-east-1c; did you mean us-east-1a?",
      "dataCenters.virginia.zones[2]: is us-east-1c again",
    ]);
    expect(problemsWithPlaces({ iowa: { zones: ["a"] } })).to.deep.equal([
      "dataCenters.iowa.zones[0]: is a, which is not a zone of us-central1: us-central1-a, us-central1-b",
    ]);
  });

  it("are for a cloud that has them", () => {
    expect(problemsWithPlaces({ amsterdam: { zones: ["ams3a"] } })).to.deep.equal([
      "dataCenters.amsterdam.zones: is for a cloud with zones; digitalocean has none",
    ]);
  });
});

describe("What only clouds have", () => {
  it("is for no other data center", () => {
    const cloudy = {
      region: "x",
      zones: ["y"],
      network: "10.20.0.0/20",
      sizes: { small: "z" },
      image: "ubuntu",
      frozen: false,
    };
    const keys = ["region", "zones", "network", "sizes", "image", "frozen"];
    expect(problemsWith({ dataCenters: { ...SOUND.dataCenters, b: { provider: "local", ...cloudy } } })).to.deep.equal(
      keys.map((key) => `dataCenters.b.${key}: is for a data center in a cloud; this one is local`),
    );
    expect(
      problemsInClouds({ dataCenters: { ...IN_CLOUDS.dataCenters, rack: { provider: "existing", ...cloudy } } }),
    ).to.deep.equal(keys.map((key) => `dataCenters.rack.${key}: is for a data center in a cloud; this one is existing`));
    expect(problemsWithPlaces({ iowa: { addresses: { web: [] } } })).to.deep.equal([
      "dataCenters.iowa.addresses: is for provider existing; this one is gcp",
    ]);
  });
});

describe("Data centers of several kinds", () => {
  it("are in clouds, or on this machine", () => {
    const far = "they can't reach each other, so a stack has one kind or the other";
    expect(problemsInClouds({ dataCenters: { ...IN_CLOUDS.dataCenters, here: { provider: "local" } } })).to.deep.equal([
      `dataCenters.virginia.provider: is aws, while here is on this machine; ${far}`,
      `dataCenters.iowa.provider: is gcp, while here is on this machine; ${far}`,
      `dataCenters.amsterdam.provider: is digitalocean, while here is on this machine; ${far}`,
    ]);
  });

  it("may be beside servers that exist", () => {
    const rack = { provider: "existing", addresses: { web: ["192.0.2.10:80"] } };
    const pools = { web: { app: APP, servers: { virginia: 1, rack: 1 } } };
    expect(problemsInClouds({ dataCenters: { ...IN_CLOUDS.dataCenters, rack }, pools })).to.deep.equal([]);
    expect(
      problemsWith({ dataCenters: { ...SOUND.dataCenters, rack }, pools: { web: { servers: { a: 1, rack: 1 } } } }),
    ).to.deep.equal([]);
  });
});

describe("The networks of a stack", () => {
  it("share no address, when they are stated", () => {
    expect(
      problemsWithPlaces({
        virginia: { network: "10.20.0.0/16" },
        iowa: { network: "10.20.16.0/20" },
        amsterdam: { network: "10.20.32.0/24" },
      }),
    ).to.deep.equal([
      "dataCenters.iowa.network: is 10.20.16.0/20, which overlaps with that of virginia, 10.20.0.0/16; state one that does not",
      "dataCenters.amsterdam.network: is 10.20.32.0/24, which overlaps with that of virginia, 10.20.0.0/16; state one that does not",
    ]);
    expect(problemsWithPlaces({ virginia: { network: "10.20.0.0/20" }, iowa: { network: "10.20.16.0/20" } })).to.deep.equal([]);
  });

  it("nor when they follow from names", () => {
    const dataCenters = (dc19: object) => ({
      ...IN_CLOUDS.dataCenters,
      dc19: { provider: "aws", region: "us-east-2", ...dc19 },
      dc43: { provider: "aws", region: "eu-central-1" },
    });
    expect(problemsInClouds({ dataCenters: dataCenters({}) })).to.deep.equal([
      "dataCenters.dc43.network: is not stated, and by its name would be 10.84.176.0/20, which overlaps with that of dc19, 10.84.176.0/20; state one that does not",
    ]);
    expect(problemsInClouds({ dataCenters: dataCenters({ network: "10.20.0.0/20" }) })).to.deep.equal([]);
    // What is stated may fall on another's default, too.
    expect(problemsInClouds({ dataCenters: dataCenters({ network: "10.86.0.0/16" }) })).to.deep.equal([
      "dataCenters.dc19.network: is 10.86.0.0/16, which overlaps with that of virginia, 10.86.48.0/20; state one that does not",
    ]);
  });

  it("are not held against one that is wrong itself", () => {
    const network = { network: "10.73.192.0/2" };
    const [wrong, ...others] = problemsInClouds({
      dataCenters: {
        ...IN_CLOUDS.dataCenters,
        ohio: { provider: "aws", region: "us-east-2", ...network },
        frankfurt: { provider: "aws", region: "eu-central-1" },
      },
    });
    expect(wrong).to.match(/^dataCenters\.ohio\.network: is 10\.73\.192\.0\/2, but must be /);
    expect(others).to.deep.equal([]);
  });
});

describe("Machines in a cloud", () => {
  it("have a size that their cloud or their data center maps", () => {
    const sizes = { tiny: "t3.small", small: "t3.medium" };
    expect(problemsWithWeb({ size: "tny" })).to.deep.equal(
      ["virginia", "iowa", "amsterdam"].map(
        (place) => `pools.web.size: is tny, which dataCenters.${place}.sizes does not map: small, medium, large`,
      ),
    );
    const pools = { web: { ...IN_CLOUDS.pools.web, size: "tiny", servers: { virginia: 1 } } };
    const dataCenters = { ...IN_CLOUDS.dataCenters, virginia: { ...IN_CLOUDS.dataCenters.virginia, sizes } };
    expect(problemsInClouds({ dataCenters, pools })).to.deep.equal([]);
    expect(problemsInClouds({ dataCenters, pools: { web: { ...pools.web, size: "tny" } } })).to.deep.equal([
      "pools.web.size: is tny, which dataCenters.virginia.sizes does not map: small, medium, large, tiny; did you mean tiny?",
    ]);
    expect(
      problemsInClouds({
        loadBalancers: { primary: { in: "virginia", size: "tiny" }, secondary: { in: "iowa", size: "constructor" } },
      }),
    ).to.deep.equal([
      "loadBalancers.primary.size: is tiny, which dataCenters.virginia.sizes does not map: small, medium, large",
      "loadBalancers.secondary.size: is constructor, which dataCenters.iowa.sizes does not map: small, medium, large",
    ]);
  });

  it("are of a type that there is", () => {
    expect(problemsWithPlaces({ virginia: { sizes: { small: "t3.medum", own: "m5.metal" } } })).to.deep.equal([
      "dataCenters.virginia.sizes.small: is t3.medum, which is not a machine type of aws: t3.small, t3.medium, m5.xlarge, m5.metal; did you mean t3.medium?",
    ]);
  });

  it("have nothing held against them that follows from another problem", () => {
    expect(problemsWithPlaces({ virginia: { sizes: { tiny: 5 } } })).to.deep.equal([
      "dataCenters.virginia.sizes.tiny: is 5, but must be a machine type",
    ]);
    const dataCenters = { ...IN_CLOUDS.dataCenters, virginia: { ...IN_CLOUDS.dataCenters.virginia, sizes: "tiny" } };
    const pools = { web: { app: APP, size: "tiny", servers: { virginia: 1 } } };
    expect(problemsInClouds({ dataCenters, pools })).to.deep.equal([
      "dataCenters.virginia.sizes: is tiny, but must be a map from size to machine type, such as { small: t3.small }",
    ]);
  });

  it("of a pool have something to run, an image or user data", () => {
    const says = (places: string): string =>
      `pools.web.app: says nothing to run in ${places}: give an image, such as registry.example.com/shop:1.4.2, or userData`;
    for (const app of [undefined, {}, { command: "node server.js" }, { port: 3000 }]) {
      expect(problemsWithWeb({ app }), JSON.stringify(app)).to.deep.equal([
        says("virginia (aws), iowa (gcp), amsterdam (digitalocean)"),
      ]);
    }
    expect(problemsWithWeb({ app: undefined, servers: { iowa: 1 } })).to.deep.equal([says("iowa (gcp)")]);
    expect(problemsWithWeb({ app: { imge: "shop" }, servers: { iowa: 1 } })).to.deep.equal([
      "pools.web.app.imge: is not a key here: command, directory, image, userData, port, environment, startWithin, stopWithin; did you mean image?",
    ]);
  });

  it("leave the ports of SSH, and of TLS in front of an app, to them", () => {
    const app = (port: number) => ({ app: { ...APP, port } });
    expect(problemsWithWeb(app(22))).to.deep.equal(["pools.web.app.port: is 22, which is that of SSH; it must be another"]);
    expect(problemsWithWeb(app(8443))).to.deep.equal([
      "pools.web.app.port: is 8443, which is that of TLS in front of it in virginia, iowa, amsterdam; it must be another",
    ]);
    const iowa = { ...IN_CLOUDS.dataCenters.iowa, encryption: "none" };
    const pools = { web: { ...app(8443), servers: { iowa: 1 } } };
    expect(problemsInClouds({ dataCenters: { ...IN_CLOUDS.dataCenters, iowa }, pools })).to.deep.equal([]);
  });

  it("that only a spike brings are held against it too", () => {
    const rack = { provider: "existing", addresses: { web: ["192.0.2.10:80"] } };
    const sections = (web: object) => ({
      dataCenters: { ...IN_CLOUDS.dataCenters, rack },
      pools: { web: { servers: { rack: 1 }, ...web } },
      spikes: { sale: { at: AT, pools: { web: { servers: { iowa: 3 } } } } },
    });
    expect(problemsInClouds(sections({ app: APP }))).to.deep.equal([]);
    expect(problemsInClouds(sections({ size: "huge" }))).to.deep.equal([
      "pools.web.app: says nothing to run in iowa (gcp): give an image, such as registry.example.com/shop:1.4.2, or userData",
      "pools.web.size: is huge, which dataCenters.iowa.sizes does not map: small, medium, large",
    ]);
  });
});
