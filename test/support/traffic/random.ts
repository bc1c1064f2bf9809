/** Repeatable chance: the same seed gives the same incident (splitmix32). */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** A number in 0 .. 1. */
  fraction(): number {
    return this.word() / 2 ** 32;
  }

  /** A 32-bit word, as unsigned number. */
  word(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** True in `share` (0 .. 1) of the cases. Draws nothing for a share of 0, so that adding a rule moves no other. */
  happens(share: number): boolean {
    return share > 0 && this.fraction() < share;
  }
}
