import { describe, expect, it } from 'vitest';
import type { PeerClocksReport } from '../../src/report/report.ts';
import { aheadText, clocksClause, starvedSentences } from '../../src/report/sentences/clocks.ts';
import { renderText } from '../../src/report/text/render.ts';
import { TWO_CLOCKS } from './fixture-parts.ts';
import { changed, CONFIRMED, reportWith } from './fixtures.ts';

const OPTIONS = { width: 100, color: false, limit: 10 };

/** The clocks of the fixture, changed. */
function clocks(
  change: Partial<PeerClocksReport>,
  evidence: Partial<PeerClocksReport['evidence']> = {},
): PeerClocksReport {
  return { ...TWO_CLOCKS, ...change, evidence: { ...TWO_CLOCKS.evidence, ...evidence } };
}

describe('clocksClause', () => {
  it.each<readonly [Partial<PeerClocksReport>, Partial<PeerClocksReport['evidence']>, string]>([
    [{}, {}, '2 clocks, so 2 hosts; one tick is 1 ms'],
    [{ hosts: 8, ticksPerSecond: 253 }, {}, '8 clocks, so 8 hosts; one tick is 4 ms'],
    [{ hosts: 8, confidence: 0.71 }, {}, '8 clocks, so about 8 hosts (71 % sure); one tick is 1 ms'],
    [{ hosts: 40 }, { linesDropped: 3 }, '40 clocks or more, so as many hosts; one tick is 1 ms'],
    [{ ticksPerSecond: 999_000 }, {}, '2 clocks, so 2 hosts; one tick is 1 µs'],
    [{ ticksPerSecond: 700 }, {}, '2 clocks, so 2 hosts; one tick is about 1.4 ms'],
    [
      { ticksPerSecond: null },
      { withoutTimestamps: 12 },
      '2 clocks, so 2 hosts; 12 attempts without timestamps',
    ],
    [{ regime: 'no-timestamps', hosts: null }, { withoutTimestamps: 12 }, 'no timestamps'],
    [
      { regime: 'undetermined', hosts: null },
      { reason: 'too-few-attempts' },
      'too few connections to tell clocks apart',
    ],
    [
      { regime: 'undetermined', hosts: null },
      { reason: 'too-many-alone', alone: 31 },
      'too many connections that share a clock with no other (31) to count hosts',
    ],
    [
      { regime: 'undetermined', hosts: null },
      { reason: 'mixed', alone: 1 },
      'clocks of hosts beside 1 connection with a clock of their own: not counted',
    ],
  ])('says %j %j', (change, evidence, clause) => {
    expect(clocksClause(clocks(change, evidence))).toBe(clause);
  });

  it('says that one clock may be several hosts', () => {
    expect(clocksClause(clocks({ regime: 'shared-clock', hosts: 1 }))).toMatch(
      /^one clock, .* or several that share it/,
    );
  });

  it('names no number of hosts where each connection has its own clock', () => {
    const clause = clocksClause(clocks({ regime: 'per-connection', hosts: null }));
    expect(clause).toContain('hosts cannot be counted');
    expect(clause).toContain('even without NAT');
    expect(clause).not.toMatch(/\d/);
  });
});

describe('starvedSentences', () => {
  it('says who was rejected while whose clock was ahead', () => {
    expect(starvedSentences(TWO_CLOCKS)).toEqual([
      'Clock B: 112 of 273 attempts rejected while clock A was ahead; 236 connected.',
    ]);
  });

  it('puts the clock with the most rejections first, and names its masters', () => {
    const three = clocks({
      clocks: ['A', 'B', 'C', 'D', 'E'].map((name) => Object.assign({}, TWO_CLOCKS.clocks[1], { name })),
      starved: [
        { victim: 'B', by: 'A', rejections: 5 },
        { victim: 'C', by: 'A', rejections: 4 },
        { victim: 'C', by: 'B', rejections: 4 },
        { victim: 'D', by: 'A', rejections: 1 },
        { victim: 'D', by: 'B', rejections: 1 },
        { victim: 'D', by: 'C', rejections: 1 },
        { victim: 'D', by: 'E', rejections: 1 },
      ],
    });
    expect(starvedSentences(three).map((sentence) => sentence.replace(/:.* while /, ': '))).toEqual([
      'Clock C: clocks A and B were ahead; 236 connected.',
      'Clock B: clock A was ahead; 236 connected.',
      'Clock D: clocks A, B, C and 1 more were ahead; 236 connected.',
    ]);
  });

  it('knows a clock of which all got in, and one of which none did', () => {
    const fate = (connected: number, rejectedAttempts: number): string =>
      starvedSentences(
        clocks({ clocks: changed(TWO_CLOCKS.clocks, { attempts: 10, connected, rejectedAttempts }) }),
      ).join('');
    expect(fate(10, 3)).toBe(
      'Clock B: 3 of 10 attempts rejected while clock A was ahead; all connected in the end.',
    );
    expect(fate(0, 10)).toBe('Clock B: 10 of 10 attempts rejected while clock A was ahead; none connected.');
    expect(fate(0, 0)).toBe('Clock B: none of 10 attempts connected while clock A was ahead.');
  });
});

describe('aheadText', () => {
  it('is a duration, signed, and ticks where there is no rate', () => {
    const of = (aheadTicks: number, aheadSeconds: number | null): string =>
      aheadText(Object.assign({}, CLOCK, { aheadTicks, aheadSeconds }));
    expect(of(0, 0)).toBe('-');
    expect(of(-457_562_872, -457_562.9)).toBe('-5 d 7 h');
    expect(of(12_000, 12)).toBe('12 s');
    expect(of(-12_345, null)).toBe('-12,345 ticks');
  });
});

describe('clocks in the report', () => {
  it('are told of peers that had SYNs rejected or stepped back, and of no other', () => {
    const page = renderText(CONFIRMED, OPTIONS);
    expect(page).toContain('10.32.0.4: 2 clocks, so 2 hosts');
    expect(page).toMatch(/B +273 +236 +112 +-21 min 24 s/);
    const calm = changed(CONFIRMED.peers, {
      rejected: 0,
      stepsBack: { count: 0, largestTicks: 0, served: 0 },
    });
    expect(renderText(reportWith({}, { peers: calm }), OPTIONS)).not.toContain('Clocks behind');
  });

  it('share a sentence where peers are alike, and say how many peers are left out', () => {
    const per = clocks({ regime: 'per-connection', hosts: null, clocks: [], starved: [] });
    const [first] = CONFIRMED.peers;
    const peers = Array.from({ length: 6 }, (_, at) =>
      Object.assign({}, first, { address: `10.0.0.${at}`, clocks: at < 2 ? per : TWO_CLOCKS }),
    );
    const page = renderText(reportWith({}, { peers }), OPTIONS);
    expect(page).toContain('10.0.0.0 and 10.0.0.1: a new clock for each connection');
    expect(page).toContain('10.0.0.3: 2 clocks');
    expect(page).not.toContain('10.0.0.4: 2 clocks');
    expect(page).toContain('… and 2 more peers');
  });
});

const [CLOCK] = TWO_CLOCKS.clocks;
