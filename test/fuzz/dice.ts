/** Repeatable chance for mutations: the same seed always makes the same file (xorshift32). */
export class Dice {
  private state: number;

  constructor(seed: number) {
    // Neighbouring seeds must not give neighbouring files.
    let state = Math.imul(seed + 1, 0x9e3779b1);
    state = Math.imul(state ^ (state >>> 15), 0x85ebca77);
    this.state = state ^ (state >>> 13) || 1;
  }

  /** A 32-bit word, as unsigned number. */
  word(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x >>> 0;
  }

  /** A whole number in 0 .. below - 1; 0 when there is none. */
  below(below: number): number {
    return below <= 1 ? 0 : Math.floor((this.word() / 2 ** 32) * below);
  }

  /** True once in `times`, on average. */
  onceIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of the list, which is not empty. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.word() & 0xff);
  }
}
