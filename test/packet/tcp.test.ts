import { describe, expect, it } from 'vitest';
import { ACK, FIN, SYN } from '../../src/packet/segment.ts';
import { unsigned } from '../../src/units/serial.ts';
import { decode } from '../support/decoding.ts';
import type { TcpFields } from '../support/packet-builder.ts';
import {
  concat,
  endOfOptions,
  ethernet,
  hex,
  ipv4,
  ipv6,
  linuxSynOptions,
  mss,
  nop,
  sackPermitted,
  tcp,
  timestamps,
  zeros,
} from '../support/packet-builder.ts';

const TSVAL = 0xfffffff0;
const TSECR = 0x80000001;

function segmentOf(fields: TcpFields, keep = Number.POSITIVE_INFINITY): ReturnType<typeof decode> {
  const packet = ethernet(ipv4(tcp(fields)));
  return decode(packet.slice(0, keep), { originalLength: packet.length });
}

describe('the TCP header', () => {
  it('is read whole, every word up to its last bit', () => {
    const { segment } = segmentOf({
      srcPort: 65_535,
      dstPort: 32_768,
      seq: 0xfffffffe,
      ack: 0x80000000,
      flags: FIN | ACK,
      window: 0xfffe,
      payload: zeros(7),
    });
    expect(segment).toMatchObject({
      srcPort: 65_535,
      dstPort: 32_768,
      seq: -2,
      ack: -0x80000000,
      flags: FIN | ACK,
      window: 0xfffe,
      payload: 7,
      hasTsval: false,
      hasTsecr: false,
      optionsCut: false,
      malformed: false,
    });
  });

  it('does not count Ethernet padding as payload', () => {
    const padded = concat(ethernet(ipv4(tcp())), zeros(6));
    expect(decode(padded).segment?.payload).toBe(0);
  });

  it('counts payload that was not captured', () => {
    expect(segmentOf({ payload: zeros(1000) }, 54).segment?.payload).toBe(1000);
  });

  it('gives no payload where the IP header gives no length (segmentation offload)', () => {
    const big = tcp({ flags: ACK, payload: zeros(3000), options: [nop, nop, timestamps(TSVAL, TSECR)] });
    for (const packet of [ipv4(big, { totalLength: 0 }), ipv6(big, { payloadLength: 0 })]) {
      const { segment, counted } = decode(ethernet(packet));
      expect(segment).toMatchObject({ payload: 0, hasTsval: true });
      expect(counted).toEqual([]);
    }
  });

  it('needs its first 14 bytes, up to the flags', () => {
    const start = 14 + 20;
    expect(segmentOf({}, start + 13)).toEqual({ segment: null, counted: ['transport:truncated'] });
    expect(segmentOf({}, start + 14).segment).toMatchObject({ flags: SYN, seq: 0x11223344, window: 0 });
    expect(segmentOf({}, start + 16).segment).toMatchObject({ window: 0xffff });
  });

  it('that ends with its IP packet before the flags is damage, not the snap length', () => {
    expect(decode(ethernet(ipv4(tcp().slice(0, 13))))).toEqual({
      segment: null,
      counted: ['transport:incomplete'],
    });
  });

  it.each([
    ['under 20 bytes', { words: 4, options: [timestamps(1, 2), nop, nop] }],
    ['no bytes at all', { words: 0 }],
    ['past the end of the IP packet', { words: 6 }],
  ])('of a length of %s is marked, and its options are not believed', (_, fields) => {
    const { segment, counted } = segmentOf(fields);
    expect(segment).toMatchObject({ malformed: true, hasTsval: false, flags: SYN, payload: 0 });
    expect(counted).toEqual(['tcp:bad-header']);
  });

  it('whose options go on in the next fragment has them cut, which is no damage', () => {
    const whole = tcp({ options: linuxSynOptions(TSVAL) });
    const { segment, counted } = decode(ethernet(ipv4(whole.slice(0, 24), { fragment: 0x2000 })));
    expect(segment).toMatchObject({ malformed: false, hasTsval: false, optionsCut: true });
    expect(counted).toEqual([]);
  });
});

describe('the timestamps option', () => {
  const stamp = timestamps(TSVAL, TSECR);

  it.each([
    ['as Linux sends it in a SYN', linuxSynOptions(TSVAL, TSECR)],
    ['as Linux sends it with data', [nop, nop, stamp]],
    ['first', [stamp, nop, nop]],
    ['last, unaligned', [mss(1460), nop, stamp]],
    ['behind unknown options', [hex('fd 06 00 00 00 00'), hex('1e 02'), stamp]],
    ['after a timestamps option of a wrong length, which is skipped', [hex('08 06 01 02 03 04'), stamp]],
    ['twice: the later one counts', [timestamps(1, 2), stamp]],
    ['twice, the first one where a SYN has it', [mss(1460), sackPermitted, timestamps(1, 2), stamp]],
    ['before a bad length', [stamp, hex('05 01')]],
    ['before a length that runs past the header', [stamp, hex('05 ff')]],
    ['before a kind without a length', [stamp, nop, hex('05')]],
  ])('is found %s', (_, options) => {
    const { segment } = segmentOf({ options });
    expect(segment).toMatchObject({ hasTsval: true, hasTsecr: true, optionsCut: false });
    expect([unsigned(segment?.tsval ?? 0), unsigned(segment?.tsecr ?? 0)]).toEqual([TSVAL, TSECR]);
  });

  it.each([
    ['after the end of options', [endOfOptions, stamp]],
    ['after a length of 0', [hex('fd 00'), stamp]],
    ['after a length of 1', [hex('fd 01'), stamp]],
    ['after a length past the header', [hex('fd 28'), stamp]],
    ['with a length of 9', [hex('08 09 01 02 03 04 05 06 07')]],
    ['with a length of 11', [hex('08 0b 01 02 03 04 05 06 07 08 09')]],
    ['cut off by the header', [hex('08 0a 01 02 03 04')]],
    ['only half of it as Linux puts it with data', [hex('01 01 08 0a 01 02 03 04')]],
    ['only half of it as Linux puts it in a SYN', [mss(1460), sackPermitted, hex('08 0a 01 02 03 04')]],
    ['not at all', [mss(1460)]],
  ])('is not found %s', (_, options) => {
    expect(segmentOf({ options }).segment).toMatchObject({
      hasTsval: false,
      tsval: 0,
      hasTsecr: false,
      tsecr: 0,
    });
  });

  it.each([
    ['a length of 0', [hex('fd 00')]],
    ['a length past the header', [hex('fd 09')]],
    ['a kind without length', [nop, nop, nop, hex('fd')]],
  ])('options with %s are counted as bad, and the segment is kept', (_, options) => {
    const { segment, counted } = segmentOf({ options });
    expect(segment?.malformed).toBe(false);
    expect(counted).toEqual(['tcp:bad-options']);
  });

  it('gives what a snap length left of it', () => {
    const options = linuxSynOptions(TSVAL, TSECR);
    const start = 14 + 20 + 20;
    const found = (keep: number): unknown => {
      const { segment, counted } = segmentOf({ options }, keep);
      expect(counted).toEqual([]);
      return [segment?.hasTsval, segment?.hasTsecr, segment?.optionsCut];
    };
    expect(found(start)).toEqual([false, false, true]);
    expect(found(start + 11)).toEqual([false, false, true]);
    expect(found(start + 12)).toEqual([true, false, true]);
    expect(found(68)).toEqual([true, false, true]);
    expect(found(start + 15)).toEqual([true, false, true]);
    expect(found(start + 16)).toEqual([true, true, true]);
    expect(found(start + 20)).toEqual([true, true, false]);
  });

  it('is not missing because of a cut behind the end of options', () => {
    const { segment } = segmentOf({ options: [endOfOptions, zeros(11)] }, 14 + 20 + 21);
    expect(segment).toMatchObject({ hasTsval: false, optionsCut: false });
  });
});
