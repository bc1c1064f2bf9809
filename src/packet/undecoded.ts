/**
 * What became of the records that are no TCP segment: counted by layer, reason and, where one helps, a number
 * (link type, ethertype, IP protocol), each with the first frame it was seen in.
 */

/**
 * What a reason means for the trust in the capture:
 * - `other-protocol`: sound traffic that is not TCP (ARP, UDP, ICMP, later fragments);
 * - `unsupported`: there may be TCP inside, but it cannot be read here;
 * - `cut`: the snap length of the capture took the bytes away;
 * - `damaged`: the bytes contradict themselves.
 */
export type UndecodedNature = 'other-protocol' | 'unsupported' | 'cut' | 'damaged';

export type UndecodedLayer = 'link' | 'network' | 'tunnel' | 'transport' | 'tcp';

interface Reason {
  readonly layer: UndecodedLayer;
  readonly reason: string;
  readonly nature: UndecodedNature;
  /** What the number of an entry is, or null when it has none. */
  readonly number: 'link type' | 'ethertype' | 'LLC service' | 'IP protocol' | null;
}

function reason(
  layer: UndecodedLayer,
  name: string,
  nature: UndecodedNature,
  number: Reason['number'] = null,
): Reason {
  return { layer, reason: name, nature, number };
}

/** Index into the table of reasons. Each `..._CUT` is followed by its `..._INCOMPLETE` (see `Cursor.short`). */
export const LINK_UNSUPPORTED = 0;
export const LINK_CUT = 1;
export const LINK_INCOMPLETE = 2;
export const LINK_BAD_HEADER = 3;
export const LINK_NOT_DATA = 4;
export const LINK_ENCRYPTED = 5;
export const LINK_FRAGMENT = 6;
export const LINK_LLC = 7;
export const NETWORK_NOT_IP = 8;
export const NETWORK_CUT = 9;
export const NETWORK_INCOMPLETE = 10;
export const NETWORK_BAD_HEADER = 11;
export const TRANSPORT_NOT_TCP = 12;
export const TRANSPORT_FRAGMENT = 13;
export const TRANSPORT_CUT = 14;
export const TRANSPORT_INCOMPLETE = 15;
export const TUNNEL_TOO_DEEP = 16;
export const TUNNEL_CUT = 17;
export const TUNNEL_INCOMPLETE = 18;
export const TCP_BAD_HEADER = 19;
export const TCP_BAD_OPTIONS = 20;

const REASONS: readonly Reason[] = [
  reason('link', 'unsupported', 'unsupported', 'link type'),
  reason('link', 'truncated', 'cut'),
  reason('link', 'incomplete', 'damaged'),
  reason('link', 'bad-header', 'damaged'),
  reason('link', 'not-data', 'other-protocol'),
  reason('link', 'encrypted', 'unsupported'),
  reason('link', 'fragment', 'other-protocol'),
  reason('link', 'not-ip', 'other-protocol', 'LLC service'),
  reason('network', 'not-ip', 'other-protocol', 'ethertype'),
  reason('network', 'truncated', 'cut'),
  reason('network', 'incomplete', 'damaged'),
  reason('network', 'bad-header', 'damaged'),
  reason('transport', 'not-tcp', 'other-protocol', 'IP protocol'),
  reason('transport', 'fragment', 'other-protocol'),
  reason('transport', 'truncated', 'cut'),
  reason('transport', 'incomplete', 'damaged'),
  reason('tunnel', 'too-deep', 'damaged'),
  reason('tunnel', 'truncated', 'cut'),
  reason('tunnel', 'incomplete', 'damaged'),
  reason('tcp', 'bad-header', 'damaged'),
  reason('tcp', 'bad-options', 'damaged'),
];

/** One line of the count. */
export interface UndecodedEntry {
  readonly layer: UndecodedLayer;
  readonly reason: string;
  readonly nature: UndecodedNature;
  /** What `number` is; null when the reason has no number. */
  readonly numberIs: Reason['number'];
  /** Link type, ethertype, ...; null when the reason has none, or when this entry gathers the rest. */
  readonly number: number | null;
  /** Records counted. Those of layer `tcp` were decoded all the same. */
  readonly packets: number;
  /** First frame it was seen in. */
  readonly frame: number;
}

/** Distinct numbers kept in all; the rest of a reason is gathered in one entry without a number. */
const MAX_ENTRIES = 256;

/** A key is the reason's index and the number of 16 bits; this in its place means "the rest". */
const REST = 0x10000;

class Tally {
  packets = 0;
  readonly frame: number;

  constructor(frame: number) {
    this.frame = frame;
  }
}

/** Counts reasons. Allocates only when a reason is seen for the first time. */
export class Undecoded {
  readonly #tallies = new Map<number, Tally>();

  /** Counts one record for a reason (one of the constants above) with its number, 0 .. 65535. */
  count(code: number, number: number, frame: number): void {
    let key = code * 0x20000 + (number & 0xffff);
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      if (this.#tallies.size >= MAX_ENTRIES) {
        key = code * 0x20000 + REST;
        tally = this.#tallies.get(key);
      }
      if (tally === undefined) {
        tally = new Tally(frame);
        this.#tallies.set(key, tally);
      }
    }
    tally.packets++;
  }

  /** The counts as plain data, most frequent first. */
  totals(): UndecodedEntry[] {
    const entries: UndecodedEntry[] = [];
    for (const [key, tally] of this.#tallies) {
      const known = REASONS[Math.floor(key / 0x20000)];
      if (known === undefined) continue;
      const number = key % 0x20000;
      entries.push({
        layer: known.layer,
        reason: known.reason,
        nature: known.nature,
        numberIs: known.number,
        number: known.number === null || number === REST ? null : number,
        packets: tally.packets,
        frame: tally.frame,
      });
    }
    return entries.sort((a, b) => b.packets - a.packets || a.frame - b.frame);
  }
}
