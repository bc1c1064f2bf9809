/**
 * Takes out of a report what tells whose it is: addresses become others by Crypto-PAn, names of files and nodes become
 * numbers. Times, TSvals, ports, counts and frames stay, so that the diagnosis can be followed by strangers.
 */
import { formatAddress, parseAddress, parseCidr } from '../../units/address.ts';
import type { Report } from '../report.ts';
import type { SynRow } from '../syn-row.ts';
import { PrefixMap } from './prefix.ts';
import type { BlockCipher } from './prefix.ts';

/** What the values of these fields name, wherever in a report they stand; they are replaced by `capture-1`, `node-1`, ... */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['capture', 'capture'],
  ['file', 'capture'],
  ['sameAs', 'capture'],
  ['node', 'node'],
]);

/** What may be an address within a sentence or a command. A full stop behind it ends the sentence. */
const ADDRESSES =
  /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:(?:[\da-f:.]*(?:[\da-f]|::)|:))(?:\/\d{1,3})?(?!\w|\.\w)/gi;

export class Anonymizer {
  private readonly prefixes: PrefixMap;
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  /** @param padding see `PrefixMap` */
  constructor(cipher: BlockCipher, padding: Uint8Array) {
    this.prefixes = new PrefixMap(cipher, padding);
  }

  report(report: Report): Report {
    // Names first: a sentence that holds one may stand before the field that says so.
    for (const { node } of [...report.peers, ...(report.evidence?.podPeers ?? [])]) {
      if (node !== null) this.name('node', node);
    }
    const captures = report.captures.map((capture) => ({
      ...capture,
      name: this.name('capture', capture.name),
    }));
    return this.replaced({ ...report, captures }, '');
  }

  /** Anything else that names files and nodes in fields called so. */
  named<T extends object>(value: T): T {
    return this.replaced(value, '');
  }

  row(row: SynRow): SynRow {
    return {
      ...row,
      file: this.name('capture', row.file),
      src: this.prefixes.of(row.src),
      dst: this.prefixes.of(row.dst),
    };
  }

  /** A text with every address in it, and every name met before, replaced. */
  text(text: string): string {
    let told = text.replace(ADDRESSES, (found) => this.address(found));
    for (const [name, instead] of this.names) if (name.length > 1) told = told.replaceAll(name, instead);
    return told;
  }

  private address(text: string): string {
    const cidr = text.includes('/') ? parseCidr(text) : null;
    if (cidr === null) return this.prefixes.of(text);
    const [base = ''] = text.split('/');
    const mapped = parseAddress(this.prefixes.of(base));
    if (mapped === null) return text;
    const [w0, w1, w2, w3] = mapped.words;
    const bits = cidr.bits + (mapped.family === 4 ? 96 : 0);
    const kept = [w0, w1, w2, w3].map((word, index) => word & maskOf(bits - index * 32));
    return `${formatAddress(mapped.family, kept[0] ?? 0, kept[1] ?? 0, kept[2] ?? 0, kept[3] ?? 0)}/${cidr.bits}`;
  }

  private name(kind: string, name: string): string {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    // The standard input is called the same everywhere.
    if (name === '-' || /^(?:capture|node)-\d+$/.test(name)) return name;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    const instead = `${kind}-${count}`;
    this.names.set(name, instead);
    return instead;
  }

  private replaced<T>(value: T, key: string): T;
  private replaced(value: unknown, key: string): unknown {
    if (typeof value === 'string') {
      const kind = NAMED.get(key);
      return kind === undefined ? this.text(value) : this.name(kind, value);
    }
    if (Array.isArray(value)) return value.map((item: unknown) => this.replaced(item, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([inner, item]) => [inner, this.replaced(item, inner)]),
    );
  }
}

/** A mask of the first `bits` bits of a word. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}
