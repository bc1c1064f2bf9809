/** Packets from somebody else's parser give the report that our own reading gives. */
import { once } from 'node:events';
import { join } from 'node:path';
import { parse } from 'pcap-parser';
import type { ParsedPacket } from 'pcap-parser';
import { describe, expect, it } from 'vitest';
import type { PacketAnalyzer, PacketOptions, Report } from '../../src/index.ts';
import { analyzeFile, createAnalyzer } from '../../src/index.ts';
import { FIXTURES } from '../captures/scenarios.ts';
import { ethernet, ipv4, linuxSynOptions, tcp } from '../support/packet-builder.ts';

async function throughPcapParser(path: string, options: PacketOptions): Promise<Report> {
  const analyzer = createAnalyzer(options);
  const parser = parse(path);
  parser.on('packet', ({ header, data }: ParsedPacket) => {
    analyzer.packet(data, {
      seconds: header.timestampSeconds,
      nanoseconds: header.timestampMicroseconds * 1000,
      originalLength: header.originalLength,
    });
  });
  await once(parser, 'end');
  return analyzer.finish();
}

/** What only a file has is taken out. */
function withoutFile(report: Report): unknown {
  const { captures, ...rest } = report;
  return {
    ...rest,
    captures: captures.map(({ name, packets, firstTime, lastTime, linkTypes }) => ({
      name,
      packets,
      firstTime,
      lastTime,
      linkTypes,
    })),
  };
}

describe('packets of pcap-parser', () => {
  it.each([
    'linux-4.9/two-pods-one-snat',
    'linux-4.9/closed-port',
    'linux-4.9/firewall',
    'linux-3.10/three-pods-ipv6',
    'linux-6.18/time-wait-reuse',
  ])('give the same report: %s', async (scenario) => {
    const path = join(FIXTURES, scenario, 'target.pcap');
    const theirs = await throughPcapParser(path, { name: path });
    expect(withoutFile(theirs)).toEqual(withoutFile(await analyzeFile(path)));
  });
});

describe('createAnalyzer', () => {
  const TSVAL = 1000;
  function syn(): Uint8Array {
    return ethernet(ipv4(tcp({ seq: 7, options: linuxSynOptions(TSVAL) })));
  }
  function synAck(): Uint8Array {
    const fields = { srcPort: 80, dstPort: 40_000, seq: 9, ack: 8, flags: 0x12 };
    return ethernet(
      ipv4(tcp({ ...fields, options: linuxSynOptions(1, TSVAL) }), { src: 0x0a000002, dst: 0x0a000001 }),
    );
  }

  /** An attempt that is answered. */
  function handshake(analyzer: PacketAnalyzer, seconds: number, nanoseconds: number): void {
    analyzer.packet(syn(), { seconds, nanoseconds });
    analyzer.packet(synAck(), { seconds, nanoseconds: nanoseconds + 1 });
  }

  it('knows nothing at first', () => {
    const report = createAnalyzer().finish();
    expect(report.verdict.grade).toBe('cannot-tell');
    expect(report.captures).toMatchObject([
      { name: '(packets)', format: 'packets', packets: 0, firstTime: null },
    ]);
  });

  it('carries nanoseconds over into seconds', () => {
    const analyzer = createAnalyzer();
    handshake(analyzer, 1000, 2_500_000_000);
    const report = analyzer.finish();
    expect(report.captures).toMatchObject([{ firstTime: '1002.500000000', lastTime: '1002.500000001' }]);
    expect(report.totals).toMatchObject({ packets: 2, syns: 1, answered: 1 });
  });

  it('copies what it is given', () => {
    const analyzer = createAnalyzer();
    const buffer = syn();
    analyzer.packet(buffer, { seconds: 1, nanoseconds: 0 });
    buffer.fill(0xff);
    analyzer.packet(synAck(), { seconds: 1, nanoseconds: 1 });
    expect(analyzer.finish().totals).toMatchObject({ syns: 1, answered: 1 });
  });

  it('understands other link types, and reads nothing into what is cut off', () => {
    const raw = syn().subarray(14);
    const analyzer = createAnalyzer({ snaplen: 40 });
    analyzer.packet(raw, { seconds: 1, nanoseconds: 0, linkType: 101 });
    analyzer.packet(raw.subarray(0, 30), {
      seconds: 2,
      nanoseconds: 0,
      linkType: 101,
      originalLength: raw.length,
    });
    const report = analyzer.finish();
    expect(report.totals).toMatchObject({ packets: 2, syns: 1 });
    expect(report.captures).toMatchObject([{ linkTypes: [101], snaplen: 40 }]);
  });

  it('lists each interface once', () => {
    const analyzer = createAnalyzer();
    for (const interfaceIndex of [3, 0, 3, 7]) {
      analyzer.packet(syn(), { seconds: 1, nanoseconds: 0, interfaceIndex });
    }
    expect(analyzer.finish().captures).toMatchObject([{ interfaces: 3, packets: 4 }]);
  });

  it.each([
    [1.5, 0],
    [1, 0.5],
    [Number.NaN, 0],
    [1, Number.POSITIVE_INFINITY],
  ])('refuses the time %d s and %d ns', (seconds, nanoseconds) => {
    const analyzer = createAnalyzer();
    expect(() => analyzer.packet(new Uint8Array(60), { seconds, nanoseconds })).toThrow(RangeError);
  });

  it.each(['linkType', 'originalLength', 'interfaceIndex'])('refuses a %s that no packet has', (name) => {
    const analyzer = createAnalyzer();
    for (const value of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      const info = { seconds: 1, nanoseconds: 0, [name]: value };
      expect(() => analyzer.packet(syn(), info)).toThrow(new RegExp(`^${name} ${value}: no whole number`));
    }
    expect(analyzer.finish()).toMatchObject({ captures: [{ packets: 0, linkTypes: [] }] });
  });

  it('refuses options of the wrong kind', () => {
    expect(() => createAnalyzer({ snaplen: -1 })).toThrow(
      new RangeError('snaplen -1: no whole number from 0 on'),
    );
    // @ts-expect-error Callers without types
    expect(() => createAnalyzer({ name: 5 })).toThrow(
      new TypeError('name: a string is wanted, number given'),
    );
    // @ts-expect-error Callers without types
    expect(() => createAnalyzer({ targetKernel: 4 })).toThrow(TypeError);
  });

  it('takes bytes in whatever holds them, and refuses what holds none', () => {
    const analyzer = createAnalyzer();
    const { buffer } = syn().slice();
    const holders = [buffer, new DataView(buffer), new Uint16Array(buffer, 0, buffer.byteLength >> 1)];
    for (const [seconds, bytes] of holders.entries()) analyzer.packet(bytes, { seconds, nanoseconds: 0 });
    // @ts-expect-error Callers without types
    expect(() => analyzer.packet('SYN', { seconds: 1, nanoseconds: 0 })).toThrow(TypeError);
    expect(analyzer.finish().totals).toMatchObject({ packets: 3, segments: 3 });
  });

  it('survives packets of any length', () => {
    const analyzer = createAnalyzer();
    for (const length of [0, 1, 13, 14, 65_536, 300_000]) {
      analyzer.packet(new Uint8Array(length), { seconds: 1, nanoseconds: 0 });
    }
    expect(analyzer.finish().totals).toMatchObject({ packets: 6, segments: 0 });
  });

  it('can be finished once', () => {
    const analyzer = createAnalyzer();
    analyzer.finish();
    expect(() => analyzer.finish()).toThrow(RangeError);
    expect(() => analyzer.packet(new Uint8Array(60), { seconds: 1, nanoseconds: 0 })).toThrow(RangeError);
  });
});
