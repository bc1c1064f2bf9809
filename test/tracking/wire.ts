/** A wire for tests: segments in short words go into a Tracker, and what it tells is written down. */
import { ACK, FIN, RST, Segment, SYN } from '../../src/packet/segment.ts';
import { ANSWERS } from '../../src/tracking/answer.ts';
import type { Answer } from '../../src/tracking/answer.ts';
import type { TrackingEvents } from '../../src/tracking/events.ts';
import { ROW, SYN_DUPLICATE, SYN_HAS_TSVAL } from '../../src/tracking/syn-ring.ts';
import { Tracker } from '../../src/tracking/tracker.ts';
import type { TrackerOptions } from '../../src/tracking/tracker.ts';

/** A host by the last byte of its address, and a port: `1:40000`. The target of most tests is `200:80`. */
export type End = `${number}:${number}`;

export interface Sent {
  readonly at: number;
  readonly from: End;
  readonly to: End;
  /** Letters of S, A, F, R. */
  readonly flags: string;
  readonly seq: number;
  readonly ack?: number;
  readonly ts?: number;
  readonly echo?: number;
  readonly payload?: number;
  readonly family?: 4 | 6;
  readonly ipId?: number;
  readonly timed?: boolean;
  readonly optionsCut?: boolean;
  readonly malformed?: boolean;
  readonly ttl?: number;
  readonly direction?: number;
}

export interface SettledSyn {
  readonly frame: number;
  readonly answer: Answer;
  readonly flags: number;
  readonly attempt: number;
  readonly duplicateOf: number | null;
}

export interface Written {
  /** The host that closed first, and the host that it remembers. */
  readonly by: string;
  readonly of: string;
  readonly must: boolean;
  readonly tsval: number;
  readonly time: number;
  readonly frame: number;
  readonly now: number;
}

const LETTERS = [
  ['S', SYN],
  ['A', ACK],
  ['F', FIN],
  ['R', RST],
] as const;

function numbers(end: End): [number, number] {
  const [host, port] = end.split(':');
  return [Number(host), Number(port)];
}

/** Writes what was sent into a segment, which is returned. */
export function fill(s: Segment, sent: Sent, frame: number): Segment {
  const whole = Math.floor(sent.at);
  s.frame = frame;
  s.seconds = whole;
  s.nanoseconds = Math.round((sent.at - whole) * 1e9);
  s.timed = sent.timed ?? true;
  s.family = sent.family ?? 4;
  [s.src3, s.srcPort] = numbers(sent.from);
  [s.dst3, s.dstPort] = numbers(sent.to);
  s.src0 = s.dst0 = s.family === 6 ? 0x20010db8 : 0;
  // All words of an IPv6 address tell hosts apart.
  [s.src1, s.src2] = s.family === 6 ? [s.src3 * 3, s.src3 * 5] : [0, 0];
  [s.dst1, s.dst2] = s.family === 6 ? [s.dst3 * 3, s.dst3 * 5] : [0, 0];
  // One identification per frame, as from a host that counts, unless a test repeats one.
  s.ipId = sent.ipId ?? frame & 0xffff;
  s.flags = LETTERS.reduce((flags, [letter, bit]) => (sent.flags.includes(letter) ? flags | bit : flags), 0);
  s.seq = sent.seq | 0;
  s.ack = (sent.ack ?? 0) | 0;
  s.payload = sent.payload ?? 0;
  s.hasTsval = sent.ts !== undefined;
  s.tsval = (sent.ts ?? 0) | 0;
  s.hasTsecr = sent.ts !== undefined || sent.echo !== undefined;
  s.tsecr = (sent.echo ?? 0) | 0;
  s.optionsCut = sent.optionsCut ?? false;
  s.malformed = sent.malformed ?? false;
  s.ttl = sent.ttl ?? 0;
  s.direction = sent.direction ?? -1;
  return s;
}

export class Wire implements TrackingEvents {
  readonly tracker: Tracker;
  readonly settledSyns: SettledSyn[] = [];
  readonly decidedFrames: number[] = [];
  readonly writes: Written[] = [];
  readonly forgotten = { pairs: 0, targets: 0, listeners: 0 };
  /** Serials in the order of the events. */
  readonly serials: { readonly syn: number[]; readonly decided: number[]; readonly settled: number[] } = {
    syn: [],
    decided: [],
    settled: [],
  };
  private frame = 0;
  private readonly segment = new Segment();

  constructor(options: Partial<TrackerOptions> = {}) {
    this.tracker = new Tracker(this, { seed: 42, ...options });
  }

  /** Hands one segment to the tracker; gives its frame number. */
  send(sent: Sent): number {
    this.frame += 1;
    this.tracker.segment(fill(this.segment, sent, this.frame));
    return this.frame;
  }

  finish(): this {
    this.tracker.finish();
    return this;
  }

  /** The answers in capture order, duplicates left out. */
  answers(): Answer[] {
    return this.settledSyns.filter(({ duplicateOf }) => duplicateOf === null).map(({ answer }) => answer);
  }

  syn(serial: number): void {
    this.serials.syn.push(serial);
  }

  decided(serial: number): void {
    this.serials.decided.push(serial);
    this.decidedFrames.push(this.tracker.state.ring.word(serial, ROW.frame));
  }

  settled(serial: number): void {
    const { ring } = this.tracker.state;
    const flags = ring.word(serial, ROW.flags);
    const duplicate = (flags & SYN_DUPLICATE) !== 0;
    if (!duplicate) this.serials.settled.push(serial);
    this.settledSyns.push({
      frame: ring.word(serial, ROW.frame),
      answer: ANSWERS[ring.word(serial, ROW.answer)] ?? 'unknown',
      flags,
      attempt: ring.word(serial, ROW.attempt),
      duplicateOf: duplicate ? ring.word(serial, ROW.original) : null,
    });
  }

  attemptEnded(): void {}

  acknowledged(): void {}

  stampWritten(
    connection: number,
    side: number,
    must: boolean,
    tsval: number,
    time: number,
    ordinal: number,
    now: number,
  ): void {
    const { connections } = this.tracker.state;
    const row = connections.table.rowAt(connection);
    const host = (which: number): string => String(connections.words[row + (which === 0 ? 3 : 7)]);
    this.writes.push({
      by: host(side),
      of: host(1 - side),
      must,
      tsval: tsval >>> 0,
      time,
      frame: ordinal,
      now,
    });
  }

  pairForgotten(): void {
    this.forgotten.pairs += 1;
  }

  targetForgotten(): void {
    this.forgotten.targets += 1;
  }

  listenerForgotten(): void {
    this.forgotten.listeners += 1;
  }
}

/** True when a settled SYN had a TSval. */
export function hadTsval(row: SettledSyn): boolean {
  return (row.flags & SYN_HAS_TSVAL) !== 0;
}

export const TARGET: End = '200:80';

/** One connection from a client to the target: its two directions, and the numbers that count along. */
export class Talk {
  readonly wire: Wire;
  readonly client: End;
  readonly target: End;
  /** Next sequence number of either side. */
  clientSeq = 1000;
  targetSeq = 9000;

  constructor(wire: Wire, client: End, target: End = TARGET) {
    this.wire = wire;
    this.client = client;
    this.target = target;
  }

  syn(at: number, ts?: number, more: Partial<Sent> = {}): number {
    return this.wire.send({
      at,
      from: this.client,
      to: this.target,
      flags: 'S',
      seq: this.clientSeq - 1,
      ...(ts === undefined ? {} : { ts, echo: 0 }),
      ...more,
    });
  }

  synAck(at: number, echo?: number, more: Partial<Sent> = {}): number {
    return this.wire.send({
      at,
      from: this.target,
      to: this.client,
      flags: 'SA',
      seq: this.targetSeq - 1,
      ack: this.clientSeq,
      ...(echo === undefined ? {} : { ts: 777, echo }),
      ...more,
    });
  }

  /** Three segments of a handshake, a millisecond apart. */
  open(at: number, ts?: number): this {
    this.syn(at, ts);
    this.synAck(at + 0.001, ts);
    this.fromClient(at + 0.002, 'A', ts === undefined ? undefined : ts + 1);
    return this;
  }

  fromClient(at: number, flags: string, ts?: number, more: Partial<Sent> = {}): number {
    const { clientSeq } = this;
    this.clientSeq += (more.payload ?? 0) + (flags.includes('F') ? 1 : 0);
    return this.wire.send({
      at,
      from: this.client,
      to: this.target,
      flags,
      seq: clientSeq,
      ack: this.targetSeq,
      ...(ts === undefined ? {} : { ts, echo: 777 }),
      ...more,
    });
  }

  fromTarget(at: number, flags: string, more: Partial<Sent> = {}, timestamps = true): number {
    const { targetSeq } = this;
    this.targetSeq += (more.payload ?? 0) + (flags.includes('F') ? 1 : 0);
    return this.wire.send({
      at,
      from: this.target,
      to: this.client,
      flags,
      seq: targetSeq,
      ack: this.clientSeq,
      ...(timestamps ? { ts: 778, echo: 1 } : {}),
      ...more,
    });
  }
}
