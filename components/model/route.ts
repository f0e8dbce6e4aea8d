/** One rule of the site: which requests go to which pool. Whatever it leaves out matches anything; what it says must all match. */
export interface Route {
  /** Host name, or `*.example.com` for all names below. Case and port don't matter. */
  readonly host?: string | undefined;
  /** Path, or `/api/*` for `/api` and all below it. */
  readonly path?: string | undefined;
  /** Cookies by name, with the value that each must have. */
  readonly cookie?: Readonly<Record<string, string>> | undefined;
  /** Name of the pool that answers. */
  readonly pool: string;
}

/** A request, as far as routes look at it. */
export interface RoutedRequest {
  readonly host: string;
  readonly path: string;
  readonly cookies: Readonly<Record<string, string>>;
}

/** The host of requests that no route asks anything of. */
const ANY_HOST = "probe.invalid";

/** The pool that answers a request: that of the first route that matches, undefined when none does. */
export function poolFor(routes: readonly Route[], request: RoutedRequest): string | undefined {
  return routes.find((route) => matches(route, request))?.pool;
}

/** Whether a route matches a request. */
export function matches({ host, path, cookie }: Route, request: RoutedRequest): boolean {
  const name = request.host.replace(/:\d+$/, "").toLowerCase();
  if (host !== undefined && !(isWildcard(host) ? name.endsWith(host.slice(1).toLowerCase()) : name === host.toLowerCase()))
    return false;
  if (path !== undefined && !(isPrefix(path) ? `${request.path}/`.startsWith(path.slice(0, -1)) : request.path === path))
    return false;
  return Object.entries(cookie ?? {}).every(([key, value]) => request.cookies[key] === value);
}

/** A request that a route matches, for trying it. */
export function exampleFor({ host = ANY_HOST, path = "/", cookie = {} }: Route): RoutedRequest {
  return {
    host: isWildcard(host) ? `probe${host.slice(1)}` : host,
    path: isPrefix(path) ? `${path.slice(0, -1)}probe` : path,
    cookies: cookie,
  };
}

/** Whether a host stands for all names below one. */
export function isWildcard(host: string): boolean {
  return host.startsWith("*.");
}

/** Whether a path stands for itself and all below it. */
export function isPrefix(path: string): boolean {
  return path.endsWith("/*");
}

/** Whether a route takes every request. */
export function takesAll({ host, path, cookie }: Route): boolean {
  return host === undefined && path === undefined && Object.keys(cookie ?? {}).length === 0;
}
