import { Duration } from "../duration";
import { stated } from "../stated";

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

/** What a check does with a server: ask it over HTTP, connect to it, or complete a TLS handshake with it. */
export const CHECK_TYPES = ["http", "tcp", "tls"] as const;
/** Methods that a check may use; each is safe to repeat, and a check is repeated for ever. */
export const CHECK_METHODS = ["GET", "HEAD", "OPTIONS"] as const;
/** Statuses that are good unless a check says which. */
export const DEFAULT_CHECK_STATUS = "200-399";
/** How much of an answer is searched for the text that it must contain, in bytes: HAProxy's buffer (`tune.bufsize`). */
export const SEARCHED_BYTES = 16_384;

/** What a server is asked, and which answer is good; balancers and rollouts ask the same. */
export interface CheckQuestion {
  /** `http` asks, `tcp` only connects, `tls` completes a handshake. What follows is for `http` alone, but the host. @default "http" */
  readonly type?: (typeof CHECK_TYPES)[number] | undefined;
  /** Method of the request. @default "GET" */
  readonly method?: (typeof CHECK_METHODS)[number] | undefined;
  /** Path asked for. @default "/healthz" */
  readonly path?: string | undefined;
  /** Host header of the request; with `tls` the name that is asked for (SNI). @default none, so that the path must not depend on the host */
  readonly host?: string | undefined;
  /** Further headers of the request, by name. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Statuses that are good, such as `200-299,304`. @default "200-399" */
  readonly status?: string | number | undefined;
  /** Text that the answer's first 16 KiB must contain. @default any answer will do */
  readonly body?: string | undefined;
}

/** One check of one web server, as every balancer of the pair makes it. Durations are texts such as `500ms`. */
export interface HealthCheck extends CheckQuestion {
  /** Time between two checks, 100ms to 5m. @default 500ms within a data center, 2s between two */
  readonly interval?: string;
  /** How long a check may take, 50ms to 1m. @default the interval */
  readonly timeout?: string;
  /** Failed checks in a row that take a server out, 1 to 10. @default 2 within a data center, 3 between two */
  readonly fall?: number;
  /** Good checks in a row that put a server in, 1 to 10. @default 2 */
  readonly rise: number;
}

/** What every kind of check may say of its pace. */
type Pace = Partial<Pick<HealthCheck, "interval" | "timeout" | "fall" | "rise">>;

/**
 * The check that every balancer makes of every server of a pool.
 *
 * @param path Path asked for, starting with `/`.
 * @param options What differs from the defaults; see {@link HealthCheck}.
 * @example
 * const check = httpCheck("/up", { interval: "1s", fall: 3, body: "ready" });
 */
export function httpCheck(
  path: string = DEFAULT_CHECK_PATH,
  options: Partial<Omit<HealthCheck, "path" | "type">> = {},
): HealthCheck {
  return { rise: DEFAULT_RISE, ...options, path };
}

/**
 * A check that only connects: it sees that somebody listens, and nothing of what the app does.
 *
 * @param options What differs from the default pace.
 */
export function tcpCheck(options: Pace = {}): HealthCheck {
  return { rise: DEFAULT_RISE, ...options, type: "tcp" };
}

/**
 * A check that completes a TLS handshake. The certificate is not verified: that is for the clients of a server that ends TLS itself.
 *
 * @param host Name that is asked for (SNI). @default none
 * @param options What differs from the default pace.
 */
export function tlsCheck(host?: string, options: Pace = {}): HealthCheck {
  return { rise: DEFAULT_RISE, ...options, type: "tls", ...(host === undefined ? {} : { host }) };
}

/** What a check asks, without its pace; only what it states. */
export function questionIn({ type, method, path, host, headers, status, body }: HealthCheck): CheckQuestion {
  return stated({ type, method, path, host, headers, status, body });
}

/** Whether a status is among those of a list such as `200-299,304`. */
export function isGoodStatus(status: number, good: string | number = DEFAULT_CHECK_STATUS): boolean {
  return String(good)
    .split(",")
    .some((part) => {
      const [from = NaN, to = from] = part.split("-").map(Number);
      return from <= status && status <= to;
    });
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
