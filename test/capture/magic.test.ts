import { describe, expect, it } from 'vitest';
import { recognise } from '../../src/capture/magic.ts';
import { walk } from '../support/walk.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const text = (words: string): Uint8Array => Uint8Array.from(Buffer.from(words));
const zeros = (length: number): string => '00'.repeat(length);

describe('what an input is, by its first bytes', () => {
  it.each([
    ['pcap', 'd4c3b2a1'],
    ['pcap', 'a1b2c3d4'],
    ['pcap', '4d3cb2a1'],
    ['pcap', 'a1b23c4d'],
    ['pcap', '34cdb2a1'],
    ['pcap', 'a1b2cd34'],
    ['pcapng', '0a0d0d0a'],
    ['snoop', '736e6f6f70000000'],
  ])('a capture: %s %s', (format, mark) => {
    expect(recognise(hex(mark), 0, mark.length / 2)).toEqual({ kind: 'capture', format });
  });

  it.each([
    ['gzip', '1f8b0800'],
    ['zstd', '28b52ffd'],
    ['lz4', '04224d18'],
    ['xz', 'fd377a585a00'],
    ['bzip2', '425a6839'],
  ])('compressed: %s', (format, mark) => {
    expect(recognise(hex(mark), 0, mark.length / 2)).toEqual({ kind: 'compressed', format });
  });

  it.each([
    ['pcap (Ixia)', hex('1c0001ac')],
    ['pcap (Navtel)', hex('a12b3c4d')],
    ['NetMon 2', hex('474d425502000000')],
    ['Sniffer (NetXRay)', hex('58435000')],
    ['ZIP', hex('504b030414000000')],
    ['tar', hex(`${zeros(257)}7573746172`)],
    ['Git LFS pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n')],
    ['HTML page', text('<!DOCTYPE html>\n<html><head><title>404</title>')],
    ['HTML page', text('\n  <html lang="en">')],
    ['JSON', text('{"error":"not found"}')],
    ['JSON', text('[\n  {"_index": "packets-2020"}]')],
    ['XML', text('<?xml version="1.0"?>')],
    ['tcpdump text', text('12:00:00.000001 IP 10.0.0.1.40000 > 10.0.0.2.80: Flags [S], seq 1')],
    ['tcpdump text', text('2020-01-02 12:00:00.000001 IP6 ::1.40000 > ::1.80: Flags [S], seq 1')],
    ['tcpdump text', text('1577966400.000001 eth0  In  IP 10.0.0.1.40000 > 10.0.0.2.80: Flags [S]')],
    ['tcpdump text', text('reading from file a.pcap, link-type EN10MB (Ethernet)')],
    ['hex dump', text('0000  00 1c 42 00 00 08 00 1c')],
    ['text', text('this is but a letter to somebody')],
    // Two ERF records: 2^-32 s since the epoch, little endian; type 2, flags, length 24.
    ['ERF', hex(`0000000000f15365020400180000000e${zeros(8)}0000000000f15365020400180000000e${zeros(8)}`)],
  ])('named, not read: %s', (name, bytes) => {
    expect(recognise(bytes, 0, bytes.length)).toEqual({ kind: 'foreign', name });
    expect(walk(bytes, [7]).problems).toMatchObject([{ kind: 'foreign-format', detail: name, offset: 0 }]);
  });

  it.each([
    ['zeros', new Uint8Array(1_000)],
    ['noise', hex('8f3a9c0011223344556677889900aabbccddeeff')],
    ['less than any mark', hex('d4c3')],
  ])('unknown: %s', (_name, bytes) => {
    expect(walk(bytes).problems).toMatchObject([{ kind: 'unknown-format' }]);
  });

  it('nothing at all', () => {
    expect(walk(new Uint8Array(0)).kinds).toEqual(['empty-file']);
  });

  it('a capture whose file header is cut', () => {
    expect(walk(hex('d4c3b2a102000400')).problems).toMatchObject([
      { kind: 'truncated-header', needed: 24, available: 8, detail: 'pcap' },
    ]);
  });

  it('does not wait for more than the mark of a capture', () => {
    const header = hex('d4c3b2a1020004000000000000000000ffff000001000000');
    const record = hex('00f1536500000000010000000100000041');
    expect(walk(Buffer.concat([header, record]), [24, 17]).records).toHaveLength(1);
  });
});
