import { expect } from "chai";
import * as fc from "fast-check";
import { parse } from "yaml";
import { isSealed, SEALED } from "../../../../components/model/secret";
import { readStack } from "../../../../components/model/read-stack";
import { problemsWith, SOUND } from "../../../support/sites/sound-stack";

/** As `pulumi config set --secret` writes it. */
const SECURE = { secure: "v1:mUcBs2uWugVa8pN5:wOwfOU+gz0V4D2YWClOMiecGTYz87IkHTILS+UVSN68dZ4hq5v/lpiA=" };
const STATE = "is a secure value, which would stand in clear in the state";

/** The sound stack's pool with this environment. */
function pools(environment: object): object {
  return { web: { servers: { a: 2, b: 2 }, app: { environment } } };
}

describe("A secret of a stack file", () => {
  it("is referred to by its name in the environment of an app", () => {
    const environment = { DATABASE_URL: { secret: "database-url" }, LOG_LEVEL: "debug" };
    const { stack, problems } = readStack({ ...SOUND, secrets: { "database-url": SECURE }, pools: pools(environment) });
    expect(problems).to.deep.equal([]);
    expect(stack?.pools.web?.app.environment).to.deep.equal(environment);
  });

  it("must be there, and a slip is told from its name", () => {
    const refer = (secret: unknown) => ({ pools: pools({ DATABASE_URL: { secret } }) });
    const path = "pools.web.app.environment.DATABASE_URL";
    expect(problemsWith({ ...refer("databse-url"), secrets: { "database-url": SECURE, "api-key": SECURE } })).to.deep.equal([
      `${path}.secret: is not one of the secrets: database-url, api-key; did you mean database-url?`,
    ]);
    expect(problemsWith(refer("database-url"))).to.deep.equal([
      `${path}.secret: names a secret, but the stack has none; npx pulumi config set --secret --path 'evenkeel:secrets.NAME' adds one`,
    ]);
    const rule = "the name of a secret: lower-case letters, digits and hyphens, starting with a letter, 30 at most";
    expect(problemsWith(refer("Database URL"))).to.deep.equal([`${path}.secret: is not ${rule}`]);
    expect(problemsWith(refer(null))).to.deep.equal([`${path}: is not a text, a number, true, false or { secret: NAME }`]);
  });

  it("that stands where its name should is shown by no message, wherever it is referred to", () => {
    const pasted = fc
      .tuple(
        fc.constantFrom("hunter2", "Hunter2", "hunter2 and more"),
        fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9-]{0,20}[a-z0-9]$/)),
      )
      .map((parts) => parts.join(""));
    const wrong = pasted.chain((text) =>
      fc.constantFrom<unknown>(
        { secret: text },
        { secret: [text] },
        { secret: { secret: text } },
        { secrt: text },
        [text],
        [{ secret: text }],
      ),
    );
    const known = fc.constantFrom(
      {},
      { "database-url": SECURE },
      Object.fromEntries(["a", "b", "c", "d", "e", "f", "g", "h"].map((name) => [name, SECURE])),
    );
    fc.assert(
      fc.property(wrong, known, (value, secrets) => {
        const places = [
          { pools: pools({ DATABASE_URL: value }) },
          { tls: { certificates: { shop: { certificate: "none", key: value } } } },
        ];
        for (const place of places) {
          const problems = problemsWith({ ...place, secrets });
          expect(problems.join("\n"))
            .to.match(/(environment\.DATABASE_URL|key)\S*: (is|names) /)
            .and.not.match(/hunter2/i);
        }
      }),
    );
  });

  it("that stands in clear is refused with the command that makes it one, and is not shown", () => {
    const secrets = {
      "database-url": "postgres://shop:hunter2@db/shop",
      pin: 4711,
      on: true,
      many: { one: "hunter2" },
      list: ["hunter2"],
    };
    const make = (secret: string) =>
      `make it a secret: npx pulumi config set --secret --path 'evenkeel:secrets.${secret}' --stack dev`;
    const { problems } = readStack({ ...SOUND, secrets: { ...secrets, sound: SECURE } }, { name: "dev" });
    const clear = "stands in clear, so whoever can read the file can read it";
    expect(problems).to.deep.equal([
      { path: "secrets.database-url", message: `${clear}; ${make("database-url")}` },
      { path: "secrets.pin", message: `${clear}; ${make("pin")}` },
      { path: "secrets.on", message: `${clear}; ${make("on")}` },
      { path: "secrets.many", message: `is not one text; ${make("many")}` },
      { path: "secrets.list", message: `is not one text; ${make("list")}` },
    ]);
    expect(JSON.stringify(problems)).to.not.match(/hunter2|4711/);
  });

  it("has a name, and is one of a map", () => {
    const adds = "; npx pulumi config set --secret --path 'evenkeel:secrets.NAME' adds one";
    expect(problemsWith({ secrets: "hunter2" })).to.deep.equal([
      `secrets: is no map, but must be a map from name to secret${adds}`,
    ]);
    expect(problemsWith({ secrets: ["hunter2"] })).to.deep.equal([
      `secrets: is no map, but must be a map from name to secret${adds}`,
    ]);
    expect(problemsWith({ secrets: SECURE })).to.deep.equal([
      `secrets: is one secret, but must be a map from name to secret${adds}`,
    ]);
    expect(problemsWith({ secrets: { Database_URL: SECURE } })).to.deep.equal([
      "secrets.Database_URL: is not a name: lower-case letters, digits and hyphens, starting with a letter, 30 at most",
    ]);
  });

  it("anywhere else is a problem, once, with its path", () => {
    expect(
      problemsWith({
        site: { name: SECURE },
        pools: pools({ DATABASE_URL: SECURE, PLAIN: "1" }),
        maintenance: [{ server: "web-a-1" }, { server: SECURE }],
        rollout: SECURE,
        routse: SECURE,
      }),
    ).to.deep.equal([
      "routse: is not a key of a stack; did you mean routes?",
      `site.name: ${STATE}; secrets stand below evenkeel:secrets only`,
      `pools.web.app.environment.DATABASE_URL: ${STATE}; set it below evenkeel:secrets, and refer to it here: { secret: NAME }`,
      `maintenance[1].server: ${STATE}; secrets stand below evenkeel:secrets only`,
      `rollout: ${STATE}; secrets stand below evenkeel:secrets only`,
      `routse: ${STATE}; secrets stand below evenkeel:secrets only`,
    ]);
  });

  it("is known by its one key, as a file has it or stands in for it", () => {
    expect([SECURE, SEALED, parse("secure: v1:abc=")].map(isSealed)).to.deep.equal([true, true, true]);
    for (const other of [{}, { secure: 1 }, { secure: "v1", more: 1 }, "secure", null, ["secure"]])
      expect(isSealed(other), JSON.stringify(other)).to.equal(false);
  });
});
