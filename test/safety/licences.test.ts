/** What comes with an installation: few packages, each under a licence that goes with MIT. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** SPDX names of licences that allow use in, and distribution with, a program under MIT. */
const COMPATIBLE: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'MIT AND BSD-3-Clause',
]);
/** For development only: compiled into nothing that is distributed. */
const FOR_DEVELOPMENT: ReadonlySet<string> = new Set([
  ...COMPATIBLE,
  'MIT AND Zlib',
  'MIT OR Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'MPL-2.0',
  'Python-2.0',
]);
const MOST_AT_RUN_TIME = 30;

interface Package {
  readonly name: string;
  readonly licence: string;
  readonly forDevelopment: boolean;
  readonly integrity: boolean;
}

function packages(): Package[] {
  const lock: unknown = JSON.parse(
    readFileSync(resolve(import.meta.dirname, '../../package-lock.json'), 'utf8'),
  );
  const entries: unknown = Reflect.get(Object(lock), 'packages');
  return Object.entries(Object(entries))
    .filter(([path]) => path !== '')
    .map(([path, entry]) => {
      const field = (name: string): unknown => Reflect.get(Object(entry), name);
      const licence = field('license');
      return {
        name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
        licence: typeof licence === 'string' ? licence : 'none named',
        forDevelopment: field('dev') === true || field('devOptional') === true,
        integrity: typeof field('integrity') === 'string',
      };
    });
}

describe('packages of the lock file', () => {
  const all = packages();
  const atRunTime = all.filter(({ forDevelopment }) => !forDevelopment);

  it('that run are few', () => {
    expect(atRunTime.length).toBeGreaterThan(2);
    expect(atRunTime.length).toBeLessThanOrEqual(MOST_AT_RUN_TIME);
  });

  it('that run have licences that go with MIT', () => {
    expect(atRunTime.filter(({ licence }) => !COMPATIBLE.has(licence))).toEqual([]);
  });

  it('that are for development have licences that allow it', () => {
    expect(all.filter(({ licence }) => !FOR_DEVELOPMENT.has(licence))).toEqual([]);
  });

  it('that run are pinned by what they contain', () => {
    expect(atRunTime.filter(({ integrity }) => !integrity)).toEqual([]);
  });
});
