import { u32 } from '../units/table.ts';
import { widenF64, widenI32, widenU32 } from '../units/grow.ts';

/** What is kept of each peer, in parallel arrays that double until the ceiling; the peer is the index. */
export class PeerTable {
  private readonly ceiling: number;
  private size = 0;

  /** First line of the list of its lines, -1 when it has none. */
  head = new Int32Array(0);
  /** Attempts whose first SYN had a TSval, and those whose first SYN had none. */
  attempts = new Uint32Array(0);
  without = new Uint32Array(0);
  /** TSvals seen. */
  points = new Uint32Array(0);
  /** Id of the next clock. */
  nextId = new Int32Array(0);
  /** Lines held, and those of them with one attempt. */
  held = new Int32Array(0);
  lone = new Int32Array(0);
  /** TSval of the latest attempt, and how often an attempt was behind the one before. */
  lastTsval = new Int32Array(0);
  stepsBack = new Uint32Array(0);
  /** Lines dropped with one attempt, with more, and the attempts on the latter. */
  loneDropped = new Uint32Array(0);
  linesDropped = new Uint32Array(0);
  attemptsDropped = new Uint32Array(0);
  /** A rate found that is not nominal; one proposed, and by how many. */
  measuredRate = new Float64Array(0);
  proposedRate = new Float64Array(0);
  votes = new Uint32Array(0);

  constructor(ceiling: number) {
    this.ceiling = ceiling;
  }

  /** Bytes held by the arrays. */
  get bytes(): number {
    return this.size * (4 * 13 + 8 * 2);
  }

  /** True when there is room for a peer; it may never have been observed. */
  has(peer: number): boolean {
    return peer >= 0 && peer < this.size;
  }

  /** Makes room for a peer; false when it is beyond the ceiling. */
  admit(peer: number): boolean {
    if (peer < this.size) return peer >= 0;
    if (peer >= this.ceiling) return false;
    const old = this.size;
    let size = Math.max(64, old);
    while (size <= peer) size *= 2;
    size = Math.min(size, this.ceiling);
    this.head = widenI32(this.head, size);
    this.attempts = widenU32(this.attempts, size);
    this.without = widenU32(this.without, size);
    this.points = widenU32(this.points, size);
    this.nextId = widenI32(this.nextId, size);
    this.held = widenI32(this.held, size);
    this.lone = widenI32(this.lone, size);
    this.lastTsval = widenI32(this.lastTsval, size);
    this.stepsBack = widenU32(this.stepsBack, size);
    this.loneDropped = widenU32(this.loneDropped, size);
    this.linesDropped = widenU32(this.linesDropped, size);
    this.attemptsDropped = widenU32(this.attemptsDropped, size);
    this.measuredRate = widenF64(this.measuredRate, size);
    this.proposedRate = widenF64(this.proposedRate, size);
    this.votes = widenU32(this.votes, size);
    this.head.fill(-1, old);
    this.size = size;
    return true;
  }

  /** Sets a peer back to never observed. */
  clear(peer: number): void {
    this.head[peer] = -1;
    this.attempts[peer] = 0;
    this.without[peer] = 0;
    this.points[peer] = 0;
    this.nextId[peer] = 0;
    this.held[peer] = 0;
    this.lone[peer] = 0;
    this.lastTsval[peer] = 0;
    this.stepsBack[peer] = 0;
    this.loneDropped[peer] = 0;
    this.linesDropped[peer] = 0;
    this.attemptsDropped[peer] = 0;
    this.measuredRate[peer] = 0;
    this.proposedRate[peer] = 0;
    this.votes[peer] = 0;
  }
}

/** Adds one to a counter of a peer. */
export function bump(counter: Uint32Array, peer: number): void {
  counter[peer] = u32(counter, peer) + 1;
}
