import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { collectEvidence } from '../../src/evidence/evidence.ts';
import { EVIDENCE_ROLES, mayBeEvidence, recogniseEvidence } from '../../src/evidence/role.ts';
import { realScenarios } from './real-captures.ts';

const NETSTAT = 'TcpExt: PAWSPassive\nTcpExt: 5\n';
const SNMP = 'Tcp: PassiveOpens\nTcp: 7\n';

describe('recogniseEvidence', () => {
  it.each([
    ['netstat-before.txt', NETSTAT, 'counters-before'],
    ['AFTER_snmp.txt', SNMP, 'counters-after'],
    ['nstat.txt', '#kernel\nIpInReceives  5  0.0\n', 'counters'],
    ['hereafter.txt', 'TcpExtPAWSPassive 5 0.0', 'counters'],
    ['netstat-s-after.txt', 'Ip:\n    5 total packets received\n', 'counters-after'],
    ['sysctl.txt', 'net.ipv4.tcp_tw_recycle = 1', 'sysctl'],
    ['99-tuning.conf', '# tuning\nnet/ipv4/tcp_tw_recycle=1', 'sysctl'],
    ['proc.txt', '/proc/sys/net/ipv4/tcp_tw_recycle:1', 'sysctl'],
    ['tcp-metrics-after.txt', '10.0.0.1 age 1.2sec cwnd 10', 'tcp-metrics-after'],
    ['metrics.txt', '10.0.0.1 tw_ts 5/6 ago', 'tcp-metrics'],
    ['uname.txt', '3.10.0-1160.el7.x86_64\n', 'kernel'],
    ['kernel.txt', 'Linux db 4.9.0 #1 SMP', 'kernel'],
    ['nodes.json', '{"apiVersion":"v1","items":[{"apiVersion":"v1","kind":"Node"}]}', 'nodes'],
    ['out.json', '[{"kind": "Node"}]', 'nodes'],
    ['nodes.txt', '# ours\n10.0.0.4 a\n', 'nodes'],
    ['wide.txt', 'NAME STATUS ROLES AGE VERSION INTERNAL-IP\n', 'nodes'],
    ['times.txt', 'before 1700000000.5\nafter 1700000300.5\n', 'counter-times'],
  ])('knows %s', (name, text, role) => {
    expect(recogniseEvidence(name, text)).toBe(role);
  });

  it.each([
    [
      'ss-after.txt',
      'State     Recv-Q Send-Q Local Address:Port\nLISTEN    0      0            0.0.0.0:80        0.0.0.0:*',
    ],
    ['routes.txt', 'default via 10.0.0.1 dev eth0\n10.0.0.0/24 dev eth0 scope link src 10.0.0.4'],
    ['rules.txt', 'Chain INPUT (policy ACCEPT 0 packets, 0 bytes)'],
    ['scenario.json', '{"kernel": "linux-4.9"}'],
    ['empty.txt', ''],
  ])('knows nothing in %s', (name, text) => {
    expect(recogniseEvidence(name, text)).toBeNull();
  });

  it('tells which names of a directory are worth opening', () => {
    const names = ['sysctl.txt', 'nodes.json', '99-x.conf', 'target.pcap', 'target.pcap0', 'all.tar.gz', 'x'];
    expect(names.filter(mayBeEvidence)).toEqual(['sysctl.txt', 'nodes.json', '99-x.conf']);
  });
});

describe('collectEvidence', () => {
  it('makes one snapshot of several files and compares the two', () => {
    const evidence = collectEvidence([
      { name: 'netstat-before.txt', text: NETSTAT },
      { name: 'snmp-before.txt', text: SNMP },
      { name: 'netstat-after.txt', text: NETSTAT.replace('5', '9') },
      { name: 'a', text: SNMP, role: 'counters-after' },
      { name: 'uname.txt', text: '4.9.0-8-amd64' },
      { name: 'sysctl.txt', text: 'kernel.osrelease = 4.9.1\nnet.ipv4.tcp_tw_recycle = 1' },
    ]);
    expect(evidence.delta?.changes.get('TcpExt.PAWSPassive')).toMatchObject({ delta: 4 });
    expect(evidence.delta?.changes.get('Tcp.PassiveOpens')).toMatchObject({ delta: 0 });
    expect(evidence.kernelRelease).toBe('4.9.0-8-amd64');
    expect(evidence.sysctl?.twRecycle?.value).toBe(1);
    expect(evidence.nodes).toBeNull();
    expect(evidence.problems).toEqual([]);
  });

  it('takes a lone snapshot and the release that sysctl knows', () => {
    const evidence = collectEvidence([
      { name: 'netstat.txt', text: NETSTAT },
      { name: 'sysctl.txt', text: 'kernel.osrelease = 4.9.1' },
    ]);
    expect(evidence.countersAfter?.values.get('TcpExt.PAWSPassive')).toBe(5);
    expect(evidence).toMatchObject({
      delta: null,
      countersBefore: null,
      kernelRelease: '4.9.1',
      problems: [],
    });
  });

  it('believes the first of two files for one snapshot, and takes netstat and nstat as one', () => {
    const evidence = collectEvidence([
      { name: 'netstat-after.txt', text: NETSTAT },
      { name: 'nstat-after.txt', text: 'TcpExtPAWSPassive 6 0.0\nTcpExtListenDrops 0 0.0\n' },
    ]);
    expect(evidence.countersAfter?.values.get('TcpExt.PAWSPassive')).toBe(5);
    expect(evidence.countersAfter?.values.get('TcpExt.ListenDrops')).toBe(0);
    expect(evidence.countersAfter?.form).toBe('mixed');
  });

  it('names files that do not fit, with their lines', () => {
    const { problems } = collectEvidence([
      { name: 'picture.txt', text: 'GIF89a' },
      { name: 'sysctl.txt', text: 'net.ipv4.tcp_tw_recycle = yes' },
      { name: 'other.txt', text: 'net.ipv4.tcp_tw_recycle = 1', role: 'sysctl' },
      { name: 'netstat-before.txt', text: NETSTAT },
      { name: 'netstat.txt', text: NETSTAT },
    ]);
    expect(problems).toEqual([
      { file: 'picture.txt', role: null, line: 0, expected: 'evidence' },
      { file: 'other.txt', role: 'sysctl', line: 0, expected: 'one-file' },
      { file: 'sysctl.txt', role: 'sysctl', line: 1, expected: 'whole-number' },
      { file: 'netstat.txt', role: 'counters', line: 0, expected: 'before-or-after' },
    ]);
  });

  it('takes any text for any role', () => {
    const file = fc.record({
      name: fc.string(),
      text: fc.string({ unit: 'binary' }),
      role: fc.option(fc.constantFrom(...EVIDENCE_ROLES), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(file), (files) => {
        expect(collectEvidence(files).problems.length).toBeLessThanOrEqual(files.length * 21);
      }),
    );
  });
});

const scenarios = realScenarios();

describe.skipIf(scenarios.length === 0)('collectEvidence on real kernels', () => {
  it.each(scenarios)('recognises each file of $name', ({ files }) => {
    const known = [...files].map(([name, text]) => [name, recogniseEvidence(name, text)]);
    expect(known.filter(([, role]) => role !== null)).toHaveLength(6);
    expect(Object.fromEntries(known)).toMatchObject({
      'sysctl.txt': 'sysctl',
      'netstat-before.txt': 'counters-before',
      'netstat-after.txt': 'counters-after',
      'snmp-before.txt': 'counters-before',
      'snmp-after.txt': 'counters-after',
      'tcp-metrics-after.txt': 'tcp-metrics-after',
      'ss-after.txt': null,
    });
  });
});
