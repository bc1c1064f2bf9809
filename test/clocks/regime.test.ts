import { describe, expect, it } from 'vitest';
import { judgeRegime, type LineFacts, type PeerFacts } from '../../src/clocks/regime.ts';

/** Lines far from each other, one per number, with that many independent attempts. */
function lines(...attempts: number[]): LineFacts[] {
  return attempts.map((independent, i) => ({
    attempts: independent,
    independent,
    firstSeconds: 0,
    lastSeconds: 100,
    firstTsval: i * 10_000_000,
    lastTsval: i * 10_000_000 + 100_000,
    rate: 1000,
    largestDelay: 0,
  }));
}

function peer(facts: readonly LineFacts[], more: Partial<PeerFacts> = {}): PeerFacts {
  const attempts = facts.reduce((sum, line) => sum + line.attempts, 0);
  const none = { withoutTimestamps: 0, stepsBack: 0, loneDropped: 0, linesDropped: 0, attemptsDropped: 0 };
  return { attempts, points: attempts, ...none, ...more };
}

function judge(...attempts: number[]): ReturnType<typeof judgeRegime> {
  return judgeRegime(peer(lines(...attempts)), lines(...attempts));
}

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

describe('judgeRegime', () => {
  it.each([
    ['one attempt', [1], 'undetermined', null],
    ['two on one line', [2], 'undetermined', null],
    ['three on one line', [3], 'shared-clock', 1],
    ['two and one', [2, 1], 'undetermined', null],
    ['two lines of two', [2, 2], 'per-host-pair', 2],
    ['a dozen alone: a node of pods may do that', ones(12), 'undetermined', null],
    ['thirteen alone: more likely random than not', ones(13), 'per-connection', null],
    ['a chance meeting among many alone', [2, ...ones(100)], 'per-connection', null],
    ['five alone beside a busy line', [100, ...ones(5)], 'shared-clock', 1],
    ['thirty alone beside a busy line', [100, ...ones(30)], 'undetermined', null],
    [
      'many rare hosts, some met twice',
      [...ones(13), 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3],
      'undetermined',
      null,
    ],
  ])('%s', (_, attempts, regime, hosts) => {
    expect(judge(...attempts)).toMatchObject({ regime, hosts });
  });

  it('says why it does not name a regime', () => {
    const reasons = [[1], [2, 1], [100, ...ones(30)]].map((each) => judge(...each).evidence.reason);
    expect(reasons).toEqual(['too-few-attempts', 'too-many-alone', 'mixed']);
    expect(judge(5, 5).evidence.reason).toBeNull();
  });

  it('grows more confident with attempts, less with attempts that stand alone', () => {
    const [few, many, doubtful] = [judge(2, 2), judge(50, 50), judge(50, 50, 1, 1, 1)].map(
      (each) => each.confidence,
    );
    expect(few).toBeLessThan(0.85);
    expect(many).toBeGreaterThan(0.99);
    expect(doubtful).toBeLessThan(0.5);
  });

  it('keeps confidence within 0..1 for any number of lines', () => {
    for (const attempts of [
      ones(1000),
      Array.from({ length: 60 }, () => 1000),
      [100_000],
      [3, 3, ...ones(9)],
    ]) {
      const { confidence } = judge(...attempts);
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
  });

  it('counts dropped lines as lines and dropped lone attempts as alone', () => {
    const facts = lines(50, 50);
    const dropped = judgeRegime(peer(facts, { linesDropped: 1, attemptsDropped: 40 }), facts);
    expect(dropped).toMatchObject({ hosts: 3, evidence: { linesDropped: 1 } });
    expect(judgeRegime(peer(facts, { loneDropped: 400 }), facts)).toMatchObject({ regime: 'per-connection' });
  });

  it('lets two lines that overlap in time stand as two hosts however near', () => {
    const [line] = lines(20);
    if (line === undefined) throw new Error('no line');
    const near = [line, { ...line, firstSeconds: 1, firstTsval: 11_000, lastTsval: 110_000 }];
    expect(judgeRegime(peer(near), near)).toMatchObject({ hosts: 2, evidence: { continued: 0 } });
  });
});
