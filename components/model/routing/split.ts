import { byName } from "../name";

/** A client, or a request, draws a number below this; where it falls says which pool of several it is given. */
export const DRAWS = 1_000_000;
/** How a draw is written in a cookie. */
export const DRAW = /^[0-9]{1,6}$/;

/** One pool of several, and its part of all draws. */
export interface Share {
  readonly pool: string;
  /** The first draw that is this pool's. */
  readonly from: number;
  /** The first draw after it that is not. */
  readonly to: number;
}

/**
 * The pools that have a share, by their weights. They come in the order of their names, so that the draws of two pools only ever
 * move at the border between them: a canary that grows keeps the clients it has.
 *
 * @param weights Weight by pool, 0 or more; their sum must not be 0.
 */
export function sharesOf(weights: Readonly<Record<string, number>>): Share[] {
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  let before = 0;
  return Object.entries(weights)
    .sort(([left], [right]) => byName(left, right))
    .map(([pool, weight]) => {
      const from = Math.round((before / sum) * DRAWS);
      before += weight;
      return { pool, from, to: Math.round((before / sum) * DRAWS) };
    })
    .filter(({ from, to }) => from < to);
}
