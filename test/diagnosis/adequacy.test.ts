/** What limits the answer: each finding at the border from which on it is worth a word. */
import { describe, expect, it } from 'vitest';
import type { ReadingFacts } from '../../src/diagnosis/adequacy.ts';
import {
  ADEQUACY_LIMITS,
  adequacyFindings,
  hasReplies,
  isHandshakesOnly,
  isOneWay,
  isTimeless,
} from '../../src/diagnosis/adequacy.ts';
import type { TrackingTotals } from '../../src/tracking/events.ts';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import { TrackingState } from '../../src/tracking/state.ts';

/** Two minutes of whole connections: nothing limits what they tell. */
const WHOLE: Partial<TrackingTotals> = {
  segments: 1000,
  syns: 100,
  synAcks: 90,
  answered: 90,
  silent: 10,
  fins: 150,
  others: 700,
  fromTargets: 400,
  fromPeers: 400,
  withTsval: 990,
};
const READ: ReadingFacts = {
  damaged: 0,
  gaps: { count: 0, longestSeconds: 0 },
  snaplen: 65_535,
  partial: null,
};

function stateOf(totals: Partial<TrackingTotals>, seconds = 120): TrackingState {
  const state = new TrackingState(1, TRACKING_LIMITS);
  Object.assign(state.totals, WHOLE, totals);
  state.firstTime = 1000;
  state.now = 1000 + seconds;
  return state;
}

function findings(
  totals: Partial<TrackingTotals>,
  reading: Partial<ReadingFacts> = {},
  seconds = 120,
): readonly object[] {
  return adequacyFindings(stateOf(totals, seconds), { ...READ, ...reading });
}

const NO_REPLIES = { synAcks: 0, answered: 0, fromTargets: 0 };

describe('adequacyFindings', () => {
  it.each<[string, Partial<TrackingTotals>, readonly object[]]>([
    ['whole connections', {}, []],
    ['no SYN', { syns: 0 }, [{ code: 'no-syn' }]],
    ['no SYN and no FIN: the one says it all', { syns: 0, fins: 0 }, [{ code: 'no-syn' }]],
    ['no FIN', { fins: 0 }, [{ code: 'no-fin' }]],
    ['SYNs and SYN-ACKs alone', { fins: 0, others: 0 }, [{ code: 'syn-only' }]],
    ['a single other segment', { fins: 0, others: 1 }, [{ code: 'no-fin' }]],
    [
      'handshakes that go on, and no reply to any',
      { ...NO_REPLIES, oneWayHandshakes: 80 },
      [{ code: 'one-way', segments: 1000, silentSide: 'target' }],
    ],
    [
      'one reply among them',
      { ...NO_REPLIES, synAcks: 1, oneWayHandshakes: 80 },
      [{ code: 'records-lost', records: 80 }],
    ],
    [
      'one segment of a target among them',
      { ...NO_REPLIES, fromTargets: 1, oneWayHandshakes: 3 },
      [{ code: 'records-lost', records: 3 }],
    ],
    ['no reply, and no handshake that goes on', NO_REPLIES, []],
    ['a handshake without its SYN-ACK', { oneWayHandshakes: 1 }, [{ code: 'records-lost', records: 1 }]],
    ['options cut from one segment in a hundred', { optionsCut: 10, withTsval: 0 }, []],
    [
      'options cut from a few more',
      { optionsCut: 11, withTsval: 0 },
      [{ code: 'snaplen-cuts-timestamps', segments: 11, snaplen: 65_535 }],
    ],
    ['options cut, and some timestamps left', { optionsCut: 500, withTsval: 1 }, []],
    ['SYNs settled early', { settledEarly: 2 }, [{ code: 'state-evicted', entries: 2 }]],
    ['a packet without a time', { untimed: 1 }, [{ code: 'untimed', packets: 1 }]],
    ['time goes back by half a second', { stepsBackInTime: 9, largestStepBackInTime: 0.5 }, []],
    [
      'time goes back by more',
      { stepsBackInTime: 9, largestStepBackInTime: 0.6 },
      [{ code: 'time-steps-back', count: 9, largestSeconds: 0.6 }],
    ],
    ['a segment seen twice', { duplicates: 1 }, [{ code: 'duplicates-folded', segments: 1 }]],
  ])('%s', (_, totals, expected) => {
    expect(findings(totals)).toEqual(expected);
  });

  it('calls a capture short that lasts less than a stamp counts', () => {
    expect(findings({}, {}, 60)).toEqual([]);
    expect(findings({}, {}, 59.5)).toEqual([{ code: 'short', seconds: 59.5 }]);
    expect(findings({ syns: 0 }, {}, 3)).toEqual([{ code: 'no-syn' }]);
  });

  it('names what the reading lost, and where it was stopped', () => {
    expect(findings({}, { damaged: 1 })).toEqual([{ code: 'damaged', problems: 1 }]);
    expect(findings({}, { partial: 'seconds' })).toEqual([{ code: 'partial', limit: 'seconds' }]);
    expect(findings({ optionsCut: 600, withTsval: 0 }, { snaplen: null })).toEqual([
      { code: 'snaplen-cuts-timestamps', segments: 600, snaplen: null },
    ]);
  });

  it('counts what every table had to forget', () => {
    const state = stateOf({ settledEarly: 1 });
    state.connections.evicted = 10;
    state.pairs.evicted = 100;
    state.targets.evicted = 1000;
    state.listeners.evicted = 10_000;
    expect(adequacyFindings(state, READ, 100_000)).toEqual([{ code: 'state-evicted', entries: 111_111 }]);
  });

  it('keeps back the strongest grade for these findings, and for no others', () => {
    expect(ADEQUACY_LIMITS).toEqual({
      'syn-only': 'probable',
      damaged: 'probable',
      'records-lost': 'probable',
      'not-at-target': 'probable',
    });
  });
});

describe('replies', () => {
  const nothing = { synAcks: 0, fromTargets: 0, refused: 0, challenged: 0 };
  it.each(['synAcks', 'fromTargets', 'refused', 'challenged'] as const)(
    'are there with one of %s',
    (field) => {
      expect(hasReplies(stateOf(nothing))).toBe(false);
      expect(hasReplies(stateOf({ ...nothing, [field]: 1 }))).toBe(true);
    },
  );

  it('are missing where handshakes go on and no target is heard', () => {
    const oneWay = { ...NO_REPLIES, oneWayHandshakes: 1 };
    expect(isOneWay(stateOf(oneWay))).toBe(true);
    for (const totals of [{ syns: 0 }, { synAcks: 1 }, { fromTargets: 1 }, { oneWayHandshakes: 0 }]) {
      expect(isOneWay(stateOf({ ...oneWay, ...totals }))).toBe(false);
    }
  });

  it('are all there is when a capture was filtered for handshakes', () => {
    expect(isHandshakesOnly(stateOf({ others: 0 }))).toBe(true);
    expect(isHandshakesOnly(stateOf({ others: 1 }))).toBe(false);
    expect(isHandshakesOnly(stateOf({ others: 0, syns: 0 }))).toBe(false);
  });
});

describe('the seconds of a capture', () => {
  it('are the span of the times, and 0 when there are none', () => {
    expect(stateOf({}, 2.5).seconds).toBe(2.5);
    expect(new TrackingState(1, TRACKING_LIMITS).seconds).toBe(0);
  });
});

describe('isTimeless', () => {
  it('is times that do not move, or go back by as long as a stamp counts', () => {
    const timeless = (totals: Partial<TrackingTotals>, seconds = 120): boolean =>
      isTimeless(adequacyFindings(stateOf(totals, seconds), READ));
    const back = (largest: number): Partial<TrackingTotals> => ({
      stepsBackInTime: 1,
      largestStepBackInTime: largest,
    });
    expect([timeless({}), timeless({}, 30), timeless({}, 0)]).toEqual([false, false, true]);
    expect([timeless(back(59)), timeless(back(60)), timeless({ fins: 0 })]).toEqual([false, true, false]);
    expect(isTimeless([{ code: 'gaps', count: 1, longestSeconds: 90 }])).toBe(false);
  });

  it('says where nothing was captured for a while', () => {
    expect(findings({}, { gaps: { count: 2, longestSeconds: 30 } })).toEqual([
      { code: 'gaps', count: 2, longestSeconds: 30 },
    ]);
  });
});
