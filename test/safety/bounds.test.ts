/** Files made to cost: what they may make of memory and of the report, counted and not timed. */
import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/api/analyze.ts';
import { renderJson } from '../../src/api/render.ts';
import { KeyedTable, KEY_WORDS } from '../../src/tracking/keyed-table.ts';
import { mix } from '../../src/units/hash.ts';
import { accusation } from '../captures/scenarios.ts';
import { HOSTILE_FILES, soundFile } from './hostile.ts';

const SIZE = 4_000_000;
/** For analysing, beside the file itself: all tables at their ceilings are smaller. */
const MOST_BYTES = 200_000_000;
const MOST_REPORT = 4_000_000;

const used = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

describe('a file of', () => {
  it.each([['ordinary traffic', soundFile] as const, ...HOSTILE_FILES])('%s', async (_name, make) => {
    const bytes = make(SIZE);
    expect(bytes.length).toBeGreaterThan(SIZE * 0.9);
    const before = used();
    const report = await analyze(bytes);
    expect(used() - before).toBeLessThan(MOST_BYTES);
    expect(renderJson(report).length).toBeLessThan(MOST_REPORT);
    expect(report.totals.packets).toBeLessThanOrEqual(bytes.length / 16);
    expect(report.problems.length).toBeLessThan(1000);
    expect(accusation(report)).toBe('none');
  });
});

describe('keys chosen to collide', () => {
  const BITS = 12;
  const home = (seed: number, word: number): number => mix(mix(mix(seed, word), 7), 80) & ((1 << BITS) - 1);

  it('under one seed do not under another', () => {
    const words: number[] = [];
    for (let word = 0; words.length < 1000; word += 1) if (home(1, word) === 5) words.push(word);
    const places = new Map<number, number>();
    for (const word of words) places.set(home(2, word), (places.get(home(2, word)) ?? 0) + 1);
    // A thousand thrown into 4096 places at random: more than eight in one would be less than one in a million.
    expect(Math.max(...places.values())).toBeLessThanOrEqual(8);

    // The replica above is the hash of the table: the same keys make long chains under the seed they were made for.
    const key = (word: number): Int32Array => Int32Array.of(0, 0, 0xffff, word, 0, 0, 0xffff, 7, 80);
    expect(key(0)).toHaveLength(KEY_WORDS);
    for (const seed of [1, 2]) {
      const table = new KeyedTable(seed, 1 << (BITS - 1), 1 << (BITS - 1));
      for (const word of words) expect(table.add(key(word))).toBeGreaterThanOrEqual(0);
      expect(words.filter((word) => table.find(key(word)) < 0)).toEqual([]);
    }
  });
});
