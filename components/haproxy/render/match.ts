import { isPattern, isPrefix, pathExpression, escaped } from "../../model/routing/path-pattern";
import { sortedEntries } from "../../model/plan";
import { isWildcard, listOf, type NamedValues, type RouteMatch } from "../../model/routing/route-match";
import { mappedBlock } from "../../model/network/source";
import { isPlainWord, quoted } from "../quote";

/** The client's address, as routes see it. */
export const SOURCE = "txn.from";
/** Words of a line that values may take; HAProxy takes 64 in all. */
const VALUES_A_LINE = 40;
/** Conditions that stand in the line of their rule; where there are more, all are named. */
const CONDITIONS_A_LINE = 4;

/** The conditions of a rule, all of which must hold. */
export interface Conditions {
  /** What comes after `if`, with a space before each: ` { path -m str /cart }`. */
  readonly words: string;
  /** The lines that must stand before the rule, in which some of them are named. */
  readonly lines: readonly string[];
}

/** One question with the values that are an answer to it: `path -m str`, `/cart`. */
interface Test {
  readonly fetch: string;
  readonly values: readonly string[];
}

/**
 * A match in HAProxy's words.
 * @param name Begins the names of conditions that need one; unique in the section.
 */
export function conditions(match: RouteMatch, name: string): Conditions {
  const keys = questions(match);
  const inLine = ([, tests]: [string, Test[]]): boolean =>
    keys.length <= CONDITIONS_A_LINE && tests.length === 1 && (tests[0]?.values.length ?? 0) < 2 && tests.every(isPlain);
  const named = keys.filter((key) => !inLine(key));
  return {
    words: keys.map((key, i) => (inLine(key) ? ` { ${key[1].map(words).join("")} }` : ` ${name}-${i}-${key[0]}`)).join(""),
    // Lines of one name are alternatives.
    lines: named.flatMap((key) =>
      key[1].flatMap(({ fetch, values }) =>
        chunks(values).map(
          (some) =>
            `  acl ${name}-${keys.indexOf(key)}-${key[0]} ${fetch}${some.length === 0 ? "" : ` -- ${some.map(quoted).join(" ")}`}`,
        ),
      ),
    ),
  };
}

/** What is asked of a request: each key by a word for its name, with tests of which any will do. */
function questions(match: RouteMatch): [string, Test[]][] {
  const of = (fetch: string, values: readonly string[]): Test[] => (values.length === 0 ? [] : [{ fetch, values }]);
  const hosts = listOf(match.host).map((host) => host.toLowerCase());
  const paths = listOf(match.path);
  const named = (kind: string, values: NamedValues | undefined, fetch: (name: string) => string): [string, Test[]][] =>
    sortedEntries(values ?? {}).map(([name, wanted]) => [kind, valueTests(fetch(name), listOf(wanted))]);
  const keys: [string, Test[]][] = [
    [
      "scheme",
      of(
        "ssl_fc -m int",
        listOf(match.scheme).map((scheme) => (scheme === "https" ? "1" : "0")),
      ),
    ],
    [
      "host",
      [
        ...of(
          "req.hdr(host),host_only,lower -m str",
          hosts.filter((host) => !isWildcard(host)),
        ),
        ...of(
          "req.hdr(host),host_only,lower -m end",
          hosts.filter(isWildcard).map((host) => host.slice(1)),
        ),
      ],
    ],
    [
      "path",
      [
        ...of(
          "path -m str",
          paths.filter((path) => !path.includes("*")),
        ),
        ...of(
          "path,concat(/) -m beg",
          paths.filter(isPrefix).map((path) => path.slice(0, -1)),
        ),
        ...of("path -m reg", paths.filter(isPattern).map(pathExpression)),
      ],
    ],
    ["method", of("method", listOf(match.method))],
    ...named("header", match.header, (name) => `req.fhdr(${name})`),
    ...named("cookie", match.cookie, (name) => `req.cook(${name})`),
    ...sortedEntries(match.query ?? {}).map(([name, wanted]): [string, Test[]] => [
      "query",
      of(
        "query -m reg",
        listOf(wanted).map((value) => parameterExpression(name, value)),
      ),
    ]),
    ["source", of(`var(${SOURCE}) -m ip`, listOf(match.from).map(mappedBlock))],
  ];
  return keys.filter(([, tests]) => tests.length > 0);
}

function valueTests(fetch: string, wanted: readonly string[]): Test[] {
  if (wanted.includes("*")) return [{ fetch: `${fetch} -m found`, values: [] }];
  const exact = wanted.filter((value) => !value.endsWith("*"));
  const beginnings = wanted.filter((value) => value.endsWith("*")).map((value) => value.slice(0, -1));
  return [
    ...(exact.length === 0 ? [] : [{ fetch: `${fetch} -m str`, values: exact }]),
    ...(beginnings.length === 0 ? [] : [{ fetch: `${fetch} -m beg`, values: beginnings }]),
  ];
}

/** The query of a request that has a parameter with this value; none is decoded. One without `=` is empty. */
function parameterExpression(name: string, wanted: string): string {
  const value = escaped(wanted.replace(/\*$/, ""));
  if (wanted.endsWith("*")) return `(^|&)${name}${value === "" ? "(=|&|$)" : `=${value}`}`;
  return `(^|&)${name}${value === "" ? "=?" : `=${value}`}(&|$)`;
}

function isPlain({ values }: Test): boolean {
  return values.every(isPlainWord);
}

function words({ fetch, values }: Test): string {
  return [fetch, ...values].join(" ");
}

function chunks(values: readonly string[]): (readonly string[])[] {
  if (values.length === 0) return [[]];
  return Array.from({ length: Math.ceil(values.length / VALUES_A_LINE) }, (_, i) =>
    values.slice(i * VALUES_A_LINE, (i + 1) * VALUES_A_LINE),
  );
}
