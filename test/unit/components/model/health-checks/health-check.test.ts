import { expect } from "chai";
import {
  checkTimings,
  DEFAULT_CHECK_PATH,
  DEFAULT_RISE,
  FAR,
  httpCheck,
  NEAR,
} from "../../../../../components/model/health-checks/health-check";

const inTexts = ({ interval, fastInterval, fall }: ReturnType<typeof checkTimings>) => ({
  interval: String(interval),
  fastInterval: String(fastInterval),
  fall,
});

describe("A health check", () => {
  it("asks /healthz without a host unless told otherwise", () => {
    expect(httpCheck()).to.deep.equal({ path: DEFAULT_CHECK_PATH, rise: DEFAULT_RISE });
    expect(DEFAULT_CHECK_PATH).to.equal("/healthz");
  });

  it("takes what differs from the defaults", () => {
    expect(httpCheck("/up", { interval: "1s", rise: 1, host: "shop.example" })).to.deep.equal({
      path: "/up",
      interval: "1s",
      rise: 1,
      host: "shop.example",
    });
  });

  it("of a server nearby sees a dead one in about a second", () => {
    const near = inTexts(checkTimings(httpCheck(), "near"));
    expect(near).to.deep.equal({ interval: "500ms", fastInterval: "250ms", fall: 2 });
    expect(near).to.deep.equal(inTexts(NEAR));
  });

  it("of a server in another data center leaves time for several round trips", () => {
    const far = inTexts(checkTimings(httpCheck(), "far"));
    expect(far).to.deep.equal({ interval: "2s", fastInterval: "1s", fall: 3 });
    expect(far).to.deep.equal(inTexts(FAR));
  });

  it("with an interval of its own is made at that pace from near and from far", () => {
    const check = httpCheck("/", { interval: "1.5s", fall: 5 });
    expect(inTexts(checkTimings(check, "near"))).to.deep.equal({ interval: "1500ms", fastInterval: "250ms", fall: 5 });
    expect(inTexts(checkTimings(check, "far"))).to.deep.equal({ interval: "1500ms", fastInterval: "1s", fall: 5 });
  });

  it("is never slower on the way up or down than otherwise", () => {
    const check = httpCheck("/", { interval: "100ms" });
    for (const place of ["near", "far"] as const) expect(inTexts(checkTimings(check, place)).fastInterval).to.equal("100ms");
  });
});
