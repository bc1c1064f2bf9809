import { describe, expect, it } from 'vitest';
import { OutputClosed, OutputFailed } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import type { Report } from '../../src/report/report.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import { VERSION } from '../../src/report/version.ts';
import { CANNOT_TELL, CONFIRMED, NO_EVIDENCE, POSSIBLE, PROBABLE, RULED_OUT } from '../report/fixtures.ts';
import { MemoryOutput, worldWith } from './memory-io.ts';

const ROW: SynRow = {
  file: 'a.pcap',
  frame: 1,
  time: '1.000000000',
  src: '10.0.0.1',
  srcPort: 1,
  dst: '10.0.0.2',
  dstPort: 2,
  seq: 3,
  tsval: null,
  tsecr: null,
  attempt: 1,
  retransmission: false,
  answer: 'syn-ack',
  fate: 'pass',
  cause: null,
  duplicateOf: null,
  stampTsval: null,
  stampSecond: null,
  stampFrame: null,
  lagTicks: null,
  acceptedFrom: null,
};

const UNREADABLE: Report = {
  ...CONFIRMED,
  problems: [
    {
      capture: 'a\u001b[2J.pcap',
      kind: 'unreadable',
      offset: 0,
      frame: 0,
      needed: null,
      available: null,
      detail: 'ENOENT',
      more: 0,
    },
    {
      capture: 'b.pcap',
      kind: 'truncated-record',
      offset: 99,
      frame: 3,
      needed: 60,
      available: 12,
      detail: null,
      more: 0,
    },
  ],
};

describe('exit codes', () => {
  it.each([
    [CONFIRMED, [1, 1, 1, 0]],
    [PROBABLE, [0, 1, 1, 0]],
    [POSSIBLE, [0, 0, 1, 0]],
    [CANNOT_TELL, [0, 0, 0, 0]],
    [NO_EVIDENCE, [0, 0, 0, 0]],
    [{ ...RULED_OUT, problems: [] }, [0, 0, 0, 0]],
  ])('follow --fail-on (%#)', async (report, expected) => {
    const codes: number[] = [];
    for (const failOn of ['confirmed', 'probable', 'possible', 'never']) {
      codes.push(await run(['analyze', 'a.pcap', '--fail-on', failOn], worldWith({ report }).io));
    }
    expect(codes).toEqual(expected);
  });

  it('take possible as the weakest unless told otherwise', async () => {
    expect(await run(['analyze', 'a.pcap'], worldWith({ report: POSSIBLE }).io)).toBe(1);
  });

  it('are 2 when an input could not be read, and the others are reported all the same', async () => {
    const world = worldWith({ report: UNREADABLE });
    expect(await run(['analyze', 'a', 'b', '--merge'], world.io)).toBe(2);
    expect(world.stderr.text).toBe('synscope: a\\x1b[2J.pcap: no such file\n');
    expect(world.stdout.text).toContain('CONFIRMED');
  });

  it.each([
    [[], 'a command is needed'],
    [['analyse', 'a.pcap'], 'analyze'],
    [['analyze'], 'no capture given'],
    [['frobnicate', 'a.pcap'], '"frobnicate" is no command: analyze, syns, plan or explain'],
    [['--', 'a.pcap'], '"a.pcap" is no command'],
    [['analyze', 'a.pcap', '--fromat', 'json'], 'fromat'],
    [['analyze', 'a.pcap', '--format', 'xml'], 'xml'],
    [['analyze', 'a.pcap', '--fail-on', 'maybe'], 'maybe'],
    [['analyze', 'a.pcap', '--limit', 'many'], '--limit needs a whole number'],
    [['analyze', 'a.pcap', '--limit', '-1'], '--limit needs a whole number'],
    [['analyze', 'a.pcap', '--width', '12'], '--width needs a whole number of at least 40'],
    [['analyze', 'a.pcap', '--target-kernel'], 'target-kernel'],
    [['analyze', 'a.pcap', '-f', 'json', '--format', 'text'], '--format was given more than once'],
    [['syns', 'a.pcap', '--fail-on', 'never'], 'fail-on'],
    [['syns', 'a.pcap', '--format', 'json'], 'json'],
    [['analyze', 'a.pcap', '--limit', ''], '--limit needs a whole number'],
    [['analyze', 'a.pcap', '--limit='], '--limit needs a whole number'],
    [['analyze', 'a.pcap', '--no-limit'], '--limit needs a whole number'],
    [['analyze', 'a.pcap', '--limit', '1', '--limit', '2'], '--limit was given more than once'],
    [['analyze', 'a.pcap', '--no-output'], '--no-output'],
    [['analyze', 'a.pcap', '--no-sysctl'], '--no-sysctl'],
    [['analyze', 'a.pcap', '--no-evidence'], '--no-evidence'],
    [['analyze', 'a.pcap', '--no-expect'], '--no-expect'],
    [['syns', 'a.pcap', '--no-target-kernel'], '--no-target-kernel'],
    [['plan', '--no-peer'], '--no-peer'],
    [['analyze', 'a.pcap', '--merge=yes'], '--merge=yes: the option takes no value'],
    [['analyze', 'a.pcap', '--color=always'], '--color=always: the option takes no value'],
    [['syns', 'a.pcap', '--anonymize-key', ''], 'the key to anonymize with is empty'],
  ])('are 2 for %j, with one clear line', async (argv, hint) => {
    const world = worldWith({ report: CONFIRMED });
    expect(await run(argv, world.io)).toBe(2);
    expect(world.stderr.text).toContain(hint);
    expect(world.stderr.text).toMatch(/^synscope: [^\n]+\n$/);
    expect(world.stdout.text).toBe('');
    expect(world.asked).toEqual([]);
  });

  it('are not moved by a switch that is switched off, or on with a word', async () => {
    const options = ['--no-merge', '--no-what-if', '--color=false', '--anonymize=true'];
    expect(await run(['analyze', 'a.pcap', ...options], worldWith({ report: CONFIRMED }).io)).toBe(1);
    expect(await run(['analyze', '--', '--merge=yes'], worldWith({ report: CONFIRMED }).io)).toBe(1);
  });

  it('are 2 for an option that the engine refuses', async () => {
    const world = worldWith({ report: CONFIRMED, fail: new RangeError('unknown kernel "plan9"') });
    expect(await run(['analyze', 'a.pcap', '--target-kernel', 'plan9'], world.io)).toBe(2);
    expect(world.stderr.text).toBe('synscope: unknown kernel "plan9" (see synscope --help)\n');
  });

  it('are 2 for a fault of our own, without a stack trace', async () => {
    const world = worldWith({ report: CONFIRMED, fail: new TypeError('x is undefined') });
    expect(await run(['analyze', 'a.pcap'], world.io)).toBe(2);
    expect(world.stderr.text).toBe('synscope: internal error: x is undefined; please report it\n');
  });
});

describe('analyze', () => {
  it('hands the engine the captures and options as they were written', async () => {
    const world = worldWith({ report: CONFIRMED });
    await run(
      ['analyze', '-f', 'json', '-', '0123', '--target-kernel', '3.10', '--limit', '5', '--', '--odd.pcap'],
      world.io,
    );
    expect(world.asked[0]?.paths).toEqual(['-', '0123', '--odd.pcap']);
    expect(world.asked[0]?.options).toMatchObject({ targetKernel: '3.10', limit: 5 });
  });

  it('limits what the text shows, and not what its sentences rest on', async () => {
    const world = worldWith({ report: CONFIRMED });
    await run(['analyze', 'a.pcap', '--limit', '0'], world.io);
    expect(world.asked[0]?.options.limit).toBe(1000);
    const [capture = '', ...text] = world.stdout.text.split('\n');
    expect(capture).toContain(CONFIRMED.captures[0]?.name);
    expect(text.join('\n')).toMatch(/… and \d+ more peers?/);
  });

  it('leaves out what was not given', async () => {
    const world = worldWith({ report: CONFIRMED });
    await run(['analyze', 'a.pcap'], world.io);
    expect(Object.keys(world.asked[0]?.options ?? {})).toEqual(['onProgress', 'onSkipped']);
  });

  it.each([
    [[], undefined],
    [['--what-if'], true],
    [['--format', 'json'], true],
    [['--no-what-if'], undefined],
  ])('asks for the what-if with %j: %j', async (options, expected) => {
    const world = worldWith({ report: CONFIRMED });
    await run(['analyze', 'a.pcap', ...options], world.io);
    expect(world.asked[0]?.options.whatIf).toBe(expected);
  });

  it('prints JSON that parses to the report', async () => {
    const world = worldWith({ report: CONFIRMED });
    await run(['analyze', 'a.pcap', '--format', 'json'], world.io);
    expect(JSON.parse(world.stdout.text)).toEqual(CONFIRMED);
  });

  it('puts the report into a file, and nothing on the terminal', async () => {
    const world = worldWith({ report: CONFIRMED, columns: 100 });
    expect(await run(['analyze', 'a.pcap', '-o', 'out.txt'], world.io)).toBe(1);
    expect(world.files.get('out.txt')).toContain('CONFIRMED');
    expect(world.files.get('out.txt')).not.toContain('\u001b');
    expect(world.stdout.text).toBe('');
  });

  it('says that the output cannot be written before it reads anything', async () => {
    const world = worldWith({ report: CONFIRMED });
    expect(await run(['analyze', 'a.pcap', '--output', '/nowhere/out.txt'], world.io)).toBe(2);
    expect(world.stderr.text).toBe('synscope: /nowhere/out.txt: cannot be written: no such file\n');
    expect(world.asked).toEqual([]);
  });

  it.each([
    ['analyze', 'a.pcap', '-o', 'a.pcap'],
    ['syns', 'a.pcap', 'b.pcap', '--output=b.pcap'],
    ['analyze', 'a.pcap', '--sysctl', 's.txt', '-o', 's.txt'],
  ])('never puts a report in the place of an input: %s %s %s %s', async (...argv) => {
    const world = worldWith({ report: CONFIRMED, texts: { 's.txt': '' } });
    expect(await run(argv, world.io)).toBe(2);
    expect(world.stderr.text).toContain('the output would take the place of an input');
    expect([world.files.size, world.asked.length]).toEqual([0, 0]);
  });

  it('leaves no half of a file behind', async () => {
    const world = worldWith({ report: CONFIRMED, fail: new Error('no') });
    await run(['analyze', 'a.pcap', '-o', 'out.txt'], world.io);
    expect(world.abandoned).toEqual(['out.txt']);
    expect(world.files.size).toBe(0);
  });

  it('is as wide as the terminal, 80 columns elsewhere, or what --width says', async () => {
    const widest = async (columns: number | null, ...options: string[]): Promise<number> => {
      const world = worldWith({ report: CONFIRMED, columns, env: { NO_COLOR: '1' } });
      await run(['analyze', 'a.pcap', ...options], world.io);
      return Math.max(...world.stdout.text.split('\n').map((line) => line.length));
    };
    expect(await widest(100)).toBe(100);
    expect(await widest(null)).toBe(80);
    expect(await widest(100, '--width', '60')).toBe(60);
    expect(await widest(400)).toBe(120);
  });
});

describe('colour', () => {
  it.each<readonly [boolean, Record<string, string>, string[], boolean]>([
    [true, {}, [], true],
    [false, {}, [], false],
    [true, { NO_COLOR: '1' }, [], false],
    [true, { NO_COLOR: '' }, [], true],
    [true, { TERM: 'dumb' }, [], false],
    [false, { FORCE_COLOR: '1' }, [], true],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, [], true],
    [true, { FORCE_COLOR: '0' }, [], false],
    [false, { NO_COLOR: '1' }, ['--color'], true],
    [true, { FORCE_COLOR: '1' }, ['--no-color'], false],
  ])('terminal %j, environment %j, options %j: %j', async (terminal, env, options, expected) => {
    const world = worldWith({ report: CONFIRMED, columns: terminal ? 80 : null, env });
    await run(['analyze', 'a.pcap', ...options], world.io);
    expect(world.stdout.text.includes('\u001b[')).toBe(expected);
  });
});

describe('syns', () => {
  it('lists rows as NDJSON, or as CSV with a header', async () => {
    const ndjson = worldWith({ report: CONFIRMED, rows: [ROW, { ...ROW, frame: 2 }] });
    expect(await run(['syns', 'a.pcap'], ndjson.io)).toBe(0);
    expect(
      ndjson.stdout.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([ROW, { ...ROW, frame: 2 }]);
    const csv = worldWith({ report: CONFIRMED, rows: [ROW] });
    expect(await run(['syns', 'a.pcap', '--format', 'csv'], csv.io)).toBe(0);
    expect(csv.stdout.text.split('\n')[1]).toBe(
      'a.pcap,1,1.000000000,10.0.0.1,1,10.0.0.2,2,3,,,1,false,syn-ack,pass,,,,,,,',
    );
  });

  it('tells every problem, since no report does', async () => {
    const world = worldWith({ report: UNREADABLE });
    expect(await run(['syns', 'a.pcap', 'b.pcap'], world.io)).toBe(2);
    expect(world.stderr.text.split('\n')).toHaveLength(3);
    expect(world.stderr.text).toContain('b.pcap: the file ends inside a record');
  });

  it('tells that the reading ended early, since no report does', async () => {
    const findings = [{ code: 'partial', limit: 'interrupted' }] as const;
    const world = worldWith({ report: { ...CONFIRMED, adequacy: { seconds: 1, findings } } });
    expect(await run(['syns', 'a.pcap'], world.io)).toBe(0);
    expect(world.stderr.text).toBe('synscope: Only a part was read: the run was interrupted.\n');
  });

  it('ends with 2, and says why, when the run ended before it came to a capture', async () => {
    const notReached = ['b.pcap', '', 'd\u001b[2J', 'e.pcap', 'f.pcap'];
    const world = worldWith({ report: CONFIRMED, notReached });
    expect(await run(['syns', 'a.pcap', ...notReached], world.io)).toBe(2);
    expect(world.stderr.text).toBe(
      'synscope: not reached before the run ended: b.pcap, "", d\\x1b[2J and 2 more\n',
    );
  });

  it('joins many rows into few writes and loses none', async () => {
    let writes = 0;
    class Counting extends MemoryOutput {
      override write(content: string | Uint8Array): void {
        writes++;
        super.write(content);
      }
    }
    const rows = Array.from({ length: 5_000 }, (_, index) => ({ ...ROW, frame: index + 1 }));
    const world = worldWith({ report: CONFIRMED, rows, stdout: new Counting(null) });
    await run(['syns', 'a.pcap'], world.io);
    expect(world.stdout.text.split('\n')).toHaveLength(5_001);
    expect(writes).toBeLessThan(50);
  });
});

describe('an output that gives out', () => {
  class Broken extends MemoryOutput {
    readonly error: Error;

    constructor(error: Error) {
      super(null);
      this.error = error;
    }

    override write(): void {
      throw this.error;
    }
  }

  it('is no fault when the reader has gone', async () => {
    const world = worldWith({ report: CONFIRMED, rows: [ROW], stdout: new Broken(new OutputClosed('gone')) });
    expect(await run(['syns', 'a.pcap'], world.io)).toBe(0);
    expect(world.stderr.text).toBe('');
  });

  it('is told when the disk is full', async () => {
    const full = new OutputFailed('standard output', 'ENOSPC');
    const world = worldWith({ report: CONFIRMED, stdout: new Broken(full) });
    expect(await run(['analyze', 'a.pcap'], world.io)).toBe(2);
    expect(world.stderr.text).toBe(
      'synscope: standard output: cannot be written: no space left on the device\n',
    );
  });
});

describe('progress', () => {
  const steps = Array.from({ length: 40 }, (_, index) => ({
    file: 'big.pcap',
    bytesRead: index * 25_000_000,
    bytesTotal: 1_000_000_000,
    packets: index * 100_000,
  }));

  it('shows on a terminal after a second, and leaves no trace', async () => {
    const world = worldWith({ report: CONFIRMED, progress: steps, tick: 60, stderrColumns: 80 });
    await run(['analyze', 'big.pcap'], world.io);
    expect(world.stderr.text).toContain('big.pcap: 50 % of 1.0 GB, 2,000,000 packets');
    expect(world.stderr.text).not.toContain('big.pcap: 10 %');
    expect(world.stderr.text.endsWith('\r\u001b[K')).toBe(true);
  });

  it.each([
    [{ tick: 1, stderrColumns: 80 }, []],
    [{ tick: 60, stderrColumns: null }, []],
    [{ tick: 60, stderrColumns: 80 }, ['--no-progress']],
    [{ tick: 60, stderrColumns: 80, env: { TERM: 'dumb' } }, []],
  ])('does not show for %j %j', async (plan, options) => {
    const world = worldWith({ report: CONFIRMED, progress: steps, ...plan });
    await run(['analyze', 'big.pcap', ...options], world.io);
    expect(world.stderr.text).toBe('');
  });

  it('never breaks the line, however long the name and narrow the terminal', async () => {
    const progress = steps.map((step) =>
      Object.assign({}, step, { file: `${'x'.repeat(200)}\n.pcap`, bytesTotal: null }),
    );
    const world = worldWith({ report: CONFIRMED, progress, tick: 60, stderrColumns: 40 });
    await run(['analyze', 'big.pcap'], world.io);
    for (const line of world.stderr.text.split('\r\u001b[K')) expect(line.length).toBeLessThan(40);
    expect(world.stderr.text).not.toContain('\n');
  });
});

describe('help', () => {
  it.each(['analyze', 'syns'])('on %s tells the evidence after the options', async (command) => {
    const { io, stdout } = worldWith({ report: CONFIRMED });
    await run([command, '--help'], io);
    const headings = [...stdout.text.matchAll(/^\S.*:$/gm)].map(([heading]) => heading);
    expect(headings).toEqual(['Options:', 'What else you have:', 'Examples:']);
  });

  it('lists the commands, options, examples and exit codes', async () => {
    const world = worldWith({ report: CONFIRMED });
    expect(await run(['--help'], world.io)).toBe(0);
    expect(world.stdout.text).toContain('synscope analyze');
    const analyze = worldWith({ report: CONFIRMED });
    expect(await run(['analyze', '--help'], analyze.io)).toBe(0);
    for (const part of [
      '--fail-on',
      '--target-kernel',
      'tcpdump -U -w - tcp | synscope analyze -',
      'Exit codes: 0',
    ]) {
      expect(analyze.stdout.text).toContain(part);
    }
    expect(analyze.asked).toEqual([]);
  });

  it('prints the version among other options too', async () => {
    const world = worldWith({ report: CONFIRMED });
    expect(await run(['analyze', '--version'], world.io)).toBe(0);
    expect(world.stdout.text).toBe(`${VERSION}\n`);
  });
});
