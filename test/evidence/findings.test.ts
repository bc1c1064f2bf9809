import { describe, expect, it } from 'vitest';

import { collectEvidence } from '../../src/evidence/evidence.ts';
import type { EvidenceFile } from '../../src/evidence/evidence.ts';
import { evidenceFindings, trustedDelta } from '../../src/evidence/findings.ts';
import type { EvidenceFinding } from '../../src/evidence/findings.ts';
import { WHOLE_LISTING_KEYS } from '../../src/evidence/sysctl-keys.ts';
import { realScenarios } from './real-captures.ts';

function findingsOf(...files: (readonly [string, string])[]): EvidenceFinding[] {
  return evidenceFindings(collectEvidence(files.map(([name, text]): EvidenceFile => ({ name, text }))));
}

/** /proc/net/netstat before and after, from [before, after] by column. */
function counters(columns: Record<string, readonly [number, number]>): (readonly [string, string])[] {
  const names = Object.keys(columns).join(' ');
  return (['before', 'after'] as const).map((moment, index) => {
    const values = Object.values(columns).map((pair) => pair[index]);
    return [`netstat-${moment}.txt`, `TcpExt: ${names}\nTcpExt: ${values.join(' ')}\n`];
  });
}

const codes = (findings: readonly EvidenceFinding[]): string[] => findings.map(({ code }) => code);
const find = (findings: readonly EvidenceFinding[], code: string): EvidenceFinding | undefined =>
  findings.find((finding) => finding.code === code);

const whole = [...WHOLE_LISTING_KEYS].map((key) => `${key} = 1`).join('\n');

describe('findings from settings', () => {
  it('says what is on, what is off, and where', () => {
    const findings = findingsOf([
      'sysctl.txt',
      'net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth0.rp_filter = 1\nnet.ipv4.tcp_tw_recycle = 1\n' +
        'net.ipv4.tcp_timestamps = 1\nnet.ipv4.tcp_syncookies = 0\nnet.ipv4.tcp_tw_reuse = 1\n',
    ]);
    expect(codes(findings)).toEqual([
      'recycle-on',
      'timestamps-on',
      'syncookies-off',
      'tw-reuse-on',
      'rp-filter-strict',
      'kernel-range',
    ]);
    expect(find(findings, 'recycle-on')).toEqual({
      code: 'recycle-on',
      value: 1,
      line: 3,
      source: 'listing',
    });
    expect(find(findings, 'rp-filter-strict')).toMatchObject({ interface: 'eth0', line: 2 });
  });

  it('marks what a configuration file only wanted, and draws no kernel range from it', () => {
    const findings = findingsOf(['x.conf', 'net.ipv4.tcp_tw_recycle=0\n']);
    expect(findings).toEqual([{ code: 'recycle-off', value: 0, line: 1, source: 'configuration' }]);
  });

  it('tells an absent key by its basis', () => {
    expect(find(findingsOf(['sysctl.txt', whole]), 'recycle-key-absent')).toMatchObject({
      basis: 'whole-listing',
    });
    const refused = findingsOf([
      'sysctl.txt',
      'sysctl: cannot stat /proc/sys/net/ipv4/tcp_tw_recycle: No such file',
    ]);
    expect(refused).toEqual([{ code: 'recycle-key-absent', basis: 'refusal', line: 1 }]);
  });
});

describe('findings from counters', () => {
  it('reports no growth of PAWSPassive as well', () => {
    const findings = findingsOf(...counters({ PAWSPassive: [5, 5], PAWSEstab: [1, 4], TW: [0, 9] }));
    expect(find(findings, 'paws-passive-delta')).toMatchObject({ delta: 0 });
    expect(find(findings, 'paws-estab')).toMatchObject({ delta: 3 });
  });

  it('distrusts every difference when one counter went back, or none moved', () => {
    const back = counters({ PAWSPassive: [5, 9], ListenDrops: [5, 4] });
    expect(find(findingsOf(...back), 'counters-went-back')).toEqual({
      code: 'counters-went-back',
      counters: 1,
      first: 'TcpExt.ListenDrops',
      swapped: false,
    });
    expect(codes(findingsOf(...back))).not.toContain('paws-passive-delta');
    const same = counters({ PAWSPassive: [5, 5] });
    expect(codes(findingsOf(...same))).toEqual([
      'paws-passive-column-present',
      'counters-identical',
      'kernel-range',
    ]);
    expect(trustedDelta(collectEvidence(same.map(([name, text]) => ({ name, text }))))).toBeNull();
  });

  it('reads a lone snapshot as counted since the start', () => {
    const [, after] = counters({ PAWSPassive: [5, 9] });
    expect(find(findingsOf(after ?? ['', '']), 'paws-passive-since-boot')).toMatchObject({ value: 9 });
  });

  it('takes ListenDrops apart: the timestamp check from 3.8 on', () => {
    const findings = findingsOf(
      ...counters({
        PAWSPassive: [0, 10],
        ListenOverflows: [0, 2],
        ListenDrops: [0, 12],
        TCPReqQFullDrop: [0, 0],
      }),
    );
    expect(find(findings, 'listen-drops-explained')).toMatchObject({
      drops: 12,
      accounts: [
        {
          era: '3.8-to-4.8',
          rest: 0,
          parts: [
            { source: 'timestamp-check', count: 10 },
            { source: 'accept-queue', count: 2 },
          ],
        },
        { era: '4.9-to-4.11', rest: 0 },
      ],
    });
  });

  it('takes ListenDrops apart: SYNs answered with a cookie are the false alarm of 3.8 to 4.4', () => {
    const drops = {
      PAWSPassive: [0, 0],
      ListenOverflows: [0, 0],
      ListenDrops: [0, 7],
      SyncookiesSent: [0, 7],
    } as const;
    expect(find(findingsOf(...counters(drops)), 'listen-drops-explained')).toMatchObject({
      accounts: [{ era: '3.8-to-4.8', parts: [{ source: 'cookie', count: 7 }] }],
    });
  });

  it('takes ListenDrops apart: before 3.8 only the accept queue counts', () => {
    const drops = { PAWSPassive: [0, 50], ListenOverflows: [0, 3], ListenDrops: [0, 3] } as const;
    expect(find(findingsOf(...counters(drops)), 'listen-drops-explained')).toMatchObject({
      accounts: [{ era: 'before-3.8' }],
    });
  });

  it('leaves a rest when no counter accounts for it', () => {
    const drops = { ListenOverflows: [0, 3], ListenDrops: [0, 8] } as const;
    expect(find(findingsOf(...counters(drops)), 'listen-drops-unexplained')).toMatchObject({
      drops: 8,
      accounts: [{ era: '4.12-and-later', rest: 5 }],
    });
  });
});

describe('findings that join several pieces', () => {
  it('narrows the kernel by columns and stamps', () => {
    const findings = findingsOf(
      ...counters({ PAWSPassive: [0, 1], TCPACKSkippedTimeWait: [0, 0], TCPReqQFullDrop: [0, 0] }),
      [
        'tcp-metrics-after.txt',
        '10.0.0.1 age 1sec tw_ts 5/59 ago source 10.0.0.2\n10.0.0.3 tw_ts 5/60 ago\n',
      ],
    );
    expect(find(findings, 'kernel-range')).toMatchObject({ range: { min: [3, 10], max: [4, 11] } });
    expect(find(findings, 'stamps-held')).toMatchObject({ entries: 2, stamps: 2, fresh: 1 });
  });

  it('sees that listing and counters are of different kernels', () => {
    const findings = findingsOf(
      ['sysctl.txt', whole],
      ...counters({ PAWSPassive: [0, 4], TCPReqQFullDrop: [0, 0], TCPACKSkippedTimeWait: [0, 0] }),
    );
    expect(find(findings, 'kernel-range-contradictory')).toMatchObject({
      range: { min: [4, 12], max: [4, 11] },
    });
    expect(find(findings, 'setting-contradicts-counter')).toMatchObject({ delta: 4 });
  });

  it('sees that the check was off and counted all the same', () => {
    const off: readonly [string, string] = ['sysctl.txt', 'net.ipv4.tcp_tw_recycle = 0'];
    expect(codes(findingsOf(off, ...counters({ PAWSPassive: [0, 4] })))).toContain(
      'setting-contradicts-counter',
    );
    expect(codes(findingsOf(off, ...counters({ PAWSPassive: [0, 0], TW: [0, 1] })))).not.toContain(
      'setting-contradicts-counter',
    );
  });

  it('says nothing without evidence', () => {
    expect(findingsOf()).toEqual([]);
  });
});

const scenarios = realScenarios();

describe.skipIf(scenarios.length === 0)('findings on real kernels', () => {
  it.each(scenarios)('fit what $name recorded', ({ kernel, files, counterDelta, sysctls }) => {
    const findings = findingsOf(...files);
    const recorded = (counter: string): unknown => counterDelta.get(counter) ?? 0;
    const modern = kernel.startsWith('linux-6');
    const recycle = sysctls.get('net.ipv4.tcp_tw_recycle') === 1 ? 'recycle-on' : 'recycle-off';
    expect(codes(findings)).toContain(modern ? 'recycle-key-absent' : recycle);
    expect(codes(findings)).toContain(modern ? 'paws-passive-column-absent' : 'paws-passive-column-present');
    expect(codes(findings)).not.toContain('kernel-range-contradictory');
    expect(codes(findings)).not.toContain('setting-contradicts-counter');
    expect(codes(findings)).not.toContain('listen-drops-unexplained');
    expect(find(findings, 'listen-overflows')).toMatchObject({ delta: recorded('TcpExt.ListenOverflows') });
    expect(find(findings, 'req-q-full-drop')).toMatchObject({ delta: recorded('TcpExt.TCPReqQFullDrop') });
    const passive = find(findings, 'paws-passive-delta');
    expect(modern ? passive === undefined : passive).toEqual(
      modern || {
        code: 'paws-passive-delta',
        counter: 'TcpExt.PAWSPassive',
        delta: recorded('TcpExt.PAWSPassive'),
      },
    );
  });
});
