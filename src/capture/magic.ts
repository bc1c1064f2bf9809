/**
 * Recognising what an input is by its first bytes, never by its name.
 *
 * The table is tried from top to bottom. A format whose mark is long stands before those whose mark is short; the guesses at
 * text come last.
 */
import { u8 } from '../units/table.ts';

/** Formats that are read as captures. */
export type CaptureFormat = 'pcap' | 'pcapng' | 'snoop';
/** Compressed forms; `source/` unpacks those it can. */
export type CompressionFormat = 'gzip' | 'zstd' | 'lz4' | 'xz' | 'bzip2';

export type Recognition =
  | { readonly kind: 'capture'; readonly format: CaptureFormat }
  | { readonly kind: 'compressed'; readonly format: CompressionFormat }
  /** Something known that is no capture we read; `name` is a word or two. */
  | { readonly kind: 'foreign'; readonly name: string }
  | { readonly kind: 'unknown' };

/** Bytes that are worth waiting for: with these (or the whole input) the recognition is as good as it gets. */
export const RECOGNITION_LENGTH = 512;

interface Mark {
  readonly at: number;
  /** Hex of the bytes to find there. */
  readonly hex: string;
  readonly is: Recognition;
}

const capture = (format: CaptureFormat): Recognition => ({ kind: 'capture', format });
const compressed = (format: CompressionFormat): Recognition => ({ kind: 'compressed', format });
const foreign = (name: string): Recognition => ({ kind: 'foreign', name });

/** Marks of binary formats: sources are the magic numbers in libpcap's savefile code and Wireshark's wiretap. */
const MARKS: readonly Mark[] = [
  { at: 0, hex: 'd4c3b2a1', is: capture('pcap') },
  { at: 0, hex: 'a1b2c3d4', is: capture('pcap') },
  { at: 0, hex: '4d3cb2a1', is: capture('pcap') },
  { at: 0, hex: 'a1b23c4d', is: capture('pcap') },
  { at: 0, hex: '34cdb2a1', is: capture('pcap') },
  { at: 0, hex: 'a1b2cd34', is: capture('pcap') },
  { at: 0, hex: '0a0d0d0a', is: capture('pcapng') },
  { at: 0, hex: '736e6f6f70000000', is: capture('snoop') },
  { at: 0, hex: '1f8b', is: compressed('gzip') },
  { at: 0, hex: '28b52ffd', is: compressed('zstd') },
  { at: 0, hex: '04224d18', is: compressed('lz4') },
  { at: 0, hex: 'fd377a585a00', is: compressed('xz') },
  { at: 0, hex: '425a68', is: compressed('bzip2') },
  { at: 0, hex: 'ab01001c', is: foreign('pcap (Ixia)') },
  { at: 0, hex: '1c0001ab', is: foreign('pcap (Ixia)') },
  { at: 0, hex: 'ac01001c', is: foreign('pcap (Ixia)') },
  { at: 0, hex: '1c0001ac', is: foreign('pcap (Ixia)') },
  { at: 0, hex: 'cd34b2a1', is: foreign('pcap (Mesquita)') },
  { at: 0, hex: 'a1b234cd', is: foreign('pcap (Mesquita)') },
  { at: 0, hex: '4d3c2ba1', is: foreign('pcap (Navtel)') },
  { at: 0, hex: 'a12b3c4d', is: foreign('pcap (Navtel)') },
  { at: 0, hex: '52545353', is: foreign('NetMon 1') },
  { at: 0, hex: '474d4255', is: foreign('NetMon 2') },
  { at: 0, hex: '58435000', is: foreign('Sniffer (NetXRay)') },
  { at: 0, hex: '54525a00', is: foreign('iptrace') },
  { at: 0, hex: '504b0304', is: foreign('ZIP') },
  { at: 0, hex: '377abcaf271c', is: foreign('7-Zip') },
  { at: 0, hex: '25504446', is: foreign('PDF') },
  { at: 0, hex: '7f454c46', is: foreign('ELF program') },
  { at: 257, hex: '7573746172', is: foreign('tar') },
];

/** Beginnings of texts that people mistake for captures; compared in lower case, white space before them ignored. */
const TEXTS: readonly (readonly [start: string, name: string])[] = [
  ['version https://git-lfs.github.com', 'Git LFS pointer'],
  ['<!doctype html', 'HTML page'],
  ['<html', 'HTML page'],
  ['<?xml', 'XML'],
  ['<pdml', 'XML'],
  ['{', 'JSON'],
  ['[{', 'JSON'],
  ['[\n', 'JSON'],
  ['[\r', 'JSON'],
  ['tcpdump:', 'tcpdump text'],
  ['reading from file', 'tcpdump text'],
  ['0x0000:', 'hex dump'],
  ['0000  ', 'hex dump'],
  ['000000 ', 'hex dump'],
  ['00000000', 'hex dump'],
];

/** A line as tcpdump prints it, with any of its ways to write the time (-t, -tt, -tttt, ...). */
const TCPDUMP_LINE =
  /^(?:(?:\d{4}-\d\d-\d\d )?(?:\d\d:\d\d:\d\d\.\d+|\d+\.\d+) )?(?:\w+\s+(?:In|Out|B|M|P) +)?(?:IP6? |ARP, )/;

const ERF_HEADER_LENGTH = 16;
const ERF_KNOWN_TYPES = 48;

/** Recognises the input that starts at `bytes[start]` and of which `end - start` bytes are at hand. */
export function recognise(bytes: Uint8Array, start: number, end: number): Recognition {
  const strong = recogniseByMark(bytes, start, end);
  if (strong.kind !== 'unknown') return strong;
  const text = nameOfText(bytes, start, end);
  if (text !== null) return foreign(text);
  return looksLikeErf(bytes, start, end) ? foreign('ERF') : { kind: 'unknown' };
}

/** The certain part of `recognise`: a mark is there, whatever may follow. */
export function recogniseByMark(bytes: Uint8Array, start: number, end: number): Recognition {
  for (const mark of MARKS) {
    if (hasBytes(bytes, start + mark.at, end, mark.hex)) return mark.is;
  }
  return { kind: 'unknown' };
}

function hasBytes(bytes: Uint8Array, at: number, end: number, hex: string): boolean {
  if (end - at < hex.length / 2) return false;
  for (let i = 0; i < hex.length; i += 2) {
    if (u8(bytes, at + i / 2) !== Number.parseInt(hex.slice(i, i + 2), 16)) return false;
  }
  return true;
}

function nameOfText(bytes: Uint8Array, start: number, end: number): string | null {
  let text = '';
  for (let i = start; i < Math.min(end, start + RECOGNITION_LENGTH); i++) {
    const byte = u8(bytes, i);
    if (byte === 0) return null;
    text += String.fromCharCode(byte);
  }
  const trimmed = text.replace(/^(?:\xef\xbb\xbf)?\s+|^\xef\xbb\xbf/, '');
  const lower = trimmed.toLowerCase();
  for (const [beginning, name] of TEXTS) {
    if (lower.startsWith(beginning)) return name;
  }
  if (TCPDUMP_LINE.test(trimmed)) return 'tcpdump text';
  return /^[\t\n\r\x20-\x7e]{16,}$/.test(trimmed) ? 'text' : null;
}

/**
 * ERF has no mark at all: a time in 2^-32 s (little endian), a type, flags, a record length (big endian). Believed if
 * the first record's fields make sense and a second record of the same year and a known type follows it.
 */
function looksLikeErf(bytes: Uint8Array, start: number, end: number): boolean {
  const secondsAt = (at: number): number =>
    u8(bytes, at + 4) | (u8(bytes, at + 5) << 8) | (u8(bytes, at + 6) << 16) | (u8(bytes, at + 7) << 24);
  if (end - start < ERF_HEADER_LENGTH) return false;
  const type = u8(bytes, start + 8) & 0x7f;
  const length = (u8(bytes, start + 10) << 8) | u8(bytes, start + 11);
  const next = start + length;
  if (type === 0 || type > ERF_KNOWN_TYPES || length < ERF_HEADER_LENGTH) return false;
  if (end - next < ERF_HEADER_LENGTH) return false;
  const nextType = u8(bytes, next + 8) & 0x7f;
  const apart = Math.abs(secondsAt(next) - secondsAt(start));
  return nextType > 0 && nextType <= ERF_KNOWN_TYPES && secondsAt(start) > 0 && apart < 31_536_000;
}
