import { describe, expect, it } from 'vitest';
import type { Grade } from '../../src/diagnosis/codes.ts';
import type { GradeFacts } from '../../src/diagnosis/grades.ts';
import { accuses, capped, GRADE_RULES, gradeOf } from '../../src/diagnosis/grades.ts';

/** A hundred SYNs to a target that answers, twenty of them silent as predicted: as clear as it gets. */
const CLEAR: GradeFacts = {
  syns: 100,
  predicted: 20,
  predictedAttempts: 20,
  possible: 0,
  contradicted: 0,
  contradictedStamps: 2,
  unpredicted: 0,
  silent: 20,
  pValue: 1e-20,
  twoWay: true,
  kernelHasCheck: true,
  damaged: false,
  timeless: false,
  assumed: false,
};

function grade(change: Partial<GradeFacts>): Grade {
  return gradeOf({ ...CLEAR, ...change });
}

describe('gradeOf', () => {
  it.each<[string, Partial<GradeFacts>, Grade]>([
    ['all predicted and silent', {}, 'confirmed'],
    ['ten of them', { predicted: 10, silent: 10 }, 'confirmed'],
    ['of five connects', { predictedAttempts: 5 }, 'confirmed'],
    ['of four connects', { predictedAttempts: 4 }, 'probable'],
    ['nine of them', { predicted: 9, silent: 9 }, 'probable'],
    ['chance at one in a million', { pValue: 1e-6 }, 'confirmed'],
    ['chance above it', { pValue: 1.1e-6 }, 'probable'],
    ['others silent too, one in ten', { unpredicted: 2 }, 'confirmed'],
    ['others silent too, more', { unpredicted: 3 }, 'probable'],
    ['one of many predictions answered', { predicted: 99, contradicted: 1 }, 'probable'],
    ['one of fifty answered', { predicted: 49, contradicted: 1 }, 'probable'],
    ['one of forty-nine answered', { predicted: 48, contradicted: 1 }, 'possible'],
    ['one of twenty-one answered', { contradicted: 1 }, 'possible'],
    ['one of twenty-one doubtful ones answered', { predicted: 0, possible: 20, contradicted: 1 }, 'possible'],
    ['one of ten answered', { predicted: 9, contradicted: 1 }, 'possible'],
    ['one of nine answered', { predicted: 8, contradicted: 1 }, 'no-evidence'],
    ['one of ten answered, of assumed stamps', { assumed: true, predicted: 9, contradicted: 1 }, 'probable'],
    [
      'no prediction at all, whatever else is unlikely',
      { predicted: 0, possible: 0, pValue: 0.001 },
      'no-evidence',
    ],
    ['one, and a doubtful one', { predicted: 1, possible: 1, pValue: 0.05 }, 'possible'],
    ['by chance one in twenty', { pValue: 0.05 }, 'possible'],
    ['by chance more often', { pValue: 0.051 }, 'no-evidence'],
    ['two, and a doubtful one', { predicted: 2, possible: 1, pValue: 1e-3 }, 'probable'],
    ['by chance a little over one in a thousand', { pValue: 1.1e-3 }, 'possible'],
    ['three answered, two silent', { predicted: 2, contradicted: 3, pValue: 1 }, 'ruled-out'],
    [
      'the same in times that make no sense',
      { predicted: 2, contradicted: 3, pValue: 1, timeless: true },
      'no-evidence',
    ],
    ['three answered, three silent', { predicted: 3, contradicted: 3, pValue: 1 }, 'no-evidence'],
    ['one of twenty-one answered, records damaged', { contradicted: 1, damaged: true }, 'probable'],
    ['three, by chance one in a thousand', { predicted: 3, silent: 3, pValue: 1e-3 }, 'probable'],
    ['two', { predicted: 2, silent: 2, pValue: 1e-3 }, 'possible'],
    ['one', { predicted: 1, silent: 1, pValue: 0.05 }, 'possible'],
    ['one, as likely as not', { predicted: 1, silent: 1, pValue: 0.5 }, 'no-evidence'],
    ['only doubtful ones', { predicted: 0, possible: 20 }, 'probable'],
    ['a kernel without the check', { kernelHasCheck: false }, 'ruled-out'],
    ['no SYN', { syns: 0, predicted: 0, silent: 0, pValue: 1 }, 'cannot-tell'],
    ['no replies', { twoWay: false }, 'cannot-tell'],
    ['assumed stamps never confirm', { assumed: true, predicted: 0, possible: 20 }, 'probable'],
    ['nor do they without replies', { assumed: true, twoWay: false }, 'probable'],
    [
      'assumed stamps, no pattern, no replies',
      { assumed: true, twoWay: false, predicted: 0, pValue: 1 },
      'cannot-tell',
    ],
    ['nothing silent', { predicted: 0, silent: 0, pValue: 1 }, 'no-evidence'],
    ['silence, none of it predicted', { predicted: 0, unpredicted: 20, pValue: 1 }, 'no-evidence'],
    ['predictions answered', { predicted: 0, silent: 0, contradicted: 3, pValue: 1 }, 'ruled-out'],
    [
      'predictions answered, all by one stamp',
      { predicted: 0, silent: 0, contradicted: 9, contradictedStamps: 1, pValue: 1 },
      'no-evidence',
    ],
    ['two predictions answered', { predicted: 0, silent: 0, contradicted: 2, pValue: 1 }, 'no-evidence'],
    ['as many answered as silent', { predicted: 20, contradicted: 20, pValue: 1e-9 }, 'no-evidence'],
    [
      'assumed stamps rule nothing out',
      { predicted: 0, contradicted: 9, pValue: 1, assumed: true },
      'no-evidence',
    ],
  ])('%s', (_, change, expected) => {
    expect(grade(change)).toBe(expected);
  });

  it('never grows stronger when a prediction more is answered', () => {
    const order: readonly Grade[] = ['confirmed', 'probable', 'possible', 'no-evidence', 'ruled-out'];
    const grades = Array.from({ length: 60 }, (_, contradicted) => order.indexOf(grade({ contradicted })));
    expect(grades).not.toContain(-1);
    expect(grades).toEqual([...grades].sort((a, b) => a - b));
  });

  it('says in words when each rule holds, and its last rule always holds', () => {
    expect(GRADE_RULES.every(({ when }) => when.length > 20)).toBe(true);
    expect(GRADE_RULES.at(-1)?.holds({ ...CLEAR, syns: 0 })).toBe(true);
  });
});

describe('capped', () => {
  it('takes the weaker of two accusing grades, and leaves the others alone', () => {
    expect(capped('confirmed', 'probable')).toBe('probable');
    expect(capped('confirmed', 'possible')).toBe('possible');
    expect(capped('possible', 'probable')).toBe('possible');
    expect(capped('probable', 'probable')).toBe('probable');
    expect(capped('no-evidence', 'possible')).toBe('no-evidence');
    expect(capped('ruled-out', 'probable')).toBe('ruled-out');
  });
});

describe('accuses', () => {
  it('is for three grades', () => {
    const all: readonly Grade[] = [
      'confirmed',
      'probable',
      'possible',
      'ruled-out',
      'no-evidence',
      'cannot-tell',
    ];
    expect(all.map(accuses)).toEqual([true, true, true, false, false, false]);
  });
});
