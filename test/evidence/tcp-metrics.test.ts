import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseTcpMetrics } from '../../src/evidence/tcp-metrics.ts';
import { realScenarios } from './real-captures.ts';

describe('parseTcpMetrics', () => {
  it('reads address, stamp, age and local address', () => {
    const line =
      '10.99.0.11 age 6.132sec tw_ts 4233746107/6 ago cwnd 10 rtt 1048us rttvar 1167us source 10.99.0.10\n';
    expect(parseTcpMetrics(line)).toEqual({
      entries: [{ address: '10.99.0.11', source: '10.99.0.10', twTs: 4233746107, agoSeconds: 6, line: 1 }],
      problems: [],
    });
  });

  it('reads entries without stamp, of IPv6, and of older programs', () => {
    const text =
      '10.0.0.1 age 1.6sec cwnd 13\nFD99:0::11 age 1.7sec tw_ts 0/1sec ago\n\n10.0.0.2 tw_ts 7/-1 ago\n';
    expect(parseTcpMetrics(text).entries).toEqual([
      { address: '10.0.0.1', source: null, twTs: null, agoSeconds: null, line: 1 },
      { address: 'fd99::11', source: null, twTs: 0, agoSeconds: 1, line: 2 },
      { address: '10.0.0.2', source: null, twTs: 7, agoSeconds: -1, line: 4 },
    ]);
  });

  it.each([
    ['Object "tcp_metrics" is unknown, try "ip help".', 'address'],
    ['10.0.0.1 age 1sec tw_ts 4294967296/6 ago', 'stamp'],
    ['10.0.0.1 age 1sec tw_ts 12 ago', 'stamp'],
    ['10.0.0.1 age 1sec tw_ts', 'stamp'],
    ['10.0.0.1 age 1sec source 10.0.0', 'address'],
  ])('names what is wrong in %j', (line, expected) => {
    expect(parseTcpMetrics(line)).toEqual({ entries: [], problems: [{ line: 1, expected }] });
  });

  it('stays bounded and takes any text', () => {
    expect(parseTcpMetrics('10.0.0.1 age\n'.repeat(200_000)).entries).toHaveLength(131_072);
    expect(parseTcpMetrics('1'.repeat(3_000_000)).problems).toEqual([{ line: 1, expected: 'shorter-line' }]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseTcpMetrics(`10.0.0.1 tw_ts ${text}`).problems.length).toBeLessThanOrEqual(20);
      }),
    );
  });
});

const scenarios = realScenarios();

describe.skipIf(scenarios.length === 0)('parseTcpMetrics on real kernels', () => {
  it.each(scenarios)('reads every entry of $name', ({ files, sysctls, kernel }) => {
    const text = files.get('tcp-metrics-after.txt') ?? '';
    const { entries, problems } = parseTcpMetrics(text);
    expect(problems).toEqual([]);
    expect(entries).toHaveLength(text.trim().split('\n').length);
    expect(entries.filter((entry) => entry.twTs !== null)).toHaveLength(text.split('tw_ts').length - 1);
    expect(entries.every((entry) => (entry.source === null) === kernel.startsWith('linux-3.10'))).toBe(true);
    const stamped = entries.some((entry) => entry.twTs !== null);
    expect(stamped && sysctls.get('net.ipv4.tcp_tw_recycle') !== 1).toBe(false);
  });
});
