import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { collectEvidence } from '../../src/evidence/evidence.ts';
import { checkPlanOptions } from '../../src/evidence/plan-options.ts';
import type { PlanOptions } from '../../src/evidence/plan-options.ts';
import { renderPlanScript } from '../../src/evidence/plan-script.ts';
import { capturePlan, planFilter } from '../../src/evidence/plan.ts';
import { mayBeEvidence, recogniseEvidence } from '../../src/evidence/role.ts';

const SHELLS = ['/bin/bash', '/bin/dash'].filter((shell) => existsSync(shell));

const OPTIONS: readonly PlanOptions[] = [
  {},
  { target: '10.0.0.4' },
  { target: 'FD00:0::4', port: 5432, peers: ['10.0.0.5', '10.0.0.6'], interface: 'bond0.100' },
  { port: 80, peers: ['10.0.0.5'] },
];

const script = (options: PlanOptions): string => renderPlanScript(capturePlan(options));

describe('checkPlanOptions', () => {
  it.each(OPTIONS)('accepts %j', (options) => {
    expect(checkPlanOptions(options)).toEqual([]);
  });

  it.each<[PlanOptions, string]>([
    [{ target: "10.0.0.4'; reboot; '" }, 'target'],
    [{ target: 'db.example' }, 'target'],
    [{ target: '' }, 'target'],
    [{ port: 0 }, 'port'],
    [{ port: 65536 }, 'port'],
    [{ port: Number.NaN }, 'port'],
    [{ port: 80.5 }, 'port'],
    [{ peers: ['10.0.0.5', '$(id)'] }, 'peers'],
    [{ peers: Array.from({ length: 101 }, () => '10.0.0.5') }, 'peers'],
    [{ interface: '-w' }, 'interface'],
    [{ interface: 'eth0 -w x' }, 'interface'],
    [{ interface: '`id`' }, 'interface'],
    [{ interface: 'a-name-much-too-long' }, 'interface'],
  ])('refuses %j, and so does capturePlan', (options, option) => {
    expect(checkPlanOptions(options).map((problem) => problem.option)).toEqual([option]);
    expect(() => capturePlan(options)).toThrow(RangeError);
  });

  it('lets nothing into the script that a shell could take for more than a word', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.ipV4(),
      fc.ipV6(),
      fc.stringMatching(/^[a-z0-9'"$`;|&.:]+$/),
    );
    fc.assert(
      fc.property(text, text, text, (target, peer, face) => {
        const options = { target, peers: [peer], interface: face };
        const refused = checkPlanOptions(options).length > 0;
        const written = refused ? '' : (/^(?:interface|filter)='.*'$/gm.exec(script(options))?.join() ?? '');
        expect(written).toMatch(/^$|^(?:interface|filter)='[\w.@: -]+'$/);
        expect(refused || /^tcp(?: and host [0-9a-f.:]+){2}$/.test(planFilter(options))).toBe(true);
      }),
    );
  });
});

describe('planFilter', () => {
  it.each<[PlanOptions, string]>([
    [{}, 'tcp'],
    [{ target: 'FD00:0::4', port: 80 }, 'tcp and host fd00::4'],
    [{ peers: ['10.0.0.5'] }, 'tcp and host 10.0.0.5'],
    [
      { target: '10.0.0.4', peers: ['10.0.0.5', '10.0.0.6'] },
      'tcp and host 10.0.0.4 and (host 10.0.0.5 or host 10.0.0.6)',
    ],
  ])('of %j keeps every port', (options, filter) => {
    expect(planFilter(options)).toBe(filter);
  });
});

describe('renderPlanScript', () => {
  it.each(OPTIONS)('is read by every shell here: %j', (options) => {
    for (const shell of SHELLS) {
      const { status, stderr } = spawnSync(shell, ['-n'], { input: script(options), encoding: 'utf8' });
      expect({ shell, status, stderr }).toEqual({ shell, status: 0, stderr: '' });
    }
    expect(SHELLS).not.toEqual([]);
  });

  it.each(OPTIONS)('can be pasted: %j', (options) => {
    const [first, ...rest] = script(options).split('\n');
    expect(first).toBe('#!/bin/sh');
    expect(rest.join('\n')).not.toMatch(/[\t\r]|[^\x20-\x7e\n]/);
    // `$!` before the end of a line is the one use of `!` that history expansion leaves alone.
    expect(rest.join('\n').replaceAll('=$!\n', '')).not.toContain('!');
  });

  it('deletes and sets nothing', () => {
    expect(script({ target: '10.0.0.4', port: 80 })).not.toMatch(
      /\brm\b|sysctl -w|\bflush\b|>\s*\/proc|iptables/,
    );
  });
});

describe.skipIf(!existsSync('/proc/net/netstat'))(
  'the script, run with stand-ins for the programs of a target',
  () => {
    let root = '';

    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'synscope plan '));
      mkdirSync(join(root, 'bin'));
      standIn('id', 'echo 0');
      standIn('sleep', ':');
      standIn('ss', 'echo "State Recv-Q"; echo "args: $*"');
      standIn('uname', 'echo 3.10.0-1160.el7.x86_64');
      standIn('sysctl', 'echo "net.ipv4.tcp_tw_recycle = 1"');
      standIn(
        'ip',
        'case $* in *tcp_metrics*) echo "10.0.0.5 age 1.0sec tw_ts 7/1 ago" ;; *) echo "2: eth7    inet 10.0.0.4/24 scope global eth7" ;; esac',
      );
      standIn(
        'tcpdump',
        `if [ "$1" = -h ]; then echo "Usage: tcpdump [ -B size ] [ -Z user ]" >&2; exit 1; fi
printf '%s\\n' "$@" >"${root}/arguments"
echo "tcpdump: listening on eth7" >&2
exec /bin/sleep 60`,
      );
    });

    afterEach(() => {
      rmSync(root, { recursive: true, force: true });
    });

    function standIn(name: string, body: string): void {
      const file = join(root, 'bin', name);
      writeFileSync(file, `#!/bin/sh\n${body}\n`);
      chmodSync(file, 0o755);
    }

    function run(
      options: PlanOptions,
      shell: string,
    ): { status: number | null; stderr: string; made: string[] } {
      writeFileSync(join(root, 'plan.sh'), script(options));
      const { status, stderr } = spawnSync(shell, [join(root, 'plan.sh')], {
        cwd: root,
        encoding: 'utf8',
        env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, SYNSCOPE_SECONDS: '2' },
      });
      return { status, stderr, made: readdirSync(root).filter((name) => name.startsWith('synscope-')) };
    }

    it.each(SHELLS)('leaves evidence that is recognised (%s)', (shell) => {
      const { status, stderr, made } = run({ target: '10.0.0.4', port: 5432 }, shell);
      expect(stderr).toContain('synscope: done');
      expect(status).toBe(0);
      expect(made).toEqual([expect.stringMatching(/Z$/), expect.stringMatching(/Z\.tar\.gz$/)]);
      const directory = join(root, made[0] ?? '');
      const files = readdirSync(directory)
        .filter(mayBeEvidence)
        .map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }))
        .filter(({ name, text }) => recogniseEvidence(name, text) !== null);
      const evidence = collectEvidence(files);
      expect(evidence.problems).toEqual([]);
      expect(evidence.kernelRelease).toBe('3.10.0-1160.el7.x86_64');
      expect(evidence.sysctl?.twRecycle?.value).toBe(1);
      expect(evidence.tcpMetricsBefore?.entries).toHaveLength(1);
      expect(evidence.tcpMetricsAfter?.entries).toHaveLength(1);
      expect(evidence.counterTimes?.after).toMatch(/^\d+\.\d{9}$/);
      expect(evidence.delta?.completeGroups).toContain('TcpExt');
      expect(readFileSync(join(directory, 'peers.txt'), 'utf8')).toContain('args: -tan sport = :5432');
    });

    it('captures both directions of all ports, on the interface of the target, into a ring of files', () => {
      const { made } = run({ target: '10.0.0.4', port: 5432 }, SHELLS[0] ?? 'sh');
      const words = readFileSync(join(root, 'arguments'), 'utf8').trimEnd().split('\n');
      const option = (name: string): string | undefined => words[words.indexOf(name) + 1];
      expect(words.at(-1)).toBe('tcp and host 10.0.0.4');
      expect(option('-i')).toBe('eth7');
      expect(option('-s')).toBe('128');
      expect(option('-C')).toBe('100');
      expect(Number(option('-W'))).toBeGreaterThanOrEqual(2);
      expect(Number(option('-W'))).toBeLessThanOrEqual(20);
      expect(option('-w')).toBe(join(root, made[0] ?? '', 'target.pcap'));
      expect(option('-B')).toBe('16384');
      expect(option('-Z')).toBe('root');
    });

    it('captures all addresses of a host that remembers peers for all of them together', () => {
      standIn('uname', 'echo 3.10.108');
      run({ target: '10.0.0.4', peers: ['10.0.0.5'] }, SHELLS[0] ?? 'sh');
      const words = readFileSync(join(root, 'arguments'), 'utf8').trimEnd().split('\n');
      expect(words.at(-1)).toBe('tcp and host 10.0.0.5');
      expect(words[words.indexOf('-i') + 1]).toBe('any');
    });

    it('does with an old tcpdump and few programs', () => {
      for (const name of ['ss', 'sysctl', 'ip']) {
        standIn(name, 'exit 127');
      }
      standIn(
        'tcpdump',
        `[ "$1" = -h ] && exit 1
printf '%s\\n' "$@" >"${root}/arguments"
echo "listening on any" >&2
exec /bin/sleep 60`,
      );
      const { status, made } = run({ target: '10.0.0.4' }, SHELLS[0] ?? 'sh');
      expect(status).toBe(0);
      const words = readFileSync(join(root, 'arguments'), 'utf8').split('\n');
      expect(words).toContain('any');
      expect(words).not.toContain('-B');
      expect(words).not.toContain('-Z');
      const sysctl = readFileSync(join(root, made[0] ?? '', 'sysctl.txt'), 'utf8');
      expect(sysctl).toMatch(/^\/proc\/sys\/net\/ipv4\/tcp_timestamps:\d$/m);
    });

    it('stops before it makes anything when it is not run as root', () => {
      standIn('id', 'echo 1000');
      const { status, stderr, made } = run({}, SHELLS[0] ?? 'sh');
      expect({ status, made }).toEqual({ status: 1, made: [] });
      expect(stderr).toContain('run this as root');
    });

    it('shows what tcpdump said when it does not start', () => {
      standIn('tcpdump', 'echo "eth9: No such device exists" >&2; exit 1');
      const { status, stderr } = run({ interface: 'eth9' }, SHELLS[0] ?? 'sh');
      expect(status).toBe(1);
      expect(stderr).toContain('No such device');
    });
  },
);
