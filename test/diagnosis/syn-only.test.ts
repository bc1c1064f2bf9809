/** Captures filtered for SYNs, with or without their SYN-ACKs: stamps are assumed from what was served. */
import { describe, expect, it } from 'vitest';
import type { Cause } from '../../src/diagnosis/codes.ts';
import { fisherExact } from '../../src/diagnosis/fisher.ts';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import type { End, Sent } from '../tracking/wire.ts';
import { Talk } from '../tracking/wire.ts';
import { Recorded } from './judged.ts';

/** A capture that was filtered for handshakes; `replies`: SYN-ACKs too. */
class Filtered extends Recorded {
  private readonly replies: boolean;
  private port = 40_000;

  constructor(replies: boolean) {
    super();
    this.replies = replies;
  }

  private talk(host: number, to: End): Talk {
    this.port += 1;
    return new Talk(this, `${host}:${this.port}`, to);
  }

  served(at: number, ts: number | undefined, host = 1, to: End = '200:80', more: Partial<Sent> = {}): this {
    const talk = this.talk(host, to);
    talk.syn(at, ts, more);
    if (this.replies) talk.synAck(at + 0.001, ts);
    return this;
  }

  /** Sent again after each of so many seconds, its clock running on at 1000 Hz. */
  silent(
    at: number,
    ts: number | undefined,
    again: readonly number[] = [1],
    host = 1,
    to: End = '200:80',
  ): this {
    const talk = this.talk(host, to);
    for (const after of [0, ...again]) talk.syn(at + after, ts === undefined ? undefined : ts + after * 1000);
    return this;
  }

  /** The cause, and the stamp it was compared with, of every SYN of a time or later. */
  told(from: number): readonly (readonly [cause: Cause | null, stamp: number | null])[] {
    return this.judge()
      .rows.filter(({ time }) => Number(time) >= from)
      .map(({ cause, stampTsval }) => [cause, stampTsval]);
  }
}

const HIGH = 2_000_000_000;
const LOW = 1_000_000_000;

/** Enough silence behind a clock that runs ahead to accuse the target: both pods connect once a second. */
function accusing(replies: boolean, seconds = 12): Filtered {
  const capture = new Filtered(replies);
  for (let i = 0; i < seconds; i += 1) {
    capture.served(100 + i, HIGH + i * 1000);
    capture.silent(100.2 + i, LOW + i * 1000, [1], 1);
  }
  // The capture goes on until the last of it is settled.
  return capture.served(150, HIGH + 50_000, 7);
}

describe.each<[string, boolean]>([
  ['SYNs and SYN-ACKs', true],
  ['SYNs alone', false],
])('a capture of %s', (_, replies) => {
  it('accuses a target at which one clock starves behind another', () => {
    const { report, rows } = accusing(replies).judge();
    expect(report.verdict.grade).toBe('probable');
    expect(report.verdict.assumptions.map(({ code }) => code)).toEqual(
      replies ? ['stamp-from-served-syns'] : ['stamp-from-served-syns', 'served-unless-retransmitted'],
    );
    const rejected = rows.filter(({ cause }) => cause === 'tw-recycle-reject');
    expect(rejected.every(({ fate }) => fate === 'possible-reject')).toBe(true);
    // The last SYN of each connect is known to be silent only where replies were captured.
    expect([rejected.length, report.totals.rejected]).toEqual(replies ? [24, 24] : [12, 12]);
    expect(report.totals.rejectedAttempts).toBe(12);
    expect(report.causes.find(({ code }) => code === 'tw-recycle-reject')?.syns).toBe(replies ? 24 : 12);
    expect(report.peers[0]).toMatchObject({ address: '0.0.0.1', rejected: replies ? 24 : 12 });
  });

  it('tells of its peers what adds up to what is told of the target', () => {
    const capture = accusing(replies).silent(60, undefined, [1, 3], 5).served(62, LOW, 6).served(63, LOW, 6);
    const { report } = capture.served(115, HIGH, 5).judge();
    const sums: Record<string, number> = {};
    for (const { agreement } of report.peers) {
      for (const [field, syns] of Object.entries(agreement)) sums[field] = (sums[field] ?? 0) + syns;
    }
    expect(sums).toEqual(report.targets[0]?.agreement);
    expect(sums).toEqual(report.verdict.agreement);
    // Answers are assumed from behaviour at most, and stamps always: nothing is told as passed.
    expect(sums).toMatchObject({ passAnswered: 0, passSilent: 0, unknownSilent: replies ? 3 : 2 });
    expect(report.peers.find(({ address }) => address === '0.0.0.6')?.agreement.unknownAnswered).toBe(2);
  });

  it('tells nothing of a target that serves every clock', () => {
    const capture = new Filtered(replies);
    for (let i = 0; i < 12; i += 1) capture.served(100 + i, i % 2 === 0 ? HIGH + i * 1000 : LOW + i * 1000);
    const { report } = capture.served(150, HIGH, 7).judge();
    expect(report.totals.rejected).toBe(0);
    expect(['no-evidence', 'cannot-tell']).toContain(report.verdict.grade);
    expect(report.verdict.reasons.find(({ code }) => code === 'contradicted')).toMatchObject({ syns: 6 });
  });

  /** One SYN sent again after a second, behind other traffic that accuses the target: its cause and its stamp. */
  const rejected = ['tw-recycle-reject', HIGH + 11_000] as const;
  const other = ['unexplained', null] as const;
  it.each<[string, number, number | undefined, readonly [Cause, number | null]]>([
    ['one a tick behind the stamp: within the window', 120, HIGH + 10_999, other],
    ['one two ticks behind it', 120, HIGH + 10_998, rejected],
    ['one that is ahead of the stamp', 120, HIGH + 20_000, other],
    ['one without timestamps', 120, undefined, other],
    ['60 s after the stamp', 171, LOW, other],
    ['a little before that', 170.9, LOW, rejected],
  ])('%s', (__, at, ts, expected) => {
    const [first] = accusing(replies).silent(at, ts).served(230, HIGH, 8).told(at);
    expect(first).toEqual(expected);
  });
});

/** Whatever the capture holds, the sums by cause are what the rows add up to. */
function causes(capture: Filtered): Partial<Record<Cause, number>> {
  const { report, rows } = capture.judge();
  const counts: Partial<Record<Cause, number>> = {};
  for (const { cause } of rows) if (cause !== null) counts[cause] = (counts[cause] ?? 0) + 1;
  const sums = report.causes.filter(({ syns }) => syns !== 0).map(({ code, syns }) => [code, syns]);
  expect(Object.fromEntries(sums)).toEqual(counts);
  return counts;
}

describe('a capture of handshakes', () => {
  it('says of each silence whether it fits, at a target that is accused and at one that is not', () => {
    const accused = accusing(true)
      .silent(120, HIGH + 30_000, [1, 3], 3)
      .served(190, HIGH, 8);
    expect(causes(accused)).toEqual({ 'tw-recycle-reject': 24, unexplained: 3 });
    const healthy = new Filtered(true);
    for (let i = 0; i < 20; i += 1) healthy.served(100 + i, i % 2 === 0 ? HIGH + i * 1000 : LOW + i * 1000);
    healthy
      .silent(130, LOW, [1])
      .silent(132, HIGH + 90_000, [1, 3])
      .served(190, HIGH, 8);
    expect(causes(healthy)).toEqual({ unexplained: 5 });
  });

  it('tells silence from chance by connects, not by what each of them sent', () => {
    const capture = accusing(true)
      .silent(120, HIGH + 30_000, [1, 3], 3)
      .served(190, HIGH, 8);
    // 12 connects behind the stamp were silent; of 15 others one, which sent its SYN three times.
    expect(capture.judge().verdicts.facts.pValue).toBeCloseTo(fisherExact(12, 0, 1, 14), 12);
  });

  it('counts no SYN as silent that was refused, or that came right before the end', () => {
    const capture = accusing(true);
    capture.send({ at: 190, from: '1:50000', to: '200:80', flags: 'S', seq: 1, ts: LOW });
    capture.send({ at: 190.001, from: '200:80', to: '1:50000', flags: 'RA', seq: 0, ack: 2 });
    capture.send({ at: 190.0011, from: '1:50001', to: '200:80', flags: 'S', seq: 1, ts: LOW });
    const { targets } = capture.judge().report;
    expect(targets[0]?.agreement).toMatchObject({
      possibleSilent: 24,
      unknownSilent: 0,
      unknownAnswered: 13,
    });
    expect(causes(capture)).toEqual({ 'tw-recycle-reject': 24, 'port-closed': 1 });
  });

  it('names the first SYN that was served behind the stamp, and all there were', () => {
    const capture = new Filtered(true).served(100, HIGH).served(101, LOW).served(102, LOW).served(190, HIGH);
    const { report, rows } = capture.judge();
    expect(report.verdict.reasons.find(({ code }) => code === 'contradicted')).toMatchObject({
      syns: 2,
      sampleFrame: 3,
    });
    expect(rows[1]).toMatchObject({ stampTsval: HIGH, stampFrame: 1, stampSecond: 100 });
  });

  it('tells peers apart, however many there are', () => {
    const capture = new Filtered(true);
    const peers = Array.from({ length: 700 }, (_, i) => 1000 + i);
    for (const [i, host] of peers.entries()) {
      capture.served(100 + i * 0.01, HIGH + i, host);
      if (i >= 200) capture.silent(101 + i * 0.01, LOW, [], host);
    }
    const { report, rows } = capture.served(190, HIGH, 8).judge({ limit: 1000 });
    const silent = rows.filter(({ answer }) => answer === 'none');
    expect(silent.map(({ cause, stampTsval }) => [cause, stampTsval])).toEqual(
      peers.slice(200).map((_, i) => ['tw-recycle-reject', HIGH + 200 + i]),
    );
    const served = new Map(
      rows.filter(({ answer }) => answer === 'syn-ack').map(({ src, frame }) => [src, frame]),
    );
    expect(silent.map(({ stampFrame }) => stampFrame)).toEqual(silent.map(({ src }) => served.get(src)));
    expect(report.peers.filter(({ rejected }) => rejected === 1)).toHaveLength(500);
    expect(report.peers.filter(({ agreement }) => agreement.possibleSilent === 1)).toHaveLength(500);
  });

  it('knows no stamp of a peer whose slot was given to another', () => {
    const limits = { ...TRACKING_LIMITS, pairs: 1 };
    const capture = new Filtered(true).served(100, HIGH, 1).served(110, HIGH, 2);
    const told = capture.silent(140, LOW, [1], 3).served(190, HIGH, 8).judge({ limits }).rows;
    expect(told.filter(({ answer }) => answer === 'none').map(({ stampTsval }) => stampTsval)).toEqual([
      null,
      null,
    ]);
  });
});

describe('the assumed stamp', () => {
  const accused = (): Filtered => accusing(true);
  /** The stamp that a low SYN at second 200 is compared with, after these connects (second, TSval). */
  function stampAfter(...served: readonly (readonly [at: number, ts: number])[]): number | null {
    const capture = accused();
    for (const [at, ts] of served) capture.served(at, ts, 3);
    return (
      capture
        .silent(200, LOW - 500_000_000, [1], 3)
        .served(260, HIGH, 8)
        .told(200)[0]?.[1] ?? null
    );
  }

  it('is that of the SYN served last, if it is not lower', () => {
    expect(stampAfter([180, 5_000_000], [181, 6_000_000])).toBeNull();
    expect(stampAfter([180, LOW], [181, LOW + 1000])).toBe(LOW + 1000);
    expect(stampAfter([180, LOW], [181, LOW - 1000])).toBe(LOW);
    expect(stampAfter([180, LOW], [180.5, LOW])).toBe(LOW);
  });

  it('is replaced by a lower one once it is over 60 s old', () => {
    expect(stampAfter([130, LOW], [190, LOW - 1000])).toBeNull();
    expect(stampAfter([130, LOW], [190.1, LOW - 1000])).toBe(LOW - 1000);
  });

  it('is renewed by an equal one', () => {
    expect(stampAfter([130, LOW], [150, LOW])).toBe(LOW);
    expect(stampAfter([130, LOW])).toBeNull();
  });

  it('is of the pair of addresses', () => {
    const capture = accused()
      .served(180, LOW, 3, '200:80')
      .served(181, HIGH, 4, '200:80')
      .served(182, HIGH, 3, '201:80');
    const told = capture
      .silent(200, LOW - 5000, [1], 3, '200:443')
      .served(260, HIGH, 8)
      .told(200);
    expect(told[0]).toEqual(['tw-recycle-reject', LOW]);
  });

  it('is not set by a SYN that was silent, nor by one with FIN', () => {
    const silent = accused().silent(180, HIGH, [1], 3).silent(200, LOW, [1], 3).served(260, HIGH, 8);
    expect(silent.told(200)[0]).toEqual(['unexplained', null]);
    const odd = accused()
      .served(180, HIGH, 3, '200:80', { flags: 'SF' })
      .silent(200, LOW, [1], 3)
      .served(260, HIGH, 8);
    expect(odd.told(200)[0]).toEqual(['unexplained', null]);
  });
});

describe('the assumed stamp of a peer', () => {
  it('is none before the first SYN was served, not even in the first minute of all time', () => {
    const capture = new Filtered(true).silent(5, 4_000_000_000, [1]).served(20, HIGH, 2).served(90, HIGH, 2);
    expect(capture.told(0).map(([, stamp]) => stamp)).toEqual([null, null, null, null]);
  });

  it('counts from the very moment on in which it was set', () => {
    const capture = new Filtered(true).served(100, HIGH);
    // The clock of the capture knows whole seconds only.
    capture.silent(100, LOW, []).served(190, HIGH, 2);
    expect(capture.told(0).map(([, stamp]) => stamp)).toEqual([null, HIGH, null]);
  });
});

describe('a peer whose slot goes to another', () => {
  it('leaves that one none of its counts', () => {
    const capture = new Filtered(true).served(60, HIGH, 4).served(62, HIGH, 4).silent(64, undefined, [], 4);
    const { report } = capture
      .served(115, HIGH, 5)
      .judge({ limits: { ...TRACKING_LIMITS, pairs: 1, pendingSyns: 2 } });
    expect(report.peers.map(({ agreement }) => agreement.unknownAnswered)).toEqual([1]);
    expect(report.targets[0]?.agreement).toMatchObject({ unknownAnswered: 3, unknownSilent: 1 });
  });
});

describe('without SYN-ACKs a SYN', () => {
  it('that is sent again was silent, and of the last of a connect nothing is known', () => {
    const capture = accusing(false)
      .served(195, HIGH)
      .silent(200, LOW, [1, 3])
      // Had the last one been served, its stamp were the one to compare with.
      .silent(270, LOW - 1000, [1])
      .served(330, HIGH + 500_000, 8);
    expect(capture.told(200)).toEqual([
      ['tw-recycle-reject', HIGH],
      ['tw-recycle-reject', HIGH],
      [null, HIGH],
      ['unexplained', null],
      [null, null],
      [null, null],
    ]);
    expect(causes(capture)).toEqual({ 'tw-recycle-reject': 14, unexplained: 1 });
  });

  it.each([
    [3.4, 1],
    [3.5, 1],
    [3.6, 2],
  ])('%d s before the end may yet be sent again: %i of two seem served', (before, seem) => {
    const capture = new Filtered(false).served(100, HIGH).served(200 - before, HIGH + 1000);
    const [target] = capture.served(200, HIGH + 2000, 8).judge().report.targets;
    expect(target?.agreement.unknownAnswered).toBe(seem);
  });
});

it('shows where a silence is that no stamp explains', () => {
  const capture = accusing(true).silent(140, HIGH + 60_000);
  const { report } = capture.served(190, HIGH + 90_000).judge();
  const reason = report.verdict.reasons.find(({ code }) => code === 'silent-but-not-predicted');
  expect(reason).toEqual({ code: 'silent-but-not-predicted', syns: 2, sampleFrame: 49 });
});
