/** Files made to cost as much as they can, each of about the size asked for. */
import { ethernet, ipv4, ipv6, linuxSynOptions, tcp } from '../support/packet-builder.ts';
import { concatBytes, pcapFileHeader, pcapRecord } from '../support/pcap-writer.ts';
import { PcapngBlocks } from '../support/pcapng-writer.ts';

const SYN = 0x02;
const ACK = 0x10;
const START = 1_700_000_000;
const TARGET = 0x0a00000a;
const blocks = new PcapngBlocks();

/** A file of pieces, made one after the other until it is large enough. */
function filled(size: number, head: Uint8Array, piece: (index: number) => Uint8Array): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(head);
  let at = head.length;
  for (let index = 0; ; index += 1) {
    const next = piece(index);
    if (at + next.length > size) return bytes.subarray(0, at);
    bytes.set(next, at);
    at += next.length;
  }
}

/** Packets a tenth of a millisecond apart. */
function pcap(size: number, data: (index: number) => Uint8Array): Uint8Array {
  return filled(size, pcapFileHeader(), (index) => {
    const fraction = (index % 10_000) * 100;
    return pcapRecord({ seconds: START + Math.floor(index / 10_000), fraction, data: data(index) });
  });
}

function segment(
  src: number,
  srcPort: number,
  seq: number,
  flags: number,
  tsval: number,
  options: readonly Uint8Array[] = linuxSynOptions(tsval, 0),
): Uint8Array {
  return ethernet(ipv4(tcp({ srcPort, dstPort: 80, seq, flags, options }), { src, dst: TARGET }));
}

/** A template with numbers written into it: building each packet anew would take longer than reading it. */
function stamped(template: Uint8Array, index: number, places: readonly number[]): Uint8Array {
  const packet = template.slice();
  const view = new DataView(packet.buffer);
  const word = Math.imul(index + 1, 0x9e3779b1);
  for (const at of places) view.setUint32(at, word ^ Math.imul(at, 0x85ebca6b));
  return packet;
}

const IP = 14;
const SOURCE = IP + 12;
const PORTS = IP + 20;
const SEQ = PORTS + 4;
/** MSS, SACK permitted, then the time stamps, as Linux writes them. */
const TSVAL = PORTS + 20 + 8;

const repeated = (bytes: Uint8Array, times: number): Uint8Array =>
  concatBytes(Array.from({ length: times }, () => bytes));

const syn = segment(0x0a000001, 1000, 1, SYN, 1);
const data = ethernet(
  ipv4(
    tcp({
      srcPort: 1000,
      dstPort: 80,
      flags: ACK,
      options: linuxSynOptions(1, 1),
      payload: new Uint8Array(400),
    }),
    {
      src: 0x0a000001,
      dst: TARGET,
    },
  ),
);
const tags = ethernet(concatBytes([repeated(Uint8Array.of(0x81, 0, 0, 1), 15_000)]), 0x8100);
const tunnels = ethernet(repeated(ipv4(new Uint8Array(0), { protocol: 4, totalLength: 0xffff }), 3000));
const extensions = ethernet(ipv6(repeated(Uint8Array.of(0, 0, 1, 4, 0, 0, 0, 0), 8000), { next: 0 }));
const loopingOptions = segment(0x0a000001, 1000, 1, SYN, 1, [
  Uint8Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 254 : 2)),
]);

/** An ordinary capture: new connections among data, a few peers. */
export function soundFile(size: number): Uint8Array {
  const template = segment(0x0a000001, 1000, 1, SYN, 1);
  return pcap(size, (index) => {
    if (index % 10 > 0) return data;
    const packet = stamped(template, index, [SEQ]);
    new DataView(packet.buffer).setUint16(PORTS, index & 0xffff);
    return packet;
  });
}

export const HOSTILE_FILES: ReadonlyMap<string, (size: number) => Uint8Array> = new Map([
  ['lengths that cannot be true', (size) => filled(size, pcapFileHeader(), () => OVERLONG)],
  ['records of one byte', (size) => pcap(size, () => Uint8Array.of(1))],
  ['nothing but garbage that looks like records', (size) => filled(size, pcapFileHeader(), nearlyRecord)],
  ['one giant record', (size) => giant(size)],
  ['endless VLAN tags', (size) => pcap(size, () => tags)],
  ['tunnels in tunnels', (size) => pcap(size, () => tunnels)],
  ['endless extension headers', (size) => pcap(size, () => extensions)],
  ['TCP options without an end', (size) => pcap(size, () => loopingOptions)],
  ['a source for every SYN', (size) => pcap(size, (index) => stamped(syn, index, [SOURCE]))],
  [
    'a connection and a clock for every SYN',
    (size) => pcap(size, (index) => stamped(syn, index, [PORTS, SEQ, TSVAL])),
  ],
  ['hundreds of clocks behind each source', (size) => pcap(size, severalClocks)],
  ['a target for every SYN', (size) => pcap(size, (index) => stamped(syn, index, [SOURCE + 4]))],
  ['an attempt for every SYN of one 4-tuple', (size) => pcap(size, (index) => stamped(syn, index, [SEQ]))],
  ['one SYN for ever', (size) => pcap(size, () => syn)],
  ['interfaces without a packet', (size) => filled(size, blocks.section(), () => INTERFACE)],
  ['sections without a packet', (size) => filled(size, blocks.section(), () => SECTION)],
  ['block options without an end', (size) => filled(size, blocks.section(), () => OPTIONS)],
  ['blocks that nearly are', (size) => filled(size, blocks.section(), () => NEARLY_BLOCK)],
]);

const OVERLONG = pcapRecord({
  seconds: START,
  fraction: 0,
  capturedLength: 0x7fff_ffff,
  data: new Uint8Array(0),
});
const INTERFACE = blocks.interface({ name: 'eth' });
const SECTION = blocks.section();
const OPTIONS = blocks.interface({
  options: Array.from({ length: 10_000 }, () => ({ code: 1, value: new Uint8Array(0) })),
});
/** An enhanced packet block whose second length is missing, again and again: each may be the next sound one. */
const NEARLY_BLOCK = new Uint8Array(Uint32Array.of(6, 400_000, 0, 0, 0, 16, 16, 0).buffer);

/** Of 40 sources each shows 500 clocks in no order: enough of them met again to be kept, and too many to be found at once. */
function severalClocks(index: number): Uint8Array {
  const packet = syn.slice();
  const view = new DataView(packet.buffer);
  const source = index % 40;
  const clock = (Math.imul(index, 0x9e3779b1) >>> 16) % 500;
  view.setUint32(SOURCE, 0x0a000100 + source);
  view.setUint16(PORTS, 1024 + (index % 60_000));
  view.setUint32(SEQ, Math.imul(index, 0x85ebca6b));
  view.setUint32(TSVAL, Math.imul(source * 500 + clock + 1, 0xc2b2ae35) + Math.floor(index / 10));
  return packet;
}

function nearlyRecord(index: number): Uint8Array {
  const captured = index % 3 === 0 ? 0x0fff_ffff : 40_000;
  return pcapRecord({
    seconds: START,
    fraction: 1,
    capturedLength: captured,
    data: new Uint8Array(4),
    originalLength: 50_000,
  });
}

function giant(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(pcapFileHeader());
  bytes.set(
    pcapRecord({
      seconds: START,
      fraction: 0,
      capturedLength: size - 40,
      originalLength: size - 40,
      data: new Uint8Array(0),
    }),
    24,
  );
  return bytes;
}
