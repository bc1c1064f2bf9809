import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { columnPresence, parseCounters } from '../../src/evidence/counters.ts';

const NETSTAT = `TcpExt: SyncookiesSent PAWSPassive ListenDrops
TcpExt: 0 1084 1084
IpExt: InNoRoutes InOctets
IpExt: 0 157768
`;

const NSTAT = `#kernel
IpInReceives                    11403              0.0
TcpPassiveOpens                 312                0.0
TcpExtPAWSPassive               1084               0.0
TcpExtTcpDuplicateDataRehash    0                  0.0
IcmpMsgInType3                  1                  0.0
`;

const NETSTAT_S = `Ip:
    Forwarding: 2
    2645 total packets received
    7 with invalid addresses
Tcp:
    0 active connections openings
    312 passive connection openings
    2645 segments received
    1 segments retransmited
TcpExt:
    311 TCP sockets finished time wait in slow timer
    1084 passive connections rejected because of time stamp
    3 packets rejects in established connections because of timestamp
    Quick ack mode was activated 12 times
    1084 SYNs to LISTEN sockets ignored
    TCPReqQFullDrop: 9
IpExt:
    InOctets: 157768
`;

describe('parseCounters', () => {
  it('reads the line pairs of /proc/net/netstat', () => {
    const set = parseCounters(NETSTAT);
    expect(set.form).toBe('proc');
    expect([...set.values]).toEqual([
      ['TcpExt.SyncookiesSent', 0],
      ['TcpExt.PAWSPassive', 1084],
      ['TcpExt.ListenDrops', 1084],
      ['IpExt.InNoRoutes', 0],
      ['IpExt.InOctets', 157768],
    ]);
    expect([...set.completeGroups]).toEqual(['TcpExt', 'IpExt']);
    expect(set.problems).toEqual([]);
  });

  it('takes the -1 of MaxConn in /proc/net/snmp', () => {
    expect(parseCounters('Tcp: MaxConn PassiveOpens\r\nTcp: -1 5\r\n').values.get('Tcp.MaxConn')).toBe(-1);
  });

  it('splits the names of nstat and takes zeros as a sign that all columns are there', () => {
    const set = parseCounters(NSTAT);
    expect(set.form).toBe('nstat');
    expect(Object.fromEntries(set.values)).toEqual({
      'Ip.InReceives': 11403,
      'Tcp.PassiveOpens': 312,
      'TcpExt.PAWSPassive': 1084,
      'TcpExt.TcpDuplicateDataRehash': 0,
      'IcmpMsg.InType3': 1,
    });
    expect(columnPresence(set, 'TcpExt.PAWSTimewait')).toBe('absent');
  });

  it('does not conclude from nstat without zeros that a column is absent', () => {
    const set = parseCounters('#kernel\nTcpExtListenDrops 4 0.0\n');
    expect(columnPresence(set, 'TcpExt.ListenDrops')).toBe('present');
    expect(columnPresence(set, 'TcpExt.PAWSPassive')).toBe('unknown');
  });

  it('reads the sentences of netstat -s in their old and new spelling', () => {
    const set = parseCounters(NETSTAT_S);
    expect(set.form).toBe('netstat-s');
    expect(Object.fromEntries(set.values)).toEqual({
      'Ip.Forwarding': 2,
      'Ip.InReceives': 2645,
      'Ip.InAddrErrors': 7,
      'Tcp.ActiveOpens': 0,
      'Tcp.PassiveOpens': 312,
      'Tcp.InSegs': 2645,
      'Tcp.RetransSegs': 1,
      'TcpExt.TWKilled': 311,
      'TcpExt.PAWSPassive': 1084,
      'TcpExt.PAWSEstab': 3,
      'TcpExt.ListenDrops': 1084,
      'TcpExt.TCPReqQFullDrop': 9,
      'IpExt.InOctets': 157768,
    });
    expect(columnPresence(set, 'TcpExt.ListenOverflows')).toBe('unknown');
    expect(set.problems).toEqual([]);
  });

  it.each(['packets rejects', 'packets rejected', 'packetes rejected'])(
    'knows the spelling "%s"',
    (start) => {
      const text = `TcpExt:\n    5 ${start} in established connections because of timestamp\n`;
      expect(parseCounters(text).values.get('TcpExt.PAWSEstab')).toBe(5);
    },
  );

  it('keeps a sentence within its section', () => {
    const text = 'Udp:\n    5 segments received\nUdpLite:\nTcp:\n    6 segments received\n';
    expect([...parseCounters(text).values]).toEqual([['Tcp.InSegs', 6]]);
  });

  it('believes none of the numbers when their count differs from that of the names, but the columns', () => {
    const set = parseCounters('TcpExt: PAWSPassive ListenDrops\nTcpExt: 5\n');
    expect(set.values.size).toBe(0);
    expect(columnPresence(set, 'TcpExt.PAWSPassive')).toBe('present');
    expect(set.problems).toEqual([{ line: 2, expected: 'as-many-values-as-names' }]);
  });

  it('names a header without numbers, in the middle and at the end', () => {
    expect(parseCounters('TcpExt: PAWSPassive\nIpExt: InOctets\nIpExt: 1\n').problems).toEqual([
      { line: 1, expected: 'value-line' },
    ]);
    expect(parseCounters('TcpExt: PAWSPassive\n').problems).toContainEqual({
      line: 1,
      expected: 'value-line',
    });
  });

  it('uses no number above 2^53 - 1', () => {
    const set = parseCounters('IpExt: InOctets OutOctets\nIpExt: 9007199254740993 9007199254740991\n');
    expect([...set.values]).toEqual([['IpExt.OutOctets', 9007199254740991]]);
    expect(columnPresence(set, 'IpExt.InOctets')).toBe('present');
    expect(set.problems).toEqual([{ line: 2, expected: 'safe-number' }]);
  });

  it('uses no counter that is there twice with different numbers', () => {
    const set = parseCounters(`${NETSTAT}TcpExt: PAWSPassive\nTcpExt: 1085\n`);
    expect(set.values.has('TcpExt.PAWSPassive')).toBe(false);
    expect(set.values.get('TcpExt.ListenDrops')).toBe(1084);
    expect(set.problems).toEqual([{ line: 6, expected: 'one-snapshot' }]);
  });

  it('keeps names of the language apart from counters', () => {
    const set = parseCounters('TcpExt: __proto__ constructor\nTcpExt: 1 2\n');
    expect(set.values.get('TcpExt.constructor')).toBe(2);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('1');
  });

  it('says that a text holds no counters', () => {
    expect(parseCounters('').problems).toEqual([{ line: 0, expected: 'counter-line' }]);
    expect(parseCounters('<html>\n').problems).toContainEqual({ line: 1, expected: 'counter-line' });
  });

  it('stays bounded on hostile input', () => {
    const endless = parseCounters(`TcpExt: ${'A '.repeat(5_000_000)}`);
    expect(endless.problems).toEqual([
      { line: 1, expected: 'shorter-line' },
      { line: 0, expected: 'counter-line' },
    ]);
    const many = Array.from({ length: 300_000 }, (_, index) => `TcpExtC${index} 1 0.0`).join('\n');
    expect(parseCounters(many).values.size).toBe(8192);
    expect(parseCounters('x\n'.repeat(1_000_000)).problems).toHaveLength(20);
  });

  const counterName = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,20}$/);
  const counters = fc.dictionary(counterName, fc.nat(), { minKeys: 1, maxKeys: 30, noNullPrototype: true });

  it('reads back what /proc and nstat would print', () => {
    fc.assert(
      fc.property(counters, (record) => {
        const names = Object.keys(record);
        const expected = new Map(Object.entries(record).map(([name, value]) => [`TcpExt.${name}`, value]));
        const proc = `TcpExt: ${names.join(' ')}\nTcpExt: ${Object.values(record).join(' ')}\n`;
        const nstat = Object.entries(record).map(([name, value]) => `TcpExt${name.padEnd(26)} ${value} 0.0`);
        expect(parseCounters(proc).values).toEqual(expected);
        expect(parseCounters(nstat.join('\n')).values).toEqual(expected);
      }),
    );
  });

  it('takes any text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('TcpExt:', ' ', '\n', '\t', 'Tcp', '12', '-', 'PAWSPassive', '\r\n', '9'.repeat(400)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const set = parseCounters(pieces.join(''));
        expect([...set.values.values()].every(Number.isSafeInteger)).toBe(true);
      }),
    );
  });
});
