/*
 * Paths as routes write them: `/cart` is that very path; `/api/*` is /api and all below it; elsewhere `*` stands for one
 * character or more of one segment, and `**` for any number of whole segments.
 */

/** Whether a path stands for itself and all below it, and for nothing else: `/api/*`. */
export function isPrefix(path: string): boolean {
  return path.endsWith("/*") && !path.slice(0, -1).includes("*");
}

/** Whether a path stands for others than itself in another way than a prefix does. */
export function isPattern(path: string): boolean {
  return path.includes("*") && !isPrefix(path);
}

/**
 * The regular expression of a path, anchored at both ends: the same to POSIX, PCRE and JavaScript. It is made of pieces that can't
 * be tried in more ways than the path is long, so no request makes a balancer think for long.
 */
export function pathExpression(path: string): string {
  const below = path.endsWith("/*");
  const segments = (below ? path.slice(0, -2) : path).split("/").slice(1);
  const pieces = segments.map((segment) => (segment === "**" ? "(/.*)?" : `/${escaped(segment).replaceAll("\\*", "[^/]+")}`));
  return `^${pieces.join("")}${below ? "(/.*)?" : ""}$`;
}

/** Whether a path that a client asks for, without its query, is one of those that `path` stands for. */
export function pathMatches(path: string, asked: string): boolean {
  if (isPrefix(path)) return `${asked}/`.startsWith(path.slice(0, -1));
  return isPattern(path) ? new RegExp(pathExpression(path)).test(asked) : asked === path;
}

/** Whether every path that `inner` stands for is one that `outer` does; false also where that is hard to tell. */
export function pathCovers(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  const [head = ""] = inner.split("*");
  if (head === inner) return pathMatches(outer, inner);
  return isPrefix(outer) && head.startsWith(outer.slice(0, -1));
}

/** A path that `path` stands for; with another word in the place of the stars where the usual one will not do. */
export function pathExample(path: string, word = "probe"): string {
  return path.replaceAll("**", word).replaceAll("*", word);
}

/** A literal text as a regular expression that means it. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
