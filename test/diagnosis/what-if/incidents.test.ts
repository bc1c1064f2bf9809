/** What-if on a few packets: from the log of what happened to the scenarios of the report. */
import { describe, expect, it } from 'vitest';
import { EventLog, KIND_SYN, KIND_TAKEN_BACK, KIND_WRITE, LOG } from '../../../src/diagnosis/what-if/log.ts';
import type { Scenario, WhatIf } from '../../../src/diagnosis/what-if/result.ts';
import { kernelProfile } from '../../../src/kernel/profiles.ts';
import { ATTEMPT_CONNECTED, ATTEMPT_FROM_1, CONNECTION } from '../../../src/tracking/connections.ts';
import { TRACKING_LIMITS } from '../../../src/tracking/limits.ts';
import { TrackingState } from '../../../src/tracking/state.ts';
import { ROW, ROW_TIME, SYN_DUPLICATE } from '../../../src/tracking/syn-ring.ts';
import type { AnalyzerSettings } from '../../../src/api/analyzer.ts';
import type { End, Sent } from '../../tracking/wire.ts';
import { Talk } from '../../tracking/wire.ts';
import { Recorded } from '../judged.ts';
import { high, Incident, low } from '../talks.ts';

/** Two clocks behind a host, every four seconds: `high` is served and closed by the target, `low` tries twice in vain. */
function pods(count: number, host = 1, to: End = '200:80', from = 100, incident = new Incident()): Incident {
  for (let i = 0; i < count; i += 1) {
    incident.served(from + i * 4, high(from + i * 4), host, to);
    incident.silent(from + 0.5 + i * 4, low(from + 0.5 + i * 4), [1], host, to);
  }
  return incident;
}

function replayed(incident: Incident, settings: Partial<AnalyzerSettings> = {}): WhatIf {
  const { whatIf } = incident.until(400).judge({ whatIf: true, ...settings }).report;
  if (whatIf === null) throw new Error('not replayed');
  return whatIf;
}

/** Numbers of a scenario: SYNs rejected; lost attempts rescued and still lost; served ones lost and undecided. */
function numbers({ rejectedSyns, rescued, stillLost, newlyLost, undecided }: Scenario): readonly number[] {
  return [rejectedSyns, rescued, stillLost, newlyLost, undecided];
}

function table({ scenarios }: WhatIf): Record<string, readonly number[]> {
  return Object.fromEntries(
    scenarios.map((one) => [
      [one.code, one.clock, one.kernel].filter((part) => part !== null).join(' '),
      numbers(one),
    ]),
  );
}

const RESCUED = (lost: number): readonly number[] => [0, lost, 0, 0, 0];

describe('two clocks behind one address', () => {
  const result = (): WhatIf => replayed(pods(13));

  it('are replayed under every rule', () => {
    const { scenarios: _, ...rest } = result();
    expect(rest).toEqual({
      lost: 13,
      rejectedSyns: 26,
      peer: '0.0.0.1',
      target: '0.0.0.200',
      unsupported: [],
      error: 0,
      complete: true,
    });
    expect(table(result())).toEqual({
      'recycle-off': RESCUED(13),
      'timestamps-off': RESCUED(13),
      'timestamps-off-at-clock A up-to-3.16': RESCUED(13),
      // Of the connects of A, that before the first close of B works.
      'timestamps-off-at-clock A from-3.17': [24, 13, 0, 12, 0],
      'timestamps-off-at-clock B up-to-3.16': RESCUED(13),
      'timestamps-off-at-clock B from-3.17': [26, 0, 13, 0, 0],
      'no-snat': RESCUED(13),
      'clients-close-first': RESCUED(13),
    });
  });

  it('are told apart from what each scenario assumes', () => {
    const assumed = Object.fromEntries(
      result().scenarios.map(({ code, clock, kernel, assumptions }) => [
        `${code} ${clock} ${kernel}`,
        assumptions.map((one) => one.code),
      ]),
    );
    const plain = ['connects-as-observed'];
    const closes = [...plain, 'closed-like-others'];
    expect(assumed).toEqual({
      'recycle-off null null': plain,
      'timestamps-off null null': plain,
      'timestamps-off-at-clock A up-to-3.16': closes,
      'timestamps-off-at-clock A from-3.17': [...closes, 'retries-like-others'],
      'timestamps-off-at-clock B up-to-3.16': plain,
      'timestamps-off-at-clock B from-3.17': plain,
      'no-snat null null': closes,
      'clients-close-first null null': plain,
    });
    const [, , , detailed] = result().scenarios;
    expect(detailed?.assumptions.slice(1)).toEqual([
      { code: 'closed-like-others', connections: 13, seconds: expect.closeTo(0.101, 6) },
      { code: 'retries-like-others', seconds: [1] },
    ]);
  });
});

describe('what else happens beside a rejection', () => {
  it.each<[string, number, (incident: Incident) => void]>([
    ['nothing', 0, () => undefined],
    ['silence that nobody explains', 2, (incident) => void incident.silent(180, high(180), [1])],
    ['a refusal', 0, (incident) => void incident.refused(180, high(180))],
    [
      'silence, then a refusal',
      0,
      (incident) => {
        const talk = incident.silent(180, high(180), [1]);
        talk.wire.send({
          at: 181.001,
          from: '200:80',
          to: talk.client,
          flags: 'RA',
          seq: 0,
          ack: talk.clientSeq,
        });
      },
    ],
    [
      'a handshake whose SYN-ACK was not captured',
      0,
      (incident) => {
        const talk = new Talk(incident, incident.from(1));
        talk.syn(180, high(180));
        talk.fromClient(180.002, 'A', high(180));
        talk.fromClient(180.01, 'A', high(180), { payload: 5 });
      },
    ],
    [
      'the bare ACK of TIME-WAIT',
      0,
      (incident) => {
        const talk = incident.servedFromClient(180, high(180), 5);
        const ack = talk.clientSeq;
        talk.clientSeq -= 900;
        talk.syn(181, low(181));
        talk.fromTarget(181.001, 'A', { ack });
      },
    ],
    [
      'silence of a target that is not accused',
      0,
      (incident) => void incident.silent(180, high(180), [1], 1, '201:80'),
    ],
    [
      'a SYN with FIN',
      1,
      (incident) => void incident.silent(180, low(180), [], 1, '200:80', { flags: 'SF' }),
    ],
  ])('changes nothing of the replay: %s', (_, silent, happens) => {
    const incident = pods(13);
    happens(incident);
    const result = replayed(incident);
    expect([result.lost, result.rejectedSyns, result.error]).toEqual([13, 26, 0]);
    expect(table(result)['recycle-off']).toEqual(RESCUED(13));
    const [first] = result.scenarios;
    expect(first?.assumptions).toEqual([
      { code: 'connects-as-observed' },
      ...(silent === 0 ? [] : [{ code: 'other-silence-stays', syns: silent }]),
    ]);
  });

  it('is a second sighting of each SYN, which counts once', () => {
    const incident = new Incident();
    const twice = (talk: Talk, at: number, ts: number, ipId: number): void => {
      for (const later of [0, 0.00001]) talk.syn(at + later, ts, { ipId });
    };
    for (let i = 0; i < 13; i += 1) {
      incident.served(100 + i * 4, high(100 + i * 4));
      const at = 100.5 + i * 4;
      const talk = new Talk(incident, incident.from(1));
      twice(talk, at, low(at), 20_000 + i);
      twice(talk, at + 1, low(at + 1), 30_000 + i);
    }
    const result = replayed(incident);
    expect([result.lost, result.rejectedSyns, result.error]).toEqual([13, 26, 0]);
    expect(result.scenarios[0]?.assumptions).toEqual([{ code: 'connects-as-observed' }]);
  });

  it('is a lost connect whose last SYN no stamp can have met', () => {
    const incident = pods(13);
    incident.silent(155, low(155), [1, 75]);
    const result = replayed(incident);
    expect([result.lost, result.rejectedSyns, result.error]).toEqual([14, 28, 0]);
    expect(result.scenarios[0]?.assumptions).toContainEqual({ code: 'other-silence-stays', syns: 1 });
  });

  it('is a SYN that was served although the check must have rejected it', () => {
    const incident = pods(40);
    incident.served(300, high(300));
    incident.servedFromClient(300.5, low(300.5));
    const result = replayed(incident);
    expect([result.lost, result.rejectedSyns, result.error]).toEqual([40, 80, 0]);
  });

  it('is a connect that works in the end, which is not lost', () => {
    const incident = pods(13);
    const late = incident.silent(155, low(155), [1, 3]);
    late.syn(225, low(225));
    late.synAck(225.001, low(225));
    const result = replayed(incident);
    expect([result.lost, result.rejectedSyns, result.error]).toEqual([13, 29, 0]);
  });
});

describe('three clocks behind one address', () => {
  it('leave the lowest lost when the highest is off: the one between them is stamped then', () => {
    const incident = new Incident();
    for (let i = 0; i < 13; i += 1) {
      const at = 100 + i * 4;
      incident.served(at, high(at));
      incident.silent(at + 0.5, 1_200_000_000 + at * 1000, [1]);
      incident.silent(at + 2, low(at + 2), [1]);
    }
    const result = replayed(incident);
    expect([result.lost, result.rejectedSyns, result.error]).toEqual([26, 52, 0]);
    expect(table(result)).toMatchObject({
      'timestamps-off-at-clock A up-to-3.16': [26, 13, 13, 0, 0],
      'timestamps-off-at-clock B up-to-3.16': [26, 13, 13, 0, 0],
      'timestamps-off-at-clock C up-to-3.16': [26, 13, 13, 0, 0],
      'no-snat': RESCUED(26),
    });
  });
});

describe('closes of the target', () => {
  /** A connect that the target closes so many seconds later; clocks of 100 Hz. */
  function closed(incident: Incident, at: number, after: number, base: number, to: End = '200:80'): void {
    const ts = (time: number): number => base + Math.round(time * 100);
    const talk = new Talk(incident, incident.from(1), to).open(at, ts(at));
    talk.fromTarget(at + after, 'FA');
    talk.fromClient(at + after + 0.001, 'FA', ts(at + after));
    talk.fromTarget(at + after + 0.002, 'A');
  }

  it('come as long after a rescued connect as after others, with what its clock shows then', () => {
    const incident = new Incident();
    for (let i = 0; i < 20; i += 1) {
      const at = 100 + i * 4;
      closed(incident, at, 10, 2_000_000_000);
      const loser = new Talk(incident, incident.from(1));
      if (i > 3) for (const after of [1, 2]) loser.syn(at + after, 500_000_000 + (at + after) * 100);
    }
    const result = replayed(incident);
    expect([result.lost, result.error]).toEqual([16, 0]);
    expect(table(result)['timestamps-off-at-clock A up-to-3.16']).toEqual(RESCUED(16));
    expect(table(result)['no-snat']).toEqual(RESCUED(16));
  });

  it('are told of by the listener with the shortest', () => {
    const seconds = (first: End, second: End): unknown => {
      const incident = pods(13);
      for (let i = 0; i < 3; i += 1) {
        closed(incident, 200 + i * 20, 9, 7, first);
        closed(incident, 204 + i * 20, 5, 8, second);
      }
      const [, , scenario] = replayed(incident).scenarios;
      return scenario?.assumptions.find(({ code }) => code === 'closed-like-others');
    };
    const expected = { code: 'closed-like-others', connections: 19, seconds: expect.closeTo(0.101, 6) };
    expect(seconds('200:70', '200:90')).toEqual(expected);
    const before = new Incident();
    closed(before, 90, 9, 7, '200:70');
    const [, , scenario] = replayed(pods(13, 1, '200:80', 100, before)).scenarios;
    expect(scenario?.assumptions[1]).toMatchObject({ seconds: expect.closeTo(0.101, 6) });
  });

  it('that are certain stop a client that goes without timestamps', () => {
    const incident = pods(13);
    incident.served(250, 1_200_000_000);
    incident.servedFromClient(252, high(252));
    const result = replayed(incident);
    expect([result.lost, result.error]).toEqual([13, 0]);
    expect(table(result)['timestamps-off-at-clock A from-3.17']).toEqual([26, 13, 0, 13, 0]);
  });
});

describe('a host', () => {
  it('is replayed alike whether its address is below that of the target or above', () => {
    const above = replayed(pods(13, 250));
    expect({ ...above, peer: '0.0.0.1' }).toEqual(replayed(pods(13)));
  });
});

describe('a stamp from before the capture', () => {
  it('stays in those scenarios alone that leave what was before as it was', () => {
    const incident = new Incident(100);
    for (let i = 0; i < 6; i += 1) incident.silent(101 + i, low(101 + i), [], 1);
    for (let i = 0; i < 14; i += 1) {
      incident.served(108 + i, high(108 + i));
      incident.silent(108.5 + i, low(108.5 + i));
    }
    const result = replayed(incident);
    expect([result.lost, result.rejectedSyns, result.error]).toEqual([20, 20, 0]);
    const kept = result.scenarios.filter(({ assumptions }) =>
      assumptions.some(({ code }) => code === 'stamps-from-before-stay'),
    );
    expect(new Set(kept.map(({ code }) => code))).toEqual(new Set(['timestamps-off-at-clock']));
    expect(kept).toHaveLength(4);
    expect(kept[0]?.assumptions).toContainEqual({ code: 'stamps-from-before-stay', syns: 6 });
    expect(table(result)).toMatchObject({
      'recycle-off': RESCUED(20),
      // A starves, and is what it is checked by no more; B is who wrote the stamps of the capture.
      'timestamps-off-at-clock A up-to-3.16': RESCUED(20),
      'timestamps-off-at-clock B up-to-3.16': [6, 14, 6, 0, 0],
      'no-snat': RESCUED(20),
    });
  });
});

describe('the peer whose clocks are switched off', () => {
  it('is the one with the most rejected SYNs, first of those with as many', () => {
    const named = (...counts: readonly [host: number, count: number][]): string | null => {
      const incident = new Incident();
      counts.forEach(([host, count], i) => pods(count, host, '200:80', 100 + i * 80, incident));
      return replayed(incident).peer;
    };
    expect(named([5, 12], [6, 14])).toBe('0.0.0.6');
    expect(named([5, 14], [6, 12])).toBe('0.0.0.5');
    expect(named([5, 13], [6, 13])).toBe('0.0.0.5');
  });

  it('has four of its clocks switched off at most, those with the most connects', () => {
    const incident = new Incident();
    for (let i = 0; i < 14; i += 1) {
      const at = 100 + i * 4;
      incident.served(at, high(at));
      for (const [clock, every] of [
        [1, 3],
        [2, 1],
        [3, 2],
        [4, 2],
        [5, 7],
      ] as const) {
        if (i % every === 0) incident.silent(at + 0.3 + clock / 10, 100_000_000 * clock + at * 1000, [1]);
      }
    }
    const result = replayed(incident);
    const clocks = result.scenarios.flatMap(({ clock }) => clock ?? []);
    expect(clocks).toHaveLength(8);
    // A is served; C connects each time, D and E every other time, B every third.
    expect(new Set(clocks)).toEqual(new Set(['A', 'C', 'D', 'E']));
    expect(clocks.slice(0, 2)).toEqual(['A', 'A']);
  });

  it('is at the target that is accused, whatever happens at another', () => {
    const incident = pods(13, 3, '202:80');
    for (let i = 0; i < 20; i += 1) incident.served(100.2 + i, high(100 + i), 4, '201:80');
    const result = replayed(incident);
    expect([result.peer, result.target, result.lost]).toEqual(['0.0.0.3', '0.0.0.202', 13]);
  });
});

describe('what cannot be replayed', () => {
  it('is a capture that accuses nobody', () => {
    const incident = new Incident();
    incident.served(100, high(100));
    expect(incident.until(200).judge({ whatIf: true }).report.whatIf).toBeNull();
  });

  it('is clocks of which too little is known', () => {
    // Each of the rejected connects comes from a clock of its own.
    const incident = new Incident();
    [5, 7, 9].forEach((far, i) => {
      incident.served(100 + i, high(100 + i));
      incident.silent(100.5 + i, far * 100_000_000);
    });
    const result = replayed(incident);
    expect([result.lost, result.peer, result.target]).toEqual([3, null, null]);
    expect(result.unsupported).toEqual([
      { code: 'timestamps-off-at-clock', because: 'clocks-unknown' },
      { code: 'no-snat', because: 'clocks-unknown' },
    ]);
    expect(table(result)).toEqual({
      'recycle-off': RESCUED(3),
      'timestamps-off': RESCUED(3),
      'clients-close-first': RESCUED(3),
    });
  });

  it('is SYNs without timestamps by clock: all others are', () => {
    const incident = pods(13);
    for (let i = 0; i < 3; i += 1) incident.silent(152 + i, undefined, [], 1);
    const result = replayed(incident);
    expect([result.lost, result.rejectedSyns, result.error]).toEqual([16, 29, 0]);
    expect(table(result)).toMatchObject({
      'recycle-off': RESCUED(16),
      'timestamps-off-at-clock A from-3.17': expect.anything(),
      'no-snat': expect.anything(),
    });
  });
});

describe('the kernel', () => {
  it('that remembers by peer alone stops SYNs to all addresses of the host, in the replay too', () => {
    const incident = new Incident();
    for (let i = 0; i < 13; i += 1) {
      incident.served(100 + i * 4, high(100 + i * 4));
      incident.silent(100.5 + i * 4, low(100.5 + i * 4), [1], 1, '201:80');
    }
    const result = replayed(incident, { profile: kernelProfile('3.2') });
    expect([result.lost, result.rejectedSyns, result.error]).toEqual([13, 26, 0]);
    expect(table(result)['recycle-off']).toEqual(RESCUED(13));
  });
});

describe('hosts of IPv6', () => {
  class Six extends Recorded {
    override send(sent: Sent): number {
      return super.send({ ...sent, family: 6 });
    }
  }

  it('are replayed as those of IPv4', () => {
    const six = new Six();
    const four = new Recorded();
    for (const capture of [six, four]) {
      new Talk(capture, '9:1').syn(0, 1);
      for (let i = 0; i < 13; i += 1) {
        const at = 100 + i * 4;
        const winner = new Talk(capture, `1:${40_000 + i}`).open(at, high(at));
        winner.fromTarget(at + 0.1, 'FA');
        winner.fromClient(at + 0.101, 'FA', high(at) + 100);
        winner.fromTarget(at + 0.102, 'A');
        const loser = new Talk(capture, `1:${50_000 + i}`);
        for (const after of [0.5, 1.5]) loser.syn(at + after, low(at + after));
      }
      new Talk(capture, '9:2').syn(400, 1);
    }
    const [ofSix, ofFour] = [six, four].map((capture) => capture.judge({ whatIf: true }).report.whatIf);
    expect(ofFour?.lost).toBe(13);
    expect({ ...ofSix, peer: ofFour?.peer, target: ofFour?.target }).toEqual(ofFour);
  });
});

describe('the log', () => {
  /** A SYN of attempt `serial + 1` that arrived at `serial` seconds from a host of its own. */
  function syn(state: TrackingState): number {
    const { ring } = state;
    const serial = ring.head;
    ring.head += 1;
    const at = ring.row(serial);
    for (const [field, value] of [
      [ROW.family, 4],
      [ROW.src + 3, 1000 + serial],
      [ROW.dst + 3, 200],
      [ROW.attempt, serial + 1],
      [ROW.tsval, serial * 10],
      [ROW.answer, 3],
      [ROW.clock, 2],
    ] as const)
      ring.words[at + field] = value;
    ring.times[ring.rowTimes(serial) + ROW_TIME.arrived] = serial;
    return serial;
  }

  it('holds every row, however many there come to be, until its ceiling', () => {
    const state = new TrackingState(1, TRACKING_LIMITS);
    const log = new EventLog(state, 1, 600);
    const serials: number[] = [];
    for (let i = 0; i < 600; i += 1) {
      serials.push(syn(state));
      log.syn(i);
    }
    expect([log.length, log.complete]).toEqual([600, true]);
    for (const serial of serials) log.settled(serial);
    const rows = serials.map((row) => [
      log.word(row, LOG.kind),
      log.word(row, LOG.serial),
      log.word(row, LOG.attempt),
      log.word(row, LOG.tsval),
      log.word(row, LOG.answer),
      log.word(row, LOG.clock),
      log.time(row),
    ]);
    expect(rows).toEqual(serials.map((n) => [KIND_SYN, n, n + 1, n * 10, 3, 2, n]));
    // One target and peer each.
    expect(
      new Set(serials.flatMap((row) => [log.word(row, LOG.pairKey), log.word(row, LOG.peerKey)])).size,
    ).toBe(1200);
    log.syn(syn(state));
    expect([log.length, log.complete]).toEqual([600, false]);
  });

  it('knows a stamp by the addresses of the SYNs that it will meet, and its attempt where it is of one', () => {
    const MAPPED = 0xffff;
    for (const [client, side] of [
      [7, 1],
      [300, 0],
    ] as const) {
      const state = new TrackingState(1, TRACKING_LIMITS);
      const log = new EventLog(state, 1);
      const serial = syn(state);
      state.ring.words[state.ring.row(serial) + ROW.src + 3] = client;
      log.syn(serial);
      const { connections } = state;
      const row = connections.table.rowAt(0);
      // The lower address first: the target, 200, is on `side`.
      connections.words.set([0, 0, MAPPED, Math.min(client, 200), 0, 0, MAPPED, Math.max(client, 200)], row);
      connections.set(0, CONNECTION.attempt, 77);
      const from = side === 0 ? ATTEMPT_FROM_1 : 0;
      const write = (flags: number, by: number, sure: boolean): readonly number[] => {
        connections.set(0, CONNECTION.flags, flags);
        log.stampWritten(0, by, sure, -5, 90, 100);
        const at = log.length - 1;
        expect([log.word(at, LOG.kind), log.word(at, LOG.tsval), log.tsvalTime(at), log.time(at)]).toEqual([
          KIND_WRITE,
          -5,
          90,
          100,
        ]);
        const same = (field: number): number => (log.word(at, field) === log.word(0, field) ? 1 : 0);
        return [same(LOG.pairKey), same(LOG.peerKey), log.word(at, LOG.attempt), log.word(at, LOG.sure)];
      };
      expect(write(ATTEMPT_CONNECTED | from, side, true)).toEqual([1, 1, 77, 1]);
      // Not connected yet: it is of a connection before.
      expect(write(from, side, false)).toEqual([1, 1, 0, 0]);
      // The client remembers the target.
      expect(write(ATTEMPT_CONNECTED | from, 1 - side, true)).toEqual([0, 0, 0, 1]);
      // The attempt went the other way.
      expect(write(ATTEMPT_CONNECTED | (ATTEMPT_FROM_1 - from), side, true)).toEqual([1, 1, 0, 1]);
      expect(log.word(0, LOG.kind)).toBe(KIND_SYN);
      expect(log.word(0, LOG.pairKey)).not.toBe(log.word(0, LOG.peerKey));
    }
  });

  it('takes back a SYN that turns out to be a sighting of another, and passes over writes', () => {
    const state = new TrackingState(1, TRACKING_LIMITS);
    const log = new EventLog(state, 1);
    const [first, second] = [syn(state), syn(state)];
    log.syn(first);
    log.stampWritten(0, 1, true, 1, 1, 1);
    log.syn(second);
    state.ring.words[state.ring.row(second) + ROW.flags] = SYN_DUPLICATE;
    log.settled(first);
    log.settled(second);
    expect([0, 1, 2].map((row) => log.word(row, LOG.kind))).toEqual([KIND_SYN, KIND_WRITE, KIND_TAKEN_BACK]);
    expect(log.word(2, LOG.answer)).toBe(3);
  });

  it('leaves what it does not hold alone when that is settled', () => {
    const state = new TrackingState(1, TRACKING_LIMITS);
    const log = new EventLog(state, 1);
    const [unknown, known] = [syn(state), syn(state)];
    log.syn(known);
    log.settled(unknown);
    expect(log.word(0, LOG.answer)).toBe(0);
    log.settled(known);
    log.settled(syn(state));
    expect([log.word(0, LOG.answer), log.length]).toEqual([3, 1]);
    expect(log.word(0, LOG.kind)).not.toBe(KIND_WRITE);
  });
});
