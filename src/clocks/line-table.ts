import { CLOCK_LIMITS } from './limits.ts';
import { widenF64, widenI32, widenU8 } from '../units/grow.ts';
import { ALL_RATES, FASTEST_COARSE } from './rate.ts';
import { f64, i32 } from '../units/table.ts';

/**
 * Slots of `LineTable.point`, the point in hand. A double that is passed to or returned from a function that the
 * engine does not inline is boxed, which allocates; so doubles travel here, and the functions of the hot path
 * take and return integers and booleans.
 *
 * The time in seconds since the tracker's epoch; a rate that is not nominal, measured on another line of the
 * peer, or 0; and the result of a comparison: distance from the line in seconds, negative when the point is late.
 */
export const TIME = 0;
export const PRIOR = 1;
export const OFF = 2;

/** Slots in a row that a peer with as many lines gets at once: what a search reads of its lines lies side by side then. */
export const BLOCK = 16;

/** Six sums of a regression, in this order, in `LineTable.sums`. */
const SUMS = 6;

/**
 * The lines of all peers in one set of parallel arrays; a line is an index into each of them.
 *
 * Lines of a peer form a list through `next`, most recently used first; free slots form one too. The arrays
 * double until the ceiling, so that a small capture costs little. 103 bytes a line, and 48 more for a
 * line with a regression, of which there is a separate, smaller pool.
 */
export class LineTable {
  private readonly ceiling: number;
  private readonly sumsCeiling: number;
  private used = 0;
  private free = -1;
  private sumsUsed = 0;
  private sumsFree = -1;
  private hand = 0;

  readonly point = new Float64Array(3);
  /** Row of its peer in the `PeerTable`; -1 for a free slot. */
  peer = new Int32Array(0);
  next = new Int32Array(0);
  id = new Int32Array(0);
  /** The anchor: seconds since the tracker's epoch, and TSval, of the first point. */
  firstTime = new Float64Array(0);
  firstTsval = new Int32Array(0);
  /** TSval at the tracker's epoch of the fastest coarse and of the fine line through the anchor. */
  coarseKeys = new Int32Array(0);
  fineKeys = new Int32Array(0);
  lastTime = new Float64Array(0);
  lastTsval = new Int32Array(0);
  /** Ticks per second; 0 while more than one nominal rate is possible, which are then in `mask`. */
  rate = new Float64Array(0);
  mask = new Uint8Array(0);
  /** The rates that an attempt to join leaves of `mask`, and its time; to be confirmed by a later one. */
  trial = new Uint8Array(0);
  trialTime = new Float64Array(0);
  /** 1 when `rate` is this line's own slope rather than a nominal rate. */
  measured = new Uint8Array(0);
  /** Ticks by which the least delayed recent point is above the anchored line of the given rate. */
  lift = new Float64Array(0);
  /** The latest that a point came, in seconds. */
  delay = new Float64Array(0);
  ports = new Int32Array(0);
  attempts = new Int32Array(0);
  independent = new Int32Array(0);
  points = new Int32Array(0);
  private sumsAt = new Int32Array(0);
  private sums = new Float64Array(0);

  constructor(ceiling: number, sumsCeiling: number) {
    this.ceiling = ceiling;
    this.sumsCeiling = sumsCeiling;
  }

  /** Bytes held by the arrays. */
  get bytes(): number {
    return this.peer.length * (4 * 13 + 8 * 6 + 3) + this.sums.byteLength;
  }

  /** A fresh slot, or -1 when the ceiling is reached: then release the `victim()` first. */
  allocate(): number {
    const recycled = this.free;
    if (recycled >= 0) {
      this.free = i32(this.next, recycled);
      return recycled;
    }
    if (this.used === this.peer.length && !this.grow()) return -1;
    return this.used++;
  }

  /** True when a slot was given back that nobody has taken. */
  get hasFree(): boolean {
    return this.free >= 0;
  }

  /** The first of `BLOCK` fresh slots in a row, a list through `next`; -1 when there are not as many. */
  allocateBlock(): number {
    while (this.used + BLOCK > this.peer.length) if (!this.grow()) return -1;
    const first = this.used;
    this.used += BLOCK;
    for (let line = first; line < this.used; line += 1) {
      this.next[line] = line + 1 < this.used ? line + 1 : -1;
      this.peer[line] = -1;
      this.sumsAt[line] = -1;
    }
    return first;
  }

  /** Gives a slot back; the caller has unlinked it from its peer. */
  release(line: number): void {
    const at = i32(this.sumsAt, line);
    if (at >= 0) {
      this.sums[at] = this.sumsFree;
      this.sumsFree = at;
      this.sumsAt[line] = -1;
    }
    this.next[line] = this.free;
    this.peer[line] = -1;
    this.free = line;
  }

  /**
   * The line to give up when all slots are taken: of the next few in a round, the one silent for longest,
   * lines of one attempt before others. Close to the oldest, without a queue to maintain on every point.
   */
  victim(): number {
    let worst = -1;
    let worstTime = Infinity;
    let worstLone = false;
    for (let i = 0; i < 32; i++) {
      this.hand = this.hand + 1 < this.used ? this.hand + 1 : 0;
      const line = this.hand;
      if (i32(this.peer, line) < 0) continue;
      const lone = i32(this.independent, line) <= 1;
      const time = f64(this.lastTime, line);
      if ((lone && !worstLone) || (lone === worstLone && time < worstTime)) {
        worst = line;
        worstTime = time;
        worstLone = lone;
      }
    }
    return worst;
  }

  /** Sets a slot to a line of one point, of the peer in `row`. */
  open(line: number, row: number, id: number, tsval: number, ports: number): void {
    const time = f64(this.point, TIME);
    this.peer[line] = row;
    this.id[line] = id;
    this.firstTime[line] = time;
    this.firstTsval[line] = tsval;
    this.coarseKeys[line] = tsval - Math.round(FASTEST_COARSE * time);
    this.fineKeys[line] = tsval - Math.round(1_000_000 * time);
    this.lastTime[line] = time;
    this.lastTsval[line] = tsval;
    this.rate[line] = 0;
    this.mask[line] = ALL_RATES;
    this.trial[line] = ALL_RATES;
    this.trialTime[line] = time;
    this.measured[line] = 0;
    this.lift[line] = 0;
    this.delay[line] = 0;
    this.ports[line] = ports;
    this.attempts[line] = 1;
    this.independent[line] = 1;
    this.points[line] = 1;
    this.sumsAt[line] = -1;
  }

  /**
   * Adds the point in hand to the regression of a line of known rate: x in seconds after the anchor, y in ticks
   * above the anchored line. Welford's updates keep the sums centred, so that long captures lose no precision.
   */
  regress(line: number): void {
    let at = i32(this.sumsAt, line);
    if (at < 0) {
      at = this.allocateSums();
      if (at < 0) return;
      this.sumsAt[line] = at;
    }
    const x = f64(this.point, TIME) - f64(this.firstTime, line);
    const y = f64(this.lift, line) + f64(this.point, OFF) * f64(this.rate, line);
    const sums = this.sums;
    const n = f64(sums, at) + 1;
    const dx = x - f64(sums, at + 1);
    const dy = y - f64(sums, at + 2);
    const meanX = f64(sums, at + 1) + dx / n;
    const meanY = f64(sums, at + 2) + dy / n;
    sums[at] = n;
    sums[at + 1] = meanX;
    sums[at + 2] = meanY;
    sums[at + 3] = f64(sums, at + 3) + dx * (x - meanX);
    sums[at + 4] = f64(sums, at + 4) + dx * (y - meanY);
    sums[at + 5] = f64(sums, at + 5) + dy * (y - meanY);
  }

  /** The best measure of a line's ticks per second and its standard error; Infinity when there is none. */
  slope(line: number): { readonly ticksPerSecond: number; readonly error: number } {
    const rate = f64(this.rate, line);
    const at = i32(this.sumsAt, line);
    const n = at < 0 ? 0 : f64(this.sums, at);
    const spread = at < 0 ? 0 : f64(this.sums, at + 3);
    if (n >= CLOCK_LIMITS.regressionPoints && spread > 0) {
      const slope = f64(this.sums, at + 4) / spread;
      const rest = Math.max(0, f64(this.sums, at + 5) - slope * f64(this.sums, at + 4));
      return { ticksPerSecond: rate + slope, error: Math.sqrt(rest / (n - 2) / spread) };
    }
    const span = f64(this.lastTime, line) - f64(this.firstTime, line);
    if (span <= 0) return { ticksPerSecond: rate, error: Infinity };
    const rise = (i32(this.lastTsval, line) - i32(this.firstTsval, line)) | 0;
    const guess = rate > 0 ? rate : rise / span;
    return { ticksPerSecond: guess, error: (guess * CLOCK_LIMITS.certain) / span };
  }

  private allocateSums(): number {
    let at = this.sumsFree;
    if (at >= 0) {
      this.sumsFree = f64(this.sums, at);
    } else {
      if (this.sumsUsed >= this.sumsCeiling) return -1;
      at = this.sumsUsed++ * SUMS;
      if (at >= this.sums.length) {
        const rows = Math.min(this.sumsCeiling, Math.max(64, this.sumsUsed * 2));
        this.sums = widenF64(this.sums, rows * SUMS);
      }
    }
    this.sums.fill(0, at, at + SUMS);
    return at;
  }

  private grow(): boolean {
    const size = Math.min(this.ceiling, Math.max(256, this.peer.length * 2));
    if (size <= this.peer.length) return false;
    this.peer = widenI32(this.peer, size);
    this.next = widenI32(this.next, size);
    this.id = widenI32(this.id, size);
    this.firstTime = widenF64(this.firstTime, size);
    this.firstTsval = widenI32(this.firstTsval, size);
    this.coarseKeys = widenI32(this.coarseKeys, size);
    this.fineKeys = widenI32(this.fineKeys, size);
    this.lastTime = widenF64(this.lastTime, size);
    this.lastTsval = widenI32(this.lastTsval, size);
    this.rate = widenF64(this.rate, size);
    this.mask = widenU8(this.mask, size);
    this.trial = widenU8(this.trial, size);
    this.trialTime = widenF64(this.trialTime, size);
    this.measured = widenU8(this.measured, size);
    this.lift = widenF64(this.lift, size);
    this.delay = widenF64(this.delay, size);
    this.ports = widenI32(this.ports, size);
    this.attempts = widenI32(this.attempts, size);
    this.independent = widenI32(this.independent, size);
    this.points = widenI32(this.points, size);
    this.sumsAt = widenI32(this.sumsAt, size);
    return true;
  }
}
