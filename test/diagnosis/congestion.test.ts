/** A full listener told from the timestamp check, on rows as the tracking leaves them. */
import { describe, expect, it } from 'vitest';
import { Congestion } from '../../src/diagnosis/congestion.ts';
import { FATE_PASS, FATE_REJECT } from '../../src/kernel/fate.ts';
import { ANSWERED, SILENT } from '../../src/tracking/answer.ts';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import { TrackingState } from '../../src/tracking/state.ts';
import {
  ROW,
  ROW_TIME,
  SYN_DECIDED,
  SYN_DUPLICATE,
  SYN_ON_LIVE,
  SYN_ON_REQUEST,
} from '../../src/tracking/syn-ring.ts';

/** A SYN at a listener; what is not said is the plainest: passed by the model, one request open, nothing completed. */
interface Row {
  readonly at: number;
  readonly listener?: number;
  readonly requests?: number;
  readonly completions?: number;
  readonly nudges?: number;
  readonly fates?: number;
  readonly flags?: number;
  readonly answer?: number;
}

/** A minute and more into a capture, at a port that sent a SYN-ACK again just before. */
class Port {
  readonly state = new TrackingState(1, TRACKING_LIMITS);
  readonly congestion = new Congestion(this.state);

  /** @param repeats seconds at which ports 0, 1, ... last sent a SYN-ACK again; null: never */
  constructor(...repeats: readonly (number | null)[]) {
    const { listeners } = this.state;
    repeats.forEach((at, port) => {
      listeners.lookUp(4, 0, 0, 0, 200, 0, 0, 0, 0, 80 + port);
      const slot = listeners.add(0);
      if (at !== null) listeners.noteRepeat(slot, at);
    });
    this.state.firstTime = 0;
    this.state.now = 1000;
  }

  add(row: Row): number {
    const { ring } = this.state;
    const serial = ring.head;
    ring.head += 1;
    const at = ring.row(serial);
    ring.words[at + ROW.listener] = row.listener ?? 0;
    ring.words[at + ROW.requests] = row.requests ?? 1;
    ring.words[at + ROW.completions] = row.completions ?? 0;
    ring.words[at + ROW.nudges] = row.nudges ?? 0;
    ring.words[at + ROW.fates] = row.fates ?? FATE_PASS;
    ring.words[at + ROW.flags] = row.flags ?? SYN_DECIDED;
    ring.words[at + ROW.answer] = row.answer ?? SILENT;
    ring.times[ring.rowTimes(serial) + ROW_TIME.arrived] = row.at;
    return serial;
  }

  stuck(row: Row): boolean {
    return this.congestion.stuck(this.add(row));
  }

  /** A SYN that passes the check: silent at a full queue, or answered. */
  passing(row: Row): void {
    this.congestion.passing(this.add(row), row.answer !== ANSWERED);
  }

  /** True when a SYN that the check would have rejected is contested; `next` come after it. */
  contests(row: Row, ...next: readonly Row[]): boolean {
    const serial = this.add({ fates: FATE_REJECT, ...row });
    for (const one of next) this.add(one);
    return this.congestion.contests(serial, 0);
  }

  met(requests: number, silent: boolean, listener = 0): void {
    this.congestion.met(this.add({ at: 100, requests, listener }), silent);
  }
}

describe('a stuck listener', () => {
  it.each<[string, number, Row, boolean]>([
    ['sent a SYN-ACK again ten seconds ago, with a request open', 90, { at: 100 }, true],
    ['longer ago', 89.9, { at: 100 }, false],
    ['sends one again only later', 130, { at: 100 }, true],
    ['has no request open', 99, { at: 100, requests: 0 }, false],
    ['may have one from before the capture in its first 63 s', 62, { at: 63, requests: 0 }, true],
    ['has none from before after that', 63, { at: 63.1, requests: 0 }, false],
  ])('%s', (_, repeat, row, expected) => {
    expect(new Port(repeat).stuck(row)).toBe(expected);
  });

  it('has its 63 s counted from when the capture began', () => {
    const port = new Port(1062);
    port.state.firstTime = 1000;
    expect([port.stuck({ at: 1063, requests: 0 }), port.stuck({ at: 1063.1, requests: 0 })]).toEqual([
      true,
      false,
    ]);
  });

  it('is one that ever sent a SYN-ACK again', () => {
    const { congestion } = new Port(90, null);
    expect([congestion.everStuck(0), congestion.everStuck(1)]).toEqual([true, false]);
  });
});

describe('a SYN that the check would have rejected is contested', () => {
  const silent: Row = { at: 98 };
  const answered: Row = { at: 98, answer: ANSWERED };

  it.each<[string, readonly Row[], Row, readonly Row[], boolean]>([
    ['not without any sign of a full queue', [], { at: 100 }, [], false],
    ['when a passing SYN was silent before, and nothing completed since', [silent], { at: 100 }, [], true],
    ['also ten seconds after it', [{ at: 90 }], { at: 100 }, [], true],
    ['not later', [{ at: 89.9 }], { at: 100 }, [], false],
    ['not when the passing SYN before was answered', [answered], { at: 100 }, [], false],
    ['when one before that was silent', [silent, { ...answered, at: 99 }], { at: 100 }, [], true],
    ['not when a handshake was completed since', [silent], { at: 100, completions: 1 }, [], false],
    [
      'when as many were completed as at the passing SYN before',
      [{ ...silent, completions: 5 }],
      { at: 100, completions: 5 },
      [],
      true,
    ],
    ['when the next passing SYN is silent', [], { at: 100 }, [{ at: 105 }], true],
    ['also ten seconds later', [], { at: 100 }, [{ at: 110 }], true],
    ['not after that', [], { at: 100 }, [{ at: 110.1 }], false],
    ['not when the next is answered', [], { at: 100 }, [{ at: 101, answer: ANSWERED }], false],
    [
      'not for a silent one behind an answered one',
      [],
      { at: 100 },
      [{ at: 101, answer: ANSWERED }, { at: 102 }],
      false,
    ],
    ['not by the next of another port', [], { at: 100 }, [{ at: 101, listener: 1 }], false],
    ['not by a second sighting', [], { at: 100 }, [{ at: 101, flags: SYN_DECIDED | SYN_DUPLICATE }], false],
    [
      'not by a SYN for an open request',
      [],
      { at: 100 },
      [{ at: 101, flags: SYN_DECIDED | SYN_ON_REQUEST }],
      false,
    ],
    [
      'not by a SYN to a live 4-tuple',
      [],
      { at: 100 },
      [{ at: 101, flags: SYN_DECIDED | SYN_ON_LIVE }],
      false,
    ],
    ['not by another that would be rejected', [], { at: 100 }, [{ at: 101, fates: FATE_REJECT }], false],
    ['by the one after those', [], { at: 100 }, [{ at: 101, fates: FATE_REJECT }, { at: 102 }], true],
    ['not by a silent one that met no stuck listener', [], { at: 100 }, [{ at: 101, requests: 0 }], false],
    ['by one that has waited more than a second', [], { at: 100 }, [{ at: 101, flags: 0 }], true],
    [
      'not when clients spoke to open requests before it, and the next SYN found room',
      [{ ...silent, nudges: 3 }],
      { at: 100, nudges: 4 },
      [{ at: 101, nudges: 4, answer: ANSWERED }],
      false,
    ],
    [
      'when none of them spoke before it',
      [{ ...silent, nudges: 4 }],
      { at: 100, nudges: 4 },
      [{ at: 101, nudges: 4, answer: ANSWERED }],
      true,
    ],
    [
      'when one more spoke after it',
      [{ ...silent, nudges: 3 }],
      { at: 100, nudges: 4 },
      [{ at: 101, nudges: 5, answer: ANSWERED }],
      true,
    ],
    [
      'when the room is a handshake that was completed after it',
      [{ ...silent, nudges: 3 }],
      { at: 100, nudges: 4 },
      [{ at: 101, nudges: 4, completions: 1, answer: ANSWERED }],
      true,
    ],
  ])('%s', (_, before, row, after, expected) => {
    const port = new Port(101, 101);
    for (const one of before) port.passing(one);
    expect(port.contests(row, ...after)).toBe(expected);
  });

  it('not by a SYN that has waited a second only', () => {
    const port = new Port(99);
    port.state.now = 102;
    expect(port.contests({ at: 100 }, { at: 101, flags: 0 })).toBe(false);
  });

  it('not by a SYN that is too many rows away', () => {
    const far = (rows: number): boolean =>
      new Port(99, 99).contests(
        { at: 100 },
        ...Array.from({ length: rows }, () => ({ at: 100.5, listener: 1 })),
        { at: 101 },
      );
    expect([far(254), far(255)]).toEqual([true, false]);
  });

  it('not by a queue that was never full, in the first seconds of all time either', () => {
    const port = new Port(4);
    port.passing({ at: 4, answer: ANSWERED });
    expect(port.contests({ at: 5 })).toBe(false);
    port.passing({ at: 6 });
    expect(port.contests({ at: 7 })).toBe(true);
  });

  it.each([63, 64, 65, 66, 127, 128, 129, 300])('by what was said of listener %i', (listener) => {
    const port = new Port();
    port.state.listeners.noteRepeat(listener, 99);
    port.passing({ at: 98, listener });
    expect(port.contests({ at: 100, listener })).toBe(true);
  });

  it('by the variant of the kernel that is asked for', () => {
    const port = new Port(99);
    const serial = port.add({ at: 100, fates: FATE_REJECT });
    port.add({ at: 101, fates: FATE_REJECT | (FATE_PASS << 2) });
    expect([port.congestion.contests(serial, 0), port.congestion.contests(serial, 1)]).toEqual([false, true]);
  });

  it('not by what was said of a slot before it was forgotten', () => {
    const port = new Port(99, 99);
    port.passing(silent);
    port.passing({ ...silent, listener: 1 });
    port.congestion.forget(0);
    expect([port.contests({ at: 100 }), port.contests({ at: 100, listener: 1 })]).toEqual([false, true]);
  });
});

describe('which queue was full', () => {
  /** SYNs that met a stuck port: requests open, and whether it was silent. */
  function queue(...met: readonly (readonly [requests: number, silent: boolean])[]): string {
    const port = new Port(99);
    for (const [requests, silent] of met) port.met(requests, silent);
    return port.congestion.queueOf([0]);
  }

  it('is the request queue when a SYN is answered only once a request has gone', () => {
    expect(queue([5, true], [4, false])).toBe('syn-queue-full');
    expect(queue([5, true], [5, true], [4, false], [5, true], [3, false])).toBe('syn-queue-full');
  });

  it('is the accept queue when a SYN is answered with as many open', () => {
    expect(queue([5, true], [5, false])).toBe('accept-queue-overflow');
    expect(queue([5, true], [6, false])).toBe('accept-queue-overflow');
  });

  it('is the request queue when more than three in ten went that way', () => {
    const tenRecoveries = (gone: number): (readonly [number, boolean])[] =>
      Array.from({ length: 10 }, (_, i) => [[5, true] as const, [i < gone ? 4 : 5, false] as const]).flat();
    expect(queue(...tenRecoveries(3))).toBe('accept-queue-overflow');
    expect(queue(...tenRecoveries(4))).toBe('syn-queue-full');
  });

  it('is taken for the request queue where nothing was answered in between, nor silent', () => {
    expect([queue([5, true]), queue([5, false]), queue([5, false], [5, true])]).toEqual([
      'syn-queue-full',
      'syn-queue-full',
      'syn-queue-full',
    ]);
  });

  it('looks at the first answer after silence alone, and at SYNs with requests open', () => {
    expect(queue([5, true], [4, false], [5, false], [5, false])).toBe('syn-queue-full');
    expect(queue([5, true], [0, false], [5, false])).toBe('accept-queue-overflow');
  });

  it('sums up the listeners that are asked for', () => {
    const port = new Port(99, 99);
    for (const [listener, requests] of [
      [0, 4],
      [1, 5],
      [1, 5],
      [1, 5],
    ] as const) {
      port.met(5, true, listener);
      port.met(requests, false, listener);
    }
    const { congestion } = port;
    expect([[0], [1], [0, 1], []].map((listeners) => congestion.queueOf(listeners))).toEqual([
      'syn-queue-full',
      'accept-queue-overflow',
      'accept-queue-overflow',
      'syn-queue-full',
    ]);
  });

  it('shows how many requests were open, in the mean', () => {
    const port = new Port(99, 99, 99);
    port.met(8, true);
    port.met(6, true);
    port.met(3, false);
    port.met(4, false, 1);
    port.met(5, true, 2);
    const { congestion } = port;
    expect([[0], [1], [2], [0, 1, 2], []].map((listeners) => congestion.requestsOpen(listeners))).toEqual([
      { whenSilent: 7, whenAnswered: 3 },
      null,
      { whenSilent: 5, whenAnswered: null },
      { whenSilent: 19 / 3, whenAnswered: 3.5 },
      null,
    ]);
  });

  it('is known of listeners far beyond the first', () => {
    const port = new Port(99);
    port.met(5, true, 900);
    port.met(5, false, 900);
    expect(port.congestion.queueOf([900])).toBe('accept-queue-overflow');
    expect(port.congestion.queueOf([899, 5000])).toBe('syn-queue-full');
  });
});
