/** Why a SYN packet got no SYN-ACK, told from its row and the verdict on its target: the order in which causes win. */
import { describe, expect, it } from 'vitest';
import type { RowFacts, RowVerdict } from '../../src/diagnosis/causes.ts';
import { causeOf, NO_ROW_VERDICT, shownAnswer, shownFate } from '../../src/diagnosis/causes.ts';
import { clockKey } from '../../src/diagnosis/clock-shares.ts';
import type { Cause } from '../../src/diagnosis/codes.ts';
import {
  CLASS_ASSUMED_REJECT,
  CLASS_CONTESTED,
  CLASS_EARLY,
  CLASS_SEEMS_SILENT,
  CLASS_STUCK,
  CLASS_TIME_WAIT_SILENT,
  CLASS_UNSERVED,
} from '../../src/diagnosis/row-class.ts';
import {
  FATE_PASS,
  FATE_POSSIBLE,
  FATE_REJECT,
  FATE_UNKNOWN,
  packTimeWait,
  TIME_WAIT_ACKNOWLEDGES,
} from '../../src/kernel/fate.ts';
import { ANSWERED, CHALLENGED, REFUSED, SILENT, UNKNOWN } from '../../src/tracking/answer.ts';
import {
  SYN_ANSWER_NOT_CAPTURED,
  SYN_DUPLICATE,
  SYN_HAS_TSVAL,
  SYN_ON_LIVE,
  SYN_REPLY_LOST,
} from '../../src/tracking/syn-ring.ts';

/** A SYN that met silence, of which nothing else is known. */
const SILENCE: RowFacts = {
  serial: 100,
  answer: SILENT,
  flags: SYN_HAS_TSVAL,
  fates: FATE_PASS,
  marks: 0,
  pair: 3,
  clock: 1,
};
const ACCUSED: Partial<RowVerdict> = { accused: true };
/** Fates under two variants of the kernel: passed by the first, rejected by the second. */
const BY_SECOND_VARIANT = FATE_PASS | (FATE_REJECT << 2);

function cause(row: Partial<RowFacts>, verdict: Partial<RowVerdict> = {}): Cause | null {
  return causeOf({ ...SILENCE, ...row }, { ...NO_ROW_VERDICT, ...verdict });
}

describe('causeOf', () => {
  it.each<[string, Partial<RowFacts>, Partial<RowVerdict>, Cause | null]>([
    ['silence that nothing explains', {}, {}, 'unexplained'],
    ['an answered SYN has none', { answer: ANSWERED }, {}, null],
    ['whatever was predicted', { answer: ANSWERED, fates: FATE_REJECT }, ACCUSED, null],
    [
      'answered, and the answer lost on its way',
      { answer: ANSWERED, flags: SYN_REPLY_LOST },
      {},
      'reply-lost',
    ],
    ['a second sighting is not judged', { flags: SYN_DUPLICATE, fates: FATE_REJECT }, ACCUSED, null],
    ['nor is that of a refused SYN', { answer: REFUSED, flags: SYN_DUPLICATE }, {}, null],
    ['a RST', { answer: REFUSED }, {}, 'port-closed'],
    [
      'a RST, though rejection was predicted',
      { answer: REFUSED, fates: FATE_REJECT },
      ACCUSED,
      'port-closed',
    ],
    ['a bare ACK of TIME-WAIT', { answer: CHALLENGED }, {}, 'time-wait-reject'],
    ['a bare ACK of a live connection', { answer: CHALLENGED, flags: SYN_ON_LIVE }, {}, 'tuple-collision'],
    [
      'served by a SYN-ACK that was not captured',
      { flags: SYN_ANSWER_NOT_CAPTURED, fates: FATE_REJECT },
      ACCUSED,
      null,
    ],
    ['a capture without replies knows of no silence', {}, { replies: false }, null],
    ['not even of a predicted one', { fates: FATE_REJECT }, { accused: true, replies: false }, null],
    [
      'TIME-WAIT that said nothing for its rate limit',
      { marks: CLASS_TIME_WAIT_SILENT },
      {},
      'time-wait-reject',
    ],
    [
      'which is not the check, though predicted',
      { marks: CLASS_TIME_WAIT_SILENT, fates: FATE_REJECT },
      ACCUSED,
      'time-wait-reject',
    ],
    ['of which an open end tells nothing', { marks: CLASS_TIME_WAIT_SILENT, answer: UNKNOWN }, {}, null],
    ['predicted, and the target is accused', { fates: FATE_REJECT }, ACCUSED, 'tw-recycle-reject'],
    ['predicted, and it is not', { fates: FATE_REJECT }, {}, 'unexplained'],
    [
      'predicted before the capture ended',
      { fates: FATE_REJECT, answer: UNKNOWN },
      ACCUSED,
      'tw-recycle-reject',
    ],
    ['possible', { fates: FATE_POSSIBLE }, ACCUSED, 'tw-recycle-reject'],
    ['possible, with the end open', { fates: FATE_POSSIBLE, answer: UNKNOWN }, ACCUSED, null],
    ['let pass by the model', { fates: FATE_PASS }, ACCUSED, 'unexplained'],
    [
      'predicted by another variant than that of the verdict',
      { fates: BY_SECOND_VARIANT },
      ACCUSED,
      'unexplained',
    ],
    [
      'predicted by the variant of the verdict',
      { fates: BY_SECOND_VARIANT },
      { accused: true, variant: 1 },
      'tw-recycle-reject',
    ],
    ['contested by a full queue', { fates: FATE_REJECT, marks: CLASS_CONTESTED }, ACCUSED, 'syn-queue-full'],
    [
      'contested, and the queue is known',
      { fates: FATE_REJECT, marks: CLASS_CONTESTED },
      { accused: true, queue: 'accept-queue-overflow' },
      'accept-queue-overflow',
    ],
    [
      'contested, with the end open',
      { fates: FATE_REJECT, marks: CLASS_CONTESTED, answer: UNKNOWN },
      ACCUSED,
      null,
    ],
    ['let pass at a stuck listener', { marks: CLASS_STUCK }, ACCUSED, 'syn-queue-full'],
    [
      'rejected, but at a port that serves nobody',
      { fates: FATE_REJECT, marks: CLASS_UNSERVED },
      ACCUSED,
      'unexplained',
    ],
    [
      'predicted near a stuck listener, uncontested',
      { fates: FATE_REJECT, marks: CLASS_STUCK },
      ACCUSED,
      'tw-recycle-reject',
    ],
    [
      'at a stuck listener, of a peer that was never served',
      { marks: CLASS_STUCK },
      { filteredPairs: new Map([[3, 0]]) },
      'syn-queue-full',
    ],
    ['sent to a live 4-tuple', { flags: SYN_ON_LIVE }, {}, 'tuple-collision'],
    [
      'sent to a live 4-tuple, at a stuck listener',
      { flags: SYN_ON_LIVE, marks: CLASS_STUCK },
      {},
      'tuple-collision',
    ],
    ['of a peer that was never served', {}, { filteredPairs: new Map([[3, 100]]) }, 'source-filtered'],
    ['of one that was forgotten before it', {}, { filteredPairs: new Map([[3, 101]]) }, 'unexplained'],
    ['of another peer', {}, { filteredPairs: new Map([[4, 0]]) }, 'unexplained'],
    ['of any peer, filtered at random', {}, { restCause: 'source-filtered' }, 'source-filtered'],
    ['with the end open', { answer: UNKNOWN }, {}, null],
  ])('%s', (_, row, verdict, expected) => {
    expect(cause(row, verdict)).toBe(expected);
  });

  describe('in the first minute', () => {
    const starved: Partial<RowVerdict> = { accused: true, starvedClocks: new Map([[clockKey(3, 1), 100]]) };
    const early: Partial<RowFacts> = { fates: FATE_UNKNOWN, marks: CLASS_EARLY };
    it.each<[string, Partial<RowFacts>, Partial<RowVerdict>, Cause]>([
      [
        'puts the silence of a clock that starves later down to the check',
        early,
        starved,
        'tw-recycle-reject',
      ],
      ['not that of a peer that was forgotten before it', { ...early, serial: 99 }, starved, 'unexplained'],
      ['not that of another clock', { ...early, clock: 2 }, starved, 'unexplained'],
      ['not that of the same clock of another peer', { ...early, pair: 4 }, starved, 'unexplained'],
      ['not where the queue may have been full', { fates: FATE_UNKNOWN }, starved, 'unexplained'],
      ['not where the model lets it pass', { ...early, fates: FATE_PASS }, starved, 'unexplained'],
      ['not where nobody is accused', early, { ...starved, accused: false }, 'unexplained'],
    ])('%s', (_, row, verdict, expected) => {
      expect(cause(row, verdict)).toBe(expected);
    });
  });

  describe('in a capture of SYNs alone', () => {
    const assumed: Partial<RowVerdict> = { accused: true, assumed: true };
    const sentAgain: Partial<RowFacts> = { marks: CLASS_SEEMS_SILENT | CLASS_ASSUMED_REJECT };
    it.each<[string, Partial<RowFacts>, Partial<RowVerdict>, Cause | null]>([
      ['takes the assumed stamp for what rejected a SYN', sentAgain, assumed, 'tw-recycle-reject'],
      ['also without replies', sentAgain, { ...assumed, replies: false }, 'tw-recycle-reject'],
      ['not where nobody is accused', sentAgain, { assumed: true }, 'unexplained'],
      ['not where no stamp was ahead', { marks: CLASS_SEEMS_SILENT }, assumed, 'unexplained'],
      ['says nothing of a SYN that may have been served', { marks: 0 }, assumed, null],
      ['not even of one behind the stamp', { marks: CLASS_ASSUMED_REJECT }, assumed, null],
      ['nor of one whose end is open', { ...sentAgain, answer: UNKNOWN }, assumed, null],
      ['does not ask the model', { ...sentAgain, fates: FATE_PASS }, assumed, 'tw-recycle-reject'],
    ])('%s', (_, row, verdict, expected) => {
      expect(cause(row, verdict)).toBe(expected);
    });
  });
});

describe('shownFate', () => {
  const shown = (fates: number, marks: number, verdict: Partial<RowVerdict> = {}): number =>
    shownFate(fates, marks, { ...NO_ROW_VERDICT, ...verdict });

  it('is that of the variant of the verdict, whatever TIME-WAIT says in the same word', () => {
    const fates = BY_SECOND_VARIANT | packTimeWait(TIME_WAIT_ACKNOWLEDGES);
    expect([shown(fates, 0), shown(fates, 0, { variant: 1 })]).toEqual([FATE_PASS, FATE_REJECT]);
  });

  it.each([
    ['contested', CLASS_CONTESTED],
    ['at a stuck listener', CLASS_STUCK],
  ])('claims no certain rejection of a SYN %s, for a full queue drops it first', (_, marks) => {
    expect([FATE_UNKNOWN, FATE_PASS, FATE_POSSIBLE, FATE_REJECT].map((fate) => shown(fate, marks))).toEqual([
      FATE_UNKNOWN,
      FATE_PASS,
      FATE_POSSIBLE,
      FATE_POSSIBLE,
    ]);
    expect(shown(FATE_REJECT, CLASS_EARLY)).toBe(FATE_REJECT);
  });

  it('is possible at best where stamps are assumed', () => {
    const assumed = { assumed: true };
    expect(shown(FATE_REJECT, CLASS_ASSUMED_REJECT, assumed)).toBe(FATE_POSSIBLE);
    expect(shown(FATE_REJECT, CLASS_SEEMS_SILENT, assumed)).toBe(FATE_UNKNOWN);
  });
});

describe('shownAnswer', () => {
  it('calls nothing silent in a capture that holds no replies', () => {
    const replies = { ...NO_ROW_VERDICT, replies: true };
    const none = { ...NO_ROW_VERDICT, replies: false };
    expect([SILENT, ANSWERED, REFUSED].map((answer) => shownAnswer(answer, replies))).toEqual([
      SILENT,
      ANSWERED,
      REFUSED,
    ]);
    expect([SILENT, ANSWERED, REFUSED].map((answer) => shownAnswer(answer, none))).toEqual([
      UNKNOWN,
      ANSWERED,
      REFUSED,
    ]);
  });
});
