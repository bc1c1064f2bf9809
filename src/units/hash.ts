/**
 * 32-bit mixing for hash tables. Tables seed it with a number drawn per run, so that a hostile file cannot hold
 * keys that were chosen to collide. Two multiply-xorshift rounds per word keep every seed bit in play.
 */

/** Folds one word into a running hash. */
export function mix(hash: number, word: number): number {
  let h = Math.imul(hash ^ word, 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 13);
}
