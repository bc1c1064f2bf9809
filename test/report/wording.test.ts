import { describe, expect, it } from 'vitest';
import { duration } from '../../src/report/wording/duration.ts';
import { secondsBetween } from '../../src/report/wording/instant.ts';
import { listed } from '../../src/report/wording/list.ts';
import { count, counted, percent, probability, size, times } from '../../src/report/wording/number.ts';

describe('numbers in words', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [1_234_567, '1,234,567'],
    [-12_345, '-12,345'],
    [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
  ])('count(%d)', (value, expected) => {
    expect(count(value)).toBe(expected);
  });

  it('gets singular and plural right', () => {
    expect([0, 1, 2, 1_000].map((value) => counted(value, 'SYN'))).toEqual([
      '0 SYNs',
      '1 SYN',
      '2 SYNs',
      '1,000 SYNs',
    ]);
    expect(counted(2, 'match', 'matches')).toBe('2 matches');
    expect([1, 2, 3_000].map(times)).toEqual(['once', 'twice', '3,000 times']);
  });

  it('says none and all only when it is so', () => {
    expect([
      percent(0, 3),
      percent(1, 1_000),
      percent(1, 2),
      percent(999, 1_000),
      percent(3, 3),
      percent(0, 0),
    ]).toEqual(['0 %', '<1 %', '50 %', '>99 %', '100 %', '-']);
  });

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [2_200_000_000, '2.2 GB'],
  ])('size(%d)', (bytes, expected) => {
    expect(size(bytes)).toBe(expected);
  });

  it.each([
    [1, '1'],
    [0.9996, '1'],
    [0.9994, '0.999'],
    [0.0213, '0.021'],
    [0.001, '0.001'],
    [0.0009, 'below 1 in 1,000'],
    [0.000_09, 'below 1 in 10,000'],
    [1e-40, 'below 1 in 10^12'],
    [0, 'next to 0'],
  ])('probability(%d)', (p, expected) => {
    expect(probability(p)).toBe(expected);
  });
});

describe('times in words', () => {
  it.each([
    [0, '0 s'],
    [0.000_2, 'under 1 ms'],
    [0.34, '340 ms'],
    [0.999_6, '1 s'],
    [1.02, '1 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [61, '1 min 1 s'],
    [3_599.6, '1 h'],
    [3_780, '1 h 3 min'],
    [86_370, '1 d'],
    [200_000, '2 d 8 h'],
    [-5, '-5 s'],
    [Number.NaN, 'unknown'],
  ])('duration(%d)', (seconds, expected) => {
    expect(duration(seconds)).toBe(expected);
  });

  it('subtracts times that a double cannot hold', () => {
    expect(secondsBetween('1714567900.000000001', '1714567912.345678901')).toBe('12.345');
    expect(secondsBetween('1714567912.5', '1714567900.0')).toBe('-12.500');
    expect(secondsBetween('0.000100000', '0.000000000')).toBe('0.000');
    expect(secondsBetween(null, '1.0')).toBeNull();
    expect(secondsBetween('soon', '1.0')).toBeNull();
  });
});

it('lists as English does', () => {
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});
