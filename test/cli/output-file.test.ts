import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOutputFile } from '../../src/cli/output-file.ts';

describe('openOutputFile', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'synscope-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('shows the old file until the new one is whole', () => {
    const path = join(folder, 'report.txt');
    writeFileSync(path, 'old');
    const file = openOutputFile(path);
    file.write('new, ');
    expect(readFileSync(path, 'utf8')).toBe('old');
    file.write('wholly');
    file.commit();
    expect(readFileSync(path, 'utf8')).toBe('new, wholly');
    expect(readdirSync(folder)).toEqual(['report.txt']);
  });

  it('leaves nothing behind when abandoned, and stops listening for signals', () => {
    const path = join(folder, 'report.txt');
    const listeners = process.listenerCount('SIGINT');
    const file = openOutputFile(path);
    file.write('half');
    expect(process.listenerCount('SIGINT')).toBe(listeners + 1);
    file.abandon();
    expect(readdirSync(folder)).toEqual([]);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });

  it('replaces what a symbolic link leads to, not the link', () => {
    const link = join(folder, 'link.txt');
    writeFileSync(join(folder, 'real.txt'), 'old');
    symlinkSync('real.txt', link);
    const file = openOutputFile(link);
    file.write('new');
    file.commit();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real.txt'), 'utf8')).toBe('new');
  });

  it('writes to a device as it is', () => {
    const file = openOutputFile('/dev/null');
    file.write('gone');
    file.commit();
    expect(existsSync('/dev/null')).toBe(true);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.each([
    ['missing/report.txt', 'ENOENT'],
    ['folder', 'EISDIR'],
    ['file/report.txt', 'ENOTDIR'],
    ['circle/report.txt', 'ELOOP'],
    ['x'.repeat(300), 'ENAMETOOLONG'],
  ])('refuses %s with %s', (name, code) => {
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('circle', join(folder, 'circle'));
    expect(() => openOutputFile(join(folder, name))).toThrow(
      expect.objectContaining({ name: 'OutputFailed', code }),
    );
  });

  it.runIf(existsSync('/dev/full'))('says when the disk is full', () => {
    const file = openOutputFile('/dev/full');
    expect(() => file.write('too much')).toThrow(
      expect.objectContaining({ path: '/dev/full', code: 'ENOSPC' }),
    );
    file.abandon();
  });
});
