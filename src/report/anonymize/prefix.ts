/**
 * Crypto-PAn: addresses become others such that two that share their first n bits do so afterwards, and no further.
 * Source: J. Xu, J. Fan, M. Ammar, S. Moon, "Prefix-Preserving IP Address Anonymization: Measurement-based Security
 * Evaluation and a New Cryptography-based Scheme", ICNP 2002; for IPv6 the same with all 128 bits.
 *
 * Bit n of the result is bit n of the address, flipped if a block cipher says so of the n bits before it, filled up with a
 * secret padding. Same key, same mapping.
 */
import { formatAddress, parseAddress } from '../../units/address.ts';

/** Encrypts one block of 16 bytes (AES-128 with a fixed key, without chaining or padding); the block is left alone. */
export type BlockCipher = (block: Uint8Array) => Uint8Array;

const BLOCK = 16;
const WORD_BITS = 32;

export class PrefixMap {
  private readonly cipher: BlockCipher;
  private readonly padding: Uint8Array;
  private readonly known = new Map<string, string>();

  /** @param padding 16 bytes, the second half of a Crypto-PAn key; the first half is the key of the cipher */
  constructor(cipher: BlockCipher, padding: Uint8Array) {
    this.cipher = cipher;
    // A copy: what ciphers return may be part of something larger.
    this.padding = Uint8Array.from(cipher(padding));
  }

  /** The address that stands for this one; a text that is no address comes back as it is. */
  of(text: string): string {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const address = parseAddress(text);
    if (address === null) return text;
    const { family, words } = address;
    const [w0, w1, w2, w3] = words;
    const mapped =
      family === 4
        ? formatAddress(4, 0, 0, 0, this.map([w3])[0] ?? 0)
        : formatSix(this.map([w0, w1, w2, w3]));
    this.known.set(text, mapped);
    return mapped;
  }

  private map(words: readonly number[]): number[] {
    const block = this.padding.slice();
    const view = new DataView(block.buffer);
    return words.map((word, index) => {
      let flips = 0;
      for (let bit = 0; bit < WORD_BITS; bit += 1) {
        const own = bit === 0 ? 0 : -1 << (WORD_BITS - bit);
        view.setInt32(index * 4, (word & own) | (this.paddingWord(index) & ~own));
        flips |= ((this.cipher(block)[0] ?? 0) >>> 7) << (WORD_BITS - 1 - bit);
      }
      view.setInt32(index * 4, word);
      return word ^ flips;
    });
  }

  private paddingWord(index: number): number {
    return new DataView(this.padding.buffer, this.padding.byteOffset, BLOCK).getInt32(index * 4);
  }
}

function formatSix(words: readonly number[]): string {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words;
  return formatAddress(6, w0, w1, w2, w3);
}
