import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSameFile, listTextFiles, readTextFile } from '../../src/cli/input-file.ts';
import { InputFailed } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { CONFIRMED } from '../report/fixtures.ts';
import { worldWith } from './memory-io.ts';

const TEXTS = {
  's.txt': 'net.ipv4.tcp_tw_recycle = 1',
  'n0.txt': 'before',
  'n1.txt': 'after',
  'n1b.txt': 'after too',
  'nodes.json': '{}',
  'dir/sysctl.txt': 'from the directory',
  'dir/target.pcap': 'a capture',
  'dir/README.md': 'prose',
  'pictures/a.png': 'a picture',
};

describe('evidence on the command line', () => {
  it.each(['analyze', 'syns'])('%s hands each file to the engine with its role', async (command) => {
    const world = worldWith({ report: CONFIRMED, texts: TEXTS });
    await run(
      [
        command,
        '--sysctl',
        's.txt',
        '--netstat-before',
        'n0.txt',
        'a.pcap',
        '--netstat-after=n1.txt',
        '--netstat-after',
        'n1b.txt',
        '--nodes',
        'nodes.json',
        'b.pcap',
      ],
      world.io,
    );
    expect(world.asked[0]?.paths).toEqual(['a.pcap', 'b.pcap']);
    expect(world.asked[0]?.options.evidence).toEqual([
      { name: 's.txt', text: TEXTS['s.txt'], role: 'sysctl' },
      { name: 'n0.txt', text: 'before', role: 'counters-before' },
      { name: 'n1.txt', text: 'after', role: 'counters-after' },
      { name: 'n1b.txt', text: 'after too', role: 'counters-after' },
      { name: 'nodes.json', text: '{}', role: 'nodes' },
    ]);
  });

  it('takes from a directory what may be evidence, without a role, and a single file as it is', async () => {
    const world = worldWith({ report: CONFIRMED, texts: TEXTS });
    await run(['analyze', 'a.pcap', '--evidence', 'dir', '--evidence', 'n0.txt'], world.io);
    expect(world.asked[0]?.options.evidence).toEqual([
      { name: 'dir/sysctl.txt', text: 'from the directory', role: undefined },
      { name: 'n0.txt', text: 'before', role: undefined },
    ]);
  });

  it('says nothing of evidence when none was named', async () => {
    const world = worldWith({ report: CONFIRMED, texts: TEXTS });
    await run(['analyze', 'a.pcap'], world.io);
    expect(world.asked[0]?.options).not.toHaveProperty('evidence');
  });

  it.each([
    [['--sysctl', 'gone.txt'], 'gone.txt: cannot be read: no such file'],
    [['--evidence', 'nowhere'], 'nowhere: cannot be read: no such file'],
    [['--evidence', 'pictures'], 'pictures: no evidence in it (.txt, .json, .conf or .out)'],
    [['--sysctl', 's.txt', '--sysctl', 'n0.txt'], '--sysctl was given more than once'],
  ])('refuses %j before anything is read', async (options, complaint) => {
    const world = worldWith({ report: CONFIRMED, texts: TEXTS });
    expect(await run(['analyze', 'a.pcap', ...options], world.io)).toBe(2);
    expect(world.stderr.text).toContain(complaint);
    expect(world.stdout.text).toBe('');
    expect(world.asked).toEqual([]);
  });

  it('hands on the sources that are expected, one by one', async () => {
    const world = worldWith({ report: CONFIRMED });
    await run(['analyze', 'a.pcap', '--expect', '10.0.0.4,10.1.0.0/16', '--expect', 'fd00::1'], world.io);
    expect(world.asked[0]?.options.expect).toEqual(['10.0.0.4', '10.1.0.0/16', 'fd00::1']);
  });
});

describe('readTextFile', () => {
  const place = mkdtempSync(join(tmpdir(), 'synscope-evidence-'));
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(place, name), content);
    return join(place, name);
  };

  it('reads a text of any size up to the limit', () => {
    const text = 'TcpExt: SyncookiesSent\n'.repeat(20_000);
    const path = file('long.txt', text);
    expect(readTextFile(path, text.length)).toBe(text);
    expect(() => readTextFile(path, text.length - 1)).toThrow(new InputFailed(path, 'EFBIG'));
  });

  it('reads what has no size, such as files below /proc', () => {
    expect(readTextFile('/proc/self/status', 1_000_000)).toContain('Pid:');
  });

  it.each([
    ['utf-16le', Uint8Array.of(0xff, 0xfe, 0x61, 0, 0xe9, 0)],
    ['utf-16be', Uint8Array.of(0xfe, 0xff, 0, 0x61, 0, 0xe9)],
    ['utf-8 with a mark', Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xc3, 0xa9)],
    ['utf-8', Uint8Array.of(0x61, 0xc3, 0xa9)],
  ])('understands %s', (name, bytes) => {
    expect(readTextFile(file(`${name}.txt`, bytes), 100)).toBe('aé');
  });

  it('knows a file by another name', () => {
    const path = file('one.txt', '');
    symlinkSync(path, join(place, 'same.txt'));
    expect(isSameFile(path, join(place, 'same.txt'))).toBe(true);
    expect(isSameFile(path, file('two.txt', ''))).toBe(false);
    expect(isSameFile(join(place, 'gone'), join(place, 'gone'))).toBe(false);
    expect(isSameFile('/dev/null', '/dev/null')).toBe(false);
  });

  it('lists regular files in order, through links, and nothing else', () => {
    const directory = join(place, 'list');
    mkdirSync(join(directory, 'inner.txt'), { recursive: true });
    writeFileSync(join(directory, 'b.txt'), '');
    writeFileSync(join(directory, 'a.txt'), '');
    symlinkSync(join(directory, 'b.txt'), join(directory, 'c.txt'));
    symlinkSync(join(directory, 'gone'), join(directory, 'd.txt'));
    symlinkSync('circle.txt', join(directory, 'circle.txt'));
    expect(listTextFiles(directory)).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(listTextFiles(join(directory, 'a.txt'))).toBeNull();
    expect(() => listTextFiles(join(directory, 'gone'))).toThrow(InputFailed);
  });
});
