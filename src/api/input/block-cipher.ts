import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { BlockCipher } from '../../report/anonymize/prefix.ts';

const KEY_BYTES = 32;

/** The key of Crypto-PAn: 16 bytes for AES-128, 16 bytes of padding. */
export interface PrefixKey {
  readonly cipher: BlockCipher;
  readonly padding: Uint8Array;
}

/**
 * The key that a text stands for: 64 hexadecimal digits are the 32 bytes themselves, of any other text SHA-256 makes
 * them. Without a text it is drawn at random, and nobody can repeat the mapping.
 *
 * @throws RangeError for an empty text, as an unset variable leaves it: everybody could repeat that mapping
 */
export function prefixKey(text: string | null): PrefixKey {
  if (text === '') throw new RangeError('the key to anonymize with is empty');
  const bytes = text === null ? randomBytes(KEY_BYTES) : keyBytes(text);
  const aes = createCipheriv('aes-128-ecb', bytes.subarray(0, 16), null).setAutoPadding(false);
  return { cipher: (block) => aes.update(block), padding: bytes.subarray(16) };
}

function keyBytes(text: string): Uint8Array {
  if (/^[\da-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return createHash('sha256').update(text, 'utf8').digest();
}
