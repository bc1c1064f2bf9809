/**
 * What comes with an installation: no packages beside this one, and in it those that the build put there: few, pinned, each
 * under a licence that goes with MIT and with its text.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../support/built-program.ts';

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
/** For development only: part of nothing that is distributed. */
const FOR_DEVELOPMENT: ReadonlySet<string> = new Set([
  ...COMPATIBLE,
  'MIT AND Zlib',
  'MIT OR Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'MPL-2.0',
  'Python-2.0',
]);
const MOST_BUILT_IN = 20;
/** Name, version and licence, at the head of each text. */
const HEAD = /^(\S+) (\d\S*)\nLicence: (.+)\n\n(?=\S)/;

interface Package {
  readonly name: string;
  readonly version: string;
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
        version: String(field('version')),
        licence: typeof licence === 'string' ? licence : 'none named',
        forDevelopment: field('dev') === true || field('devOptional') === true,
        integrity: typeof field('integrity') === 'string',
      };
    });
}

describe('packages of the lock file', () => {
  const all = packages();

  it('are for development alone: an installation brings none', () => {
    expect(all.filter(({ forDevelopment }) => !forDevelopment)).toEqual([]);
  });

  it('have licences that allow it', () => {
    expect(all.filter(({ licence }) => !FOR_DEVELOPMENT.has(licence))).toEqual([]);
  });
});

describe('packages in the built program', () => {
  const all = packages();
  const built = builtProgram();
  let texts: readonly string[] = [];
  const builtIn = (): { name: string; version: string; licence: string }[] =>
    texts.map((text) => {
      const [, name = '', version = '', licence = ''] = HEAD.exec(text) ?? [];
      return { name, version, licence };
    });

  beforeAll(() => {
    texts = readFileSync(join(built.folder, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8').split(/^-{80}\n\n/m);
  });
  it('are told with the texts of their licences, and few', () => {
    expect(texts.filter((text) => !HEAD.test(text))).toEqual([]);
    expect(builtIn().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['cli-table3', 'yargs', 'yargs-parser', 'zstddec']),
    );
    expect(texts.length).toBeLessThanOrEqual(MOST_BUILT_IN);
  });

  it('have licences that go with MIT', () => {
    expect(builtIn().filter(({ licence }) => !COMPATIBLE.has(licence))).toEqual([]);
  });

  it('are pinned by what they contain', () => {
    const pinned = new Set(
      all.filter(({ integrity }) => integrity).map(({ name, version }) => `${name} ${version}`),
    );
    expect(builtIn().filter(({ name, version }) => !pinned.has(`${name} ${version}`))).toEqual([]);
  });
});
