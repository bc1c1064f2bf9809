import { describe, expect, it } from 'vitest';

import { parseCounterTimes } from '../../src/evidence/counter-times.ts';
import { parseKernelRelease } from '../../src/evidence/kernel-release.ts';
import { forEachLine, wordsOf } from '../../src/evidence/lines.ts';

describe('parseKernelRelease', () => {
  it.each([
    ['3.10.0-1160.el7.x86_64\n', '3.10.0-1160.el7.x86_64', 1],
    [
      'Linux db1 2.6.32-642.6.2.el6.x86_64 #1 SMP Wed Oct 26 06:52:09 UTC 2016',
      '2.6.32-642.6.2.el6.x86_64',
      1,
    ],
    ['\nLinux version 4.9.0-8-amd64 (debian-kernel@lists.debian.org) (gcc 6.3.0)', '4.9.0-8-amd64', 2],
    ['6.18.17', '6.18.17', 1],
  ])('finds the release in %j', (text, value, line) => {
    expect(parseKernelRelease(text)).toEqual({ release: { value, line }, problems: [] });
  });

  it.each(['', 'Darwin', `${'9'.repeat(99)}.1`])('finds none in %j', (text) => {
    expect(parseKernelRelease(text)).toEqual({
      release: null,
      problems: [{ line: 0, expected: 'kernel-release' }],
    });
  });
});

describe('parseCounterTimes', () => {
  it('keeps every digit of a nanosecond clock', () => {
    expect(parseCounterTimes('before 1700000000.123456789\nafter 1700000300\n')).toEqual({
      before: '1700000000.123456789',
      after: '1700000300',
      problems: [],
    });
  });

  it('names what is wrong', () => {
    expect(parseCounterTimes('before now\n')).toEqual({
      before: null,
      after: null,
      problems: [{ line: 1, expected: 'epoch-seconds' }],
    });
  });
});

describe('forEachLine', () => {
  it('numbers lines from 1 whatever ends them, and shows no byte order mark', () => {
    const seen: [string | null, number][] = [];
    forEachLine('\uFEFFa\r\n\n b\r', (line, number) => seen.push([line, number]));
    expect(seen).toEqual([
      ['a', 1],
      ['', 2],
      [' b', 3],
    ]);
  });

  it('splits words at blanks and tabs', () => {
    expect(wordsOf(' a\tbc  d ')).toEqual(['a', 'bc', 'd']);
    expect(wordsOf('')).toEqual([]);
  });
});
