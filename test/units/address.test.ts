import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Family } from '../../src/units/address.ts';
import { cidrContains, formatAddress, formatIpv6, parseAddress, parseCidr } from '../../src/units/address.ts';

const word = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }), fc.integer());

function reformat(text: string): string | null {
  const address = parseAddress(text);
  return address === null ? null : formatAddress(address.family, ...address.words);
}

describe('addresses as text', () => {
  it.each([
    ['0.0.0.0', '0.0.0.0'],
    ['255.254.253.1', '255.254.253.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'], // one group of zeros is not shortened (RFC 5952 4.2.2)
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'], // the longest run (4.2.3)
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'], // the first of equals (4.2.3)
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['fe80::00a0', 'fe80::a0'],
  ])('%s is %s', (text, canonical) => {
    expect(reformat(text)).toBe(canonical);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.-4',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '1::2::3',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '1.2.3.4::',
    '::1.2.3.4:5',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
  ])('%j is no address', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  it('comes back the same, whatever the words', () => {
    fc.assert(
      fc.property(fc.constantFrom<Family>(4, 6), word, word, word, word, (family, a, b, c, d) => {
        const words = family === 4 ? [0, 0, 0, d] : [a, b, c, d];
        const text = formatAddress(family, a, b, c, d);
        expect(parseAddress(text)).toEqual({ family, words });
        expect(reformat(text)).toBe(text);
      }),
    );
  });

  it('takes words held unsigned', () => {
    expect(formatAddress(4, 0, 0, 0, 0xffffffff)).toBe('255.255.255.255');
    expect(formatIpv6(0xfe800000, 0, 0, 0xffffffff)).toBe('fe80::ffff:ffff');
  });
});

describe('blocks of addresses', () => {
  function contains(block: string, text: string): boolean | null {
    const cidr = parseCidr(block);
    const address = parseAddress(text);
    return cidr === null || address === null ? null : cidrContains(cidr, address.family, ...address.words);
  }

  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['192.168.1.128/25', '192.168.1.127', false],
    ['192.168.1.128/25', '192.168.1.255', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::', false],
    ['::/0', '0.0.0.0', false],
    ['1.2.3.4', '1.2.3.4', true],
    ['1.2.3.4/32', '1.2.3.5', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:db8::/64', '2001:db8::ffff:1:2:3', true],
    ['2001:db8::/64', '2001:db8:0:1::', false],
    ['::1/128', '::1', true],
    ['::1/128', '::2', false],
  ])('%s holds %s: %s', (block, text, expected) => {
    expect(contains(block, text)).toBe(expected);
  });

  it.each(['10.0.0.0/33', '::/129', '10.0.0.0/', '/8', '10.0.0.0/08', '10.0.0.0/8/8', 'x/8', '10.0.0.0/-1'])(
    '%j is no block',
    (text) => {
      expect(parseCidr(text)).toBeNull();
    },
  );
});
