import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listSyns } from '../../src/api/index.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import { play } from '../support/traffic/incident.ts';
import { MUST_BE_COVERED, parseScenario, told } from './scenario.ts';

/**
 * Incidents as an SRE meets them, each with what synscope must say; every SYN packet is compared with what the
 * simulated kernel did with it. See README.md beside them for the language.
 */
const HERE = import.meta.dirname;
const FILES = readdirSync(HERE).filter((name) => name.endsWith('.md') && name !== 'README.md');

/** Scenarios that synscope does not master yet, with what it gets wrong. One that passes must leave this list. */
const KNOWN_GAPS: Readonly<Record<string, string>> = {};

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'synscope-scenarios-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What synscope says about a scenario, beside what it must say. */
async function hear(file: string): Promise<{ readonly said: object; readonly expected: object }> {
  const scenario = parseScenario(readFileSync(join(HERE, file), 'utf8'));
  const recording = play(scenario.incident);
  const path = join(directory, `${file}.pcap`);
  writeFileSync(path, recording.capture);
  const rows: SynRow[] = [];
  const kernel = scenario.targetKernel;
  const options = { seed: 1, ...(kernel === null ? {} : { targetKernel: kernel }) };
  const report = await listSyns([path], options, (row) => rows.push(row));
  const expected = new Map([['told otherwise', 'none'], ...scenario.expected]);
  return {
    said: Object.fromEntries(told(expected, report, rows, recording)),
    expected: Object.fromEntries(expected),
  };
}

const SELECTED = FILES.filter((name) => name.startsWith(process.env['SCENARIO'] ?? ''));

describe('an incident', () => {
  it.each(SELECTED.filter((file) => KNOWN_GAPS[file] === undefined))('%s', async (file) => {
    const { said, expected } = await hear(file);
    expect(said).toEqual(expected);
  });

  it.fails.each(SELECTED.filter((file) => KNOWN_GAPS[file] !== undefined))('%s (gap)', async (file) => {
    const { said, expected } = await hear(file);
    expect(said).toEqual(expected);
  });
});

describe('the scenarios', () => {
  it('cover every cause and every grade', () => {
    const expectations = FILES.map((file) => readFileSync(join(HERE, file), 'utf8')).join('\n');
    const missing = MUST_BE_COVERED.filter(
      (code) => !new RegExp(`^(?:grade|causes): .*\\b${code}\\b`, 'm').test(expectations),
    );
    expect(missing).toEqual([]);
  });

  it('names no gap that is not there', () => {
    expect(Object.keys(KNOWN_GAPS).filter((file) => !FILES.includes(file))).toEqual([]);
  });

  it('plays an incident the same way each time', () => {
    const { incident } = parseScenario(readFileSync(join(HERE, 'two-pods-one-node.md'), 'utf8'));
    const [once, again] = [play(incident), play(incident)];
    expect(Buffer.compare(once.capture, again.capture)).toBe(0);
    expect(again.truth).toEqual(once.truth);
  });
});
