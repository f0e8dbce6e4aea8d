/**
 * What the sample site is told by its environment.
 *
 * | variable | meaning | default |
 * | --- | --- | --- |
 * | `PORT` | port on 127.0.0.1, 0 to 65535; 0 takes a free one | required |
 * | `EVENKEEL_SITE` | name of the site | `sample` |
 * | `EVENKEEL_POOL` | pool that this server belongs to | `none` |
 * | `EVENKEEL_SERVER` | name of this server, such as `web-a-1` | `unnamed` |
 * | `EVENKEEL_DATA_CENTER` | data center in which it stands | `none` |
 * | `DELAY` | time before every answer but the health check's | `0ms` |
 * | `DELAY_FILE` | file whose text, while it exists, stands in for `DELAY` | none |
 * | `BOOT_DELAY` | time before the site listens | `0ms` |
 * | `JOURNAL` | file to which each request is appended as `METHOD PATH X-REQUEST-ID` | none |
 */

/** Longest delay that can be asked for, in milliseconds: one hour. */
export const LONGEST_DELAY_MS = 3_600_000;

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
// A name is sent as a header's value, where nothing else is safe.
const NAME = /^[\x21-\x7e]+$/;

/**
 * @typedef {object} Settings
 * @property {number} port
 * @property {string} site
 * @property {string} pool
 * @property {string} server
 * @property {string} dataCenter
 * @property {number} delayMs
 * @property {string | undefined} delayFile
 * @property {number} bootDelayMs
 * @property {string | undefined} journal
 */

/**
 * Settings of `env`, or every problem with it.
 *
 * @param {Record<string, string | undefined>} env
 * @returns {{ settings: Settings, problems: string[] }}
 */
export function readSettings(env) {
  /** @type {string[]} */
  const problems = [];
  const name = (/** @type {string} */ key, /** @type {string} */ otherwise) => {
    const text = env[key] ?? otherwise;
    if (!NAME.test(text)) problems.push(`${key} is "${text}", but must be printable ASCII without spaces, such as web-a-1`);
    return text;
  };
  const delay = (/** @type {string} */ key) => {
    const text = env[key] ?? "0ms";
    const ms = durationMs(text);
    if (ms === undefined) problems.push(`${key} is "${text}", but must be a duration of at most 1h, such as 0ms, 250ms or 2.5s`);
    return ms ?? 0;
  };
  const port = env.PORT;
  if (port === undefined) problems.push("PORT is missing: the port on 127.0.0.1 to listen on, from 0 to 65535");
  else if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    problems.push(`PORT is "${port}", but must be a whole number from 0 to 65535`);

  const settings = {
    port: Number(port),
    site: env.EVENKEEL_SITE ?? "sample",
    pool: name("EVENKEEL_POOL", "none"),
    server: name("EVENKEEL_SERVER", "unnamed"),
    dataCenter: name("EVENKEEL_DATA_CENTER", "none"),
    delayMs: delay("DELAY"),
    delayFile: env.DELAY_FILE ?? undefined,
    bootDelayMs: delay("BOOT_DELAY"),
    journal: env.JOURNAL ?? undefined,
  };
  return { settings, problems };
}

/**
 * Milliseconds of a duration such as `250ms` or `2.5s`, or undefined if it is none, or is longer than an hour.
 *
 * @param {string} text
 * @returns {number | undefined}
 */
export function durationMs(text) {
  const [, count, unit] = DURATION.exec(text.trim()) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const ms = Number(count) * UNIT_MS[/** @type {keyof typeof UNIT_MS} */ (unit)];
  return ms <= LONGEST_DELAY_MS ? ms : undefined;
}
