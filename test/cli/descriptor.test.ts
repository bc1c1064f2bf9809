import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeWhole } from '../../src/cli/descriptor.ts';

describe.runIf(process.platform === 'linux')('writeWhole into a pipe', () => {
  let folder = '';
  let pipe = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'synscope-'));
    pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('tells a reader that has gone from any other failure', () => {
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(pipe, constants.O_WRONLY);
    closeSync(reader);
    expect(() => writeWhole(writer, 'pipe', 'to nobody')).toThrow(
      expect.objectContaining({ name: 'OutputClosed' }),
    );
    closeSync(writer);
  });

  it('names what cannot be written and why', () => {
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    expect(() => writeWhole(reader, 'the pipe', 'upstream')).toThrow(
      expect.objectContaining({ name: 'OutputFailed', path: 'the pipe', code: 'EBADF' }),
    );
    closeSync(reader);
  });

  it('waits for a slow reader, even where others made the pipe non-blocking', async () => {
    const text = 'ä line of text\n'.repeat(100_000);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const counter = spawn('sh', ['-c', 'sleep 0.2; wc -c'], { stdio: [reader, 'pipe', 'inherit'] });
    const writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    closeSync(reader);
    const counted = new Promise<string>((resolve) => {
      counter.stdout?.once('data', (chunk) => resolve(String(chunk).trim()));
    });
    writeWhole(writer, 'pipe', text);
    closeSync(writer);
    expect(await counted).toBe(String(Buffer.byteLength(text)));
  });
});
