import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familyOf, KEY_WORDS, KeyedTable, setKey } from '../../src/tracking/keyed-table.ts';
import { mix } from '../../src/units/hash.ts';

function keyOf(number: number, family: 4 | 6 = 4): Int32Array {
  const key = new Int32Array(KEY_WORDS);
  setKey(key, family, 0, 0, 0, number, 0, 0, 0, 1, 80);
  return key;
}

/** A private array of a table. */
function wordsOf(table: KeyedTable, field: string): Int32Array {
  const array: unknown = Reflect.get(table, field);
  if (!(array instanceof Int32Array)) throw new TypeError(field);
  return array;
}

/** For each key, how many places past its home it sits: the work of finding it. */
function placesFromHome(table: KeyedTable): number[] {
  const index = wordsOf(table, 'index');
  const hashes = wordsOf(table, 'hashes');
  const mask = index.length - 1;
  const places: number[] = [];
  index.forEach((entry, at) => {
    if (entry > 0) places.push((at - ((hashes[entry - 1] ?? 0) & mask)) & mask);
  });
  return places;
}

describe('KeyedTable', () => {
  it('is a map, whatever is added, removed and swept in whatever order', () => {
    const step = fc.record({
      what: fc.constantFrom('add', 'add', 'remove', 'find', 'sweep'),
      number: fc.integer({ min: 0, max: 40 }),
    });
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 5 }),
        fc.array(step, { maxLength: 200 }),
        (seed, initial, steps) => {
          const ceiling = 32;
          const table = new KeyedTable(seed, ceiling, 2 ** initial);
          const model = new Map<number, number>();
          const wrong: string[] = [];
          const check = (holds: boolean, what: string): void => {
            if (!holds) wrong.push(what);
          };
          for (const { what, number } of steps) {
            const key = keyOf(number, number % 3 === 0 ? 6 : 4);
            const known = model.get(number) ?? -1;
            if (what === 'find') check(table.find(key) === known, 'find');
            else if (what === 'remove' && known >= 0) {
              table.remove(known);
              model.delete(number);
            } else if (what === 'add' && known < 0) {
              const full = model.size === ceiling;
              check(table.full === full, 'full');
              const slot = table.add(key);
              check(full ? slot === -1 : slot >= 0 && ![...model.values()].includes(slot), 'add');
              if (!full) model.set(number, slot);
            } else if (what === 'sweep') {
              const swept = table.sweep(table.end);
              check(model.size === 0 ? swept === -1 : [...model.values()].includes(swept), 'sweep');
            }
          }
          expect(wrong).toEqual([]);
          expect(table.size).toBe(model.size);
          for (const [number, slot] of model) {
            expect(table.find(keyOf(number, number % 3 === 0 ? 6 : 4))).toBe(slot);
            expect(table.isUsed(slot)).toBe(true);
          }
          const used = Array.from({ length: table.end }, (_, slot) => slot).filter((slot) =>
            table.isUsed(slot),
          );
          expect(used.sort((a, b) => a - b)).toEqual([...model.values()].sort((a, b) => a - b));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('comes past every key with its sweeping hand', () => {
    const table = new KeyedTable(1, 64, 4);
    const slots = Array.from({ length: 20 }, (_, i) => table.add(keyOf(i)));
    for (const slot of slots.slice(5, 15)) table.remove(slot);
    const seen = Array.from({ length: 10 }, () => table.sweep(table.end));
    expect(new Set(seen)).toEqual(new Set([...slots.slice(0, 5), ...slots.slice(15)]));
    expect(new KeyedTable(1, 64).sweep(10)).toBe(-1);
  });

  it('tells every word of a key', () => {
    const table = new KeyedTable(3, 64);
    const keys = Array.from({ length: KEY_WORDS + 1 }, (_, word) =>
      Int32Array.from({ length: KEY_WORDS }, (__, i) => (i === word ? -7 : 7)),
    );
    const slots = keys.map((key) => table.add(key));
    expect(new Set(slots).size).toBe(keys.length);
    expect(keys.map((key) => table.find(key))).toEqual(slots);
  });

  it('tells an IPv4 address from an IPv6 address with the same last word', () => {
    const table = new KeyedTable(3, 64);
    const slot = table.add(keyOf(5));
    expect([table.find(keyOf(5, 6)), table.find(keyOf(5))]).toEqual([-1, slot]);
    const six = table.add(keyOf(5, 6));
    expect([slot, six].map((at) => familyOf(table.keys, at * KEY_WORDS))).toEqual([4, 6]);
  });

  it('is not slowed down by keys that were chosen to collide under another seed', () => {
    const worst = (seed: number, numbers: readonly number[]): number => {
      const table = new KeyedTable(seed, 4096, 4096);
      const slots = numbers.map((number) => table.add(keyOf(number)));
      expect(numbers.map((number) => table.find(keyOf(number)))).toEqual(slots);
      return Math.max(...placesFromHome(table));
    };
    // Keys that share their home in a table of seed 1, found by trying: as an attacker would who knew the seed.
    const homes = new Map<number, number[]>();
    const trial = new KeyedTable(1, 4096, 4096);
    for (let number = 0; number < 60_000; number += 1) {
      const slot = trial.add(keyOf(number));
      const home = (wordsOf(trial, 'hashes')[slot] ?? 0) & 63;
      homes.set(home, [...(homes.get(home) ?? []), number].slice(0, 800));
      trial.remove(slot);
    }
    const chosen = homes.get(0) ?? [];
    const near = (seed: number): number[] => {
      const table = new KeyedTable(seed, 1024, 1024);
      for (const number of chosen) table.add(keyOf(number));
      return placesFromHome(table);
    };
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
    expect(chosen).toHaveLength(800);
    // 32 homes for 800 keys under the known seed; spread out under any other.
    expect(sum(near(1))).toBeGreaterThan(800 * 6);
    for (const seed of [2, 3, 0x12345678, -5]) expect(sum(near(seed))).toBeLessThan(800 * 2);
    expect(worst(2, chosen)).toBeLessThan(20);
  });

  it('does not let words cancel out before the seed comes in', () => {
    // Pairs of addresses with one sum or exclusive-or: a hash that folded them first would give one value.
    const table = (seed: number): Set<number> => {
      const values = new Set<number>();
      for (let i = 0; i < 1000; i += 1) values.add(mix(mix(mix(seed, i), i ^ 0x55), 80) & 1023);
      return values;
    };
    expect(table(1).size).toBeGreaterThan(550);
    expect(table(2).size).toBeGreaterThan(550);
  });
});
