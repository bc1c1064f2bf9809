import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { changeOf, counterDelta } from '../../src/evidence/counter-delta.ts';
import { parseCounters } from '../../src/evidence/counters.ts';
import { realScenarios } from './real-captures.ts';

function compare(before: string, after: string): ReturnType<typeof counterDelta> {
  return counterDelta(parseCounters(before), parseCounters(after));
}

const proc = (paws: number | bigint, drops: number): string =>
  `TcpExt: PAWSPassive ListenDrops\nTcpExt: ${paws} ${drops}\n`;

describe('counterDelta', () => {
  it('subtracts', () => {
    expect(changeOf(compare(proc(5, 7), proc(9, 7)), 'TcpExt.PAWSPassive')).toEqual({
      kind: 'delta',
      delta: 4,
      before: 5,
      after: 9,
    });
  });

  it('calls a counter that went down a reset, even close to 2^32', () => {
    const delta = compare(proc(4294967290, 7), proc(3, 9));
    expect(changeOf(delta, 'TcpExt.PAWSPassive')).toEqual({ kind: 'reset', before: 4294967290, after: 3 });
    expect(delta.reset).toEqual(['TcpExt.PAWSPassive']);
    expect(delta.swapped).toBe(false);
  });

  it('lets gauges go down', () => {
    const delta = compare('Tcp: CurrEstab\nTcp: 9\n', 'Tcp: CurrEstab\nTcp: 4\n');
    expect(delta.reset).toEqual([]);
    expect(changeOf(delta, 'Tcp.CurrEstab')).toMatchObject({ kind: 'delta', delta: -5 });
  });

  it('suspects swapped files when all that moved went down, and one file twice when nothing moved', () => {
    expect(compare(proc(9, 7), proc(5, 7))).toMatchObject({ swapped: true, identical: false });
    expect(compare(proc(9, 7), proc(9, 7))).toMatchObject({ swapped: false, identical: true });
    expect(compare('', '')).toMatchObject({ swapped: false, identical: false });
  });

  it('tells a column that does not exist from one that was left out', () => {
    const modern = 'TcpExt: ListenDrops\nTcpExt: 3\n';
    expect(changeOf(compare(modern, modern), 'TcpExt.PAWSPassive').kind).toBe('absent');
    expect(changeOf(compare(modern, proc(1, 3)), 'TcpExt.PAWSPassive').kind).toBe('unknown');
    const sentences = 'TcpExt:\n    3 SYNs to LISTEN sockets dropped\n';
    expect(changeOf(compare(sentences, sentences), 'TcpExt.PAWSPassive').kind).toBe('unknown');
  });

  it('starts a counter at zero when netstat -s did not print it before', () => {
    const before = 'TcpExt:\n    3 SYNs to LISTEN sockets dropped\n';
    const after = `${before}    5 passive connections rejected because of time stamp\n`;
    expect(changeOf(compare(before, after), 'TcpExt.PAWSPassive')).toMatchObject({ kind: 'delta', delta: 5 });
    expect(changeOf(compare('', after), 'TcpExt.PAWSPassive')).toEqual({ kind: 'unknown' });
  });

  it('does not compute with what is not exact', () => {
    const delta = compare(proc(5, 1), proc(2n ** 64n - 1n, 1));
    expect(changeOf(delta, 'TcpExt.PAWSPassive')).toEqual({ kind: 'unknown' });
  });

  it('gives back any growth', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (start, growth, drops) => {
        const delta = compare(proc(start, drops), proc(start + growth, drops));
        expect(changeOf(delta, 'TcpExt.PAWSPassive')).toMatchObject({ kind: 'delta', delta: growth });
        expect(delta.reset).toEqual([]);
      }),
    );
  });
});

const scenarios = realScenarios();

describe.skipIf(scenarios.length === 0)('counterDelta on real kernels', () => {
  it.each(scenarios)('equals what $name recorded', ({ files, counterDelta: recorded }) => {
    const text = (file: string): string => files.get(file) ?? '';
    const delta = compare(
      text('netstat-before.txt') + text('snmp-before.txt'),
      text('netstat-after.txt') + text('snmp-after.txt'),
    );
    const moved = [...delta.changes].flatMap(([counter, change]): [string, unknown][] =>
      change.kind === 'delta' && change.delta !== 0 ? [[counter, change.delta]] : [],
    );
    expect(new Map(moved)).toEqual(recorded);
    expect(delta.reset).toEqual([]);
  });
});
