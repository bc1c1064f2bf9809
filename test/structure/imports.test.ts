/** The rooms of src/ and the direction of imports between them; and that the checker sees what it should. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { breachesOf, strayRooms } from './house-rules.ts';

const SRC = join(import.meta.dirname, '../../src');

describe('the house', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'));

  it('has source files in every room, and no others', () => {
    const rooms = new Set(
      files.filter((path) => path.includes('/')).map((path) => path.split('/', 1)[0] ?? ''),
    );
    expect(strayRooms([...rooms])).toEqual([]);
  });

  it('keeps its rules in every file', () => {
    expect(files.flatMap((path) => breachesOf(path, readFileSync(join(SRC, path), 'utf8')))).toEqual([]);
  });
});

describe('an import', () => {
  it.each([
    ['tracking/a.ts', `import { x } from '../packet/b.ts';`],
    ['tracking/a.ts', `import type { X } from '../units/b.ts';`],
    ['kernel/a.ts', `export { x } from './sub/b.ts';`],
    ['capture/pcap/a.ts', `import { x } from '../../units/b.ts';`],
    ['cli/a.ts', `const x = await import('../report/b.ts');`],
    ['index.ts', `export { x } from './api/b.ts';\nexport type { Y } from './report/c.ts';`],
    ['cli/a.ts', `import yargs from 'yargs';\nimport { hideBin } from 'yargs/helpers';`],
    ['capture/source/a.ts', `import { openSync } from 'node:fs';`],
  ])('to the left is welcome: %s %s', (path, source) => {
    expect(breachesOf(path, source)).toEqual([]);
  });

  it.each([
    ['packet/a.ts', `import { x } from '../tracking/b.ts';`, 'packet/a.ts:1 packet imports tracking'],
    ['packet/a.ts', `import type { X } from '../report/b.ts';`, 'packet/a.ts:1 packet imports report'],
    ['units/a.ts', `\n\nexport { x } from '../cli/b.ts';`, 'units/a.ts:3 units imports cli'],
    ['report/a.ts', `const x = await import('../api/b.ts');`, 'report/a.ts:1 report imports api'],
    ['report/a.ts', `type X = import('../api/b.ts').X;`, 'report/a.ts:1 report imports api'],
    ['kernel/a.ts', `import '../clocks/b.ts';`, 'kernel/a.ts:1 kernel imports clocks'],
    ['evidence/a.ts', `import { x } from '../kernel/b.ts';`, 'evidence/a.ts:1 evidence imports kernel'],
    ['api/a.ts', `import { x } from '../index.ts';`, 'api/a.ts:1 api imports index.ts'],
    ['api/a.ts', `import { x } from '../new-room/b.ts';`, 'api/a.ts:1 api imports new-room'],
    ['index.ts', `export { x } from './kernel/b.ts';`, 'index.ts:1 the door imports kernel'],
    [
      'cli/a.ts',
      `import x from '../../package.json';`,
      'cli/a.ts:1 imports ../../package.json from outside of src',
    ],
    ['cli/a.ts', `import { x } from '../api/b.js';`, 'cli/a.ts:1 imports ../api/b.js without its .ts'],
    ['report/a.ts', `import yargs from 'yargs';`, 'report/a.ts:1 imports yargs, which is for cli/'],
    [
      'cli/a.ts',
      `import x from 'chalk';`,
      'cli/a.ts:1 imports chalk, a package without a place in the table',
    ],
    ['cli/a.ts', `await import(name);`, 'cli/a.ts:1 imports what cannot be read from the source'],
    ['packet/a.ts', `import { openSync } from 'node:fs';`, 'packet/a.ts:1 imports node:fs'],
  ])('elsewhere is a breach: %s %s', (path, source, breach) => {
    expect(breachesOf(path, source)).toEqual([breach]);
  });

  it('is not taken from a comment, a string, a template or a regular expression', () => {
    const source = [
      `// import { x } from '../cli/a.ts';`,
      `/* import { x } from '../cli/a.ts'; */`,
      `const a = "import { x } from '../cli/a.ts'";`,
      "const b = `${`import { x } from '../cli/a.ts' ${{ c: 1 }.c}`} from '../cli/a.ts'`;",
      `const c = /import '..\\/cli/.test(a) ? 4 / 2 : Array.from('../cli/a.ts');`,
    ].join('\n');
    expect(breachesOf('units/a.ts', source)).toEqual([]);
  });

  it('is found after all of those', () => {
    const source = "const b = `${{ c: /`/ }.c} ${1 / 2}`; import '../cli/a.ts';";
    expect(breachesOf('units/a.ts', source)).toEqual(['units/a.ts:1 units imports cli']);
  });
});

describe('the world', () => {
  it.each([
    ['console.log(1);', 'console'],
    ['const now = Date.now();', 'Date'],
    ['const now = new Date();', 'Date'],
    ['const args = process.argv;', 'process'],
    ['const text = Buffer.from(bytes);', 'Buffer'],
    ['const start = performance.now();', 'performance'],
    ['setTimeout(next, 1);', 'setTimeout'],
    ['const line = `${process.pid}`;', 'process'],
  ])('is kept out of the rooms: %s', (source, name) => {
    expect(breachesOf('kernel/a.ts', source)).toEqual([`kernel/a.ts:1 uses ${name}`]);
    expect(breachesOf('cli/a.ts', source)).toEqual([]);
  });

  it.each([
    'new Date(0);',
    'io.process.argv;',
    'const x = { console: 1 };',
    'io?.performance;',
    'class A { private process(): void {} }',
    '// console.log',
  ])('is not what only looks like it: %s', (source) => {
    expect(breachesOf('kernel/a.ts', source)).toEqual([]);
  });
});

describe('a file', () => {
  it.each([
    ['export default 1;', 'default'],
    [`export * from './b.ts';`, '*'],
    [`export * as b from './b.ts';`, '*'],
  ])('has named exports only: %s', (source, what) => {
    expect(breachesOf('units/a.ts', source)).toEqual([`units/a.ts:1 export ${what}`]);
  });

  it('ends before line 400', () => {
    expect(breachesOf('units/a.ts', 'x;\n'.repeat(400))).toEqual([]);
    expect(breachesOf('units/a.ts', 'x;\n'.repeat(401))).toEqual(['units/a.ts:401 longer than 400 lines']);
  });

  it('has a name that says what is in it', () => {
    expect(breachesOf('units/utils.ts', '')).toEqual(['units/utils.ts:1 a name that says nothing']);
  });

  it('lies in a room that the table knows', () => {
    expect(strayRooms(['units'])).toContain('cli');
    expect(strayRooms(['attic'])).toContain('attic');
  });
});
