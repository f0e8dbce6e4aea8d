import { Duration } from "./duration";

/** Path that a web server answers when it is fit for traffic, without a Host header. */
export const DEFAULT_CHECK_PATH = "/healthz";
/** Good checks in a row after which a server gets requests (again). */
export const DEFAULT_RISE = 2;

/** How a balancer checks the servers of its own data center: a dead one is seen in about a second. */
export const NEAR: CheckTimings = {
  interval: Duration.milliseconds(500),
  fastInterval: Duration.milliseconds(250),
  fall: 2,
};

/**
 * How it checks those of another data center. With the near timings and 150 ms of round trip a good server was
 * measured to stay out for ever, since a check needs several round trips.
 */
export const FAR: CheckTimings = {
  interval: Duration.seconds(2),
  fastInterval: Duration.seconds(1),
  fall: 3,
};

/** The pace of the checks between one balancer and one server. */
export interface CheckTimings {
  /** Time between two checks of a server that is up or down for good; also how long one may take. */
  readonly interval: Duration;
  /** Time between two checks while a server is on its way up or down. */
  readonly fastInterval: Duration;
  /** Failed checks in a row after which a server gets no more requests. */
  readonly fall: number;
}

/** One check of one web server, as every balancer of the pair makes it. Durations are texts such as `500ms`. */
export interface HealthCheck {
  /** Path asked for by GET; any answer from 200 to 399 is good. @default "/healthz" */
  readonly path: string;
  /** Host header of the check. @default none, so that the path must not depend on the host */
  readonly host?: string;
  /** Time between two checks, 100ms to 5m. @default 500ms within a data center, 2s between two */
  readonly interval?: string;
  /** How long a check may take, 50ms to 1m. @default the interval */
  readonly timeout?: string;
  /** Failed checks in a row that take a server out, 1 to 10. @default 2 within a data center, 3 between two */
  readonly fall?: number;
  /** Good checks in a row that put a server in, 1 to 10. @default 2 */
  readonly rise: number;
}

/**
 * The check that every balancer makes of every server of a pool.
 *
 * @param path Path asked for by GET, starting with `/`.
 * @param options What differs from the defaults; see {@link HealthCheck}.
 * @example
 * const check = httpCheck("/up", { interval: "1s", fall: 3 });
 */
export function httpCheck(path: string = DEFAULT_CHECK_PATH, options: Partial<Omit<HealthCheck, "path">> = {}): HealthCheck {
  return { rise: DEFAULT_RISE, ...options, path };
}

/** The pace at which a balancer in one data center checks a server in another, or in the same. */
export function checkTimings(check: HealthCheck, place: "near" | "far"): CheckTimings {
  const base = place === "near" ? NEAR : FAR;
  const interval = check.interval === undefined ? base.interval : Duration.parse(check.interval);
  return {
    interval,
    fastInterval: Duration.milliseconds(Math.min(interval.milliseconds, base.fastInterval.milliseconds)),
    fall: check.fall ?? base.fall,
  };
}
