/** The program that is distributed is not the sources but what the build makes of them: it has to say the same. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzeFile } from '../../src/api/analyze.ts';
import { renderJson } from '../../src/api/render.ts';
import { FIXTURES } from '../captures/scenarios.ts';
import { builtProgram } from '../support/built-program.ts';

const CAPTURES = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\.(?:pcap|pcapng|snoop)(?:\.\w+)?$/.test(path),
);

describe('the built program', () => {
  const built = builtProgram();

  it('has captures to read', () => {
    expect(CAPTURES.length).toBeGreaterThan(20);
  });

  it.each(CAPTURES)('says of %s what the sources say', async (name) => {
    const capture = join(FIXTURES, name);
    const options = ['analyze', '--what-if', '--format', 'json', capture];
    const said = spawnSync(process.execPath, [built.program, ...options], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    expect(said.stderr).toBe('');
    expect(said.stdout).toBe(renderJson(await analyzeFile(capture, { whatIf: true })));
  });
});
