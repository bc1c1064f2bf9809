/**
 * The README is true: its output is what the program prints, its examples run, its tables are those of the code.
 * When a report reads differently on purpose, paste the new output into the README.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { GRADE_RULES } from '../../src/diagnosis/grades.ts';
import { worldWith } from '../cli/memory-io.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const CAPTURE = 'fixtures/linux-4.9/two-pods-one-snat/target.pcap';

/** Fenced blocks of a language, in order. */
function blocks(language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...README.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** What a command line of the README prints; it may end in `| grep -m1 WORD`. */
async function outputOf(command: string): Promise<string> {
  const match = /^npx synscope (.*?)(?: \| grep -m1 (\S+))?$/.exec(command);
  const world = worldWith({ report: Object.create(null) });
  const { stdout, stderr } = world;
  const io: Io = { ...world.io, loadEngine: () => import('../../src/api/index.ts') };
  const code = await run((match?.[1] ?? '').split(' '), io);
  if (code > 1) throw new Error(`${command}: ${stderr.text}`);
  const word = match?.[2];
  if (word === undefined) return stdout.text;
  return `${stdout.text.split('\n').find((line) => line.includes(word)) ?? ''}\n`;
}

describe('output in the README', () => {
  const sessions = blocks('console').map((block) => {
    const [command = '', ...shown] = block.slice('$ '.length).trimEnd().split('\n');
    return [command, shown.join('\n')] as const;
  });

  it('is there for both commands', () => {
    expect(sessions.map(([command]) => command.split(' ').slice(0, 3).join(' '))).toEqual([
      'npx synscope analyze',
      'npx synscope syns',
    ]);
  });

  it.each(sessions)('is what the program prints: %s', async (command, shown) => {
    const printed = await outputOf(command);
    let at = 0;
    for (const piece of shown.split('[…]\n')) {
      const text = piece.replace(/\n\[…\]$/, '\n').trimEnd();
      expect(printed.slice(at)).toContain(text);
      at = printed.indexOf(text, at) + text.length;
    }
  });
});

describe('examples in the README', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'synscope-readme-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const examples = blocks('js');
  it('are there for each way in', () => {
    expect(examples.map((example) => /import \{ (\w+)[^}]*\} from 'synscope'/.exec(example)?.[1])).toEqual([
      'analyzeFile',
      'analyze',
      'analyzeEach',
      'readSyns',
      'createAnalyzer',
    ]);
  });

  it.each(examples.map((example, index) => [index + 1, example] as const))(
    'run, and find something: %i',
    async (index, example) => {
      const require = createRequire(import.meta.url);
      const file = join(folder, `example-${index}.mjs`);
      writeFileSync(
        file,
        example
          .replace(`'synscope'`, `'${join(ROOT, 'src/index.ts')}'`)
          .replace(`'pcap-parser'`, `'${require.resolve('pcap-parser')}'`)
          .replaceAll(`'target.pcap'`, `'${join(ROOT, CAPTURE)}'`),
      );
      const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
      try {
        await import(file);
        expect(log.mock.calls.map((call) => call.join(' ')).join('\n')).toMatch(/10\.99\.0\.11/);
      } finally {
        log.mockRestore();
      }
    },
  );
});

describe('the README', () => {
  it('states the rule of every grade', () => {
    const rows = [...README.matchAll(/^\| (\S+) +\| (.*?) +\|$/gm)].map(
      (match) => `${match[1]}: ${match[2]}`,
    );
    expect(rows).toEqual(expect.arrayContaining(GRADE_RULES.map(({ grade, when }) => `${grade}: ${when}`)));
  });

  it('names files that are there', () => {
    const links = [...README.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(readFileSync(join(ROOT, link), 'utf8')).not.toBe('');
  });
});
