/** Numbers that look random and are the same for the same seed on every machine (xorshift128, Marsaglia 2003). */
export class Random {
  private x: number;
  private y = 362436069;
  private z = 521288629;
  private w = 88675123;

  constructor(seed: number) {
    this.x = seed | 1;
    for (let i = 0; i < 16; i += 1) this.word();
  }

  /** 32 bits, signed. */
  word(): number {
    const t = this.x ^ (this.x << 11);
    this.x = this.y;
    this.y = this.z;
    this.z = this.w;
    this.w = this.w ^ (this.w >>> 19) ^ t ^ (t >>> 8);
    return this.w;
  }

  /** 0 <= n < 1. */
  fraction(): number {
    return (this.word() >>> 0) / 4294967296;
  }

  /** A whole number, 0 <= n < limit. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** Around `mean`: evenly spread from half of it to one and a half. */
  around(mean: number): number {
    return mean * (0.5 + this.fraction());
  }
}

/** 32 bits that depend on both words and look random. */
export function scatter(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return h ^ (h >>> 15);
}
