/**
 * Ways to damage a capture. Each is one entry of the table at the end: it gets the bytes and the parts they consist of, and
 * gives new bytes. None changes what it was given.
 */
import { concatBytes } from '../support/pcap-writer.ts';
import type { Anatomy, Piece } from './anatomy.ts';
import { tcpHeaderIn } from './anatomy.ts';
import type { Dice } from './dice.ts';

export interface Patient {
  readonly bytes: Uint8Array;
  readonly anatomy: Anatomy;
  readonly dice: Dice;
  /** Another capture, for splices. */
  readonly donor: { readonly bytes: Uint8Array; readonly anatomy: Anatomy };
}

type Mutation = (patient: Patient) => Uint8Array;

/** Numbers at which code goes wrong, with some noise added by `oddNumber`. */
const EDGES = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  12,
  15,
  16,
  20,
  24,
  28,
  32,
  40,
  60,
  64,
  68,
  96,
  127,
  128,
  255,
  256,
  1500,
  2047,
  32_767,
  32_768,
  65_535,
  65_536,
  262_143,
  262_144,
  262_145,
  524_287,
  524_288,
  1 << 20,
  0x07ff_ffff,
  0x0800_0000,
  0x7fff_ffff,
  0x8000_0000,
  0xffff_fff0,
  0xffff_fffc,
  0xffff_ffff,
];

const MAGICS = [
  'd4c3b2a1',
  'a1b2c3d4',
  '4d3cb2a1',
  'a1b23c4d',
  '34cdb2a1',
  'a1b2cd34',
  '0a0d0d0a',
  '736e6f6f70000000',
  '1f8b0800',
  '28b52ffd',
  '04224d18',
  'fd377a585a00',
  '3c68746d6c3e',
  '7b226122',
  '0000000000000000',
];

const LINK_TYPES = [
  0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 119, 127, 192, 228, 229, 239, 276, 65_535,
];

/** VLAN, QinQ, MPLS, PPPoE, IP, ARP, IPv6, nothing. */
const ETHERTYPES = [0x8100, 0x88a8, 0x9100, 0x8847, 0x8864, 0x0800, 0x0806, 0x86dd, 0x6558, 0x0000, 0x05dc];

/** IP protocols and IPv6 extension headers with a decoder, and some without. */
const PROTOCOLS = [0, 1, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 132, 135, 137, 255];

function oddNumber(dice: Dice, near: number): number {
  switch (dice.below(4)) {
    case 0:
      return (near + dice.below(33) - 16) >>> 0;
    case 1:
      return dice.word();
    case 2:
      return (dice.pick(EDGES) + dice.below(3) - 1) >>> 0;
    default:
      return dice.pick(EDGES);
  }
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function edited(bytes: Uint8Array, edit: (copy: Uint8Array, view: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  edit(copy, viewOf(copy));
  return copy;
}

/** `bytes` with `length` bytes at `at` replaced. */
function replaced(bytes: Uint8Array, at: number, length: number, by: Uint8Array): Uint8Array {
  return concatBytes([bytes.subarray(0, at), by, bytes.subarray(Math.min(bytes.length, at + length))]);
}

function pieceOf({ anatomy, dice }: Patient): Piece | null {
  return anatomy.pieces.length === 0 ? null : dice.pick(anatomy.pieces);
}

/** Runs `mutate` on a random record; without records, damages anything. */
const onPiece =
  (mutate: (patient: Patient, piece: Piece) => Uint8Array): Mutation =>
  (patient) => {
    const piece = pieceOf(patient);
    return piece === null ? flipBits(patient) : mutate(patient, piece);
  };

const flipBits: Mutation = ({ bytes, dice }) =>
  edited(bytes, (copy) => {
    for (let count = 1 + dice.below(8); count > 0; count -= 1) {
      const at = dice.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8));
    }
  });

const noise: Mutation = ({ bytes, dice }) =>
  edited(bytes, (copy) => {
    if (copy.length > 0)
      copy.set(dice.bytes(Math.min(copy.length, 1 + dice.below(64))), dice.below(copy.length - 64));
  });

const fileHeader: Mutation = ({ bytes, anatomy, dice }) =>
  edited(bytes, (copy, view) => {
    if (copy.length < 24) return;
    const at = dice.below(6) * 4;
    view.setUint32(at, oddNumber(dice, view.getUint32(at, anatomy.littleEndian)), anatomy.littleEndian);
  });

const magic: Mutation = ({ bytes, dice }) =>
  edited(bytes, (copy) => {
    const hex = dice.pick(MAGICS);
    for (let at = 0; at < hex.length / 2 && at < copy.length; at += 1) {
      copy[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
    }
  });

const linkType: Mutation = ({ bytes, anatomy, dice }) =>
  edited(bytes, (copy, view) => {
    const le = anatomy.littleEndian;
    if (anatomy.format === 'pcap') view.setUint32(20, dice.pick(LINK_TYPES), le);
    else if (anatomy.format === 'snoop') view.setUint32(12, dice.below(20));
    const described = anatomy.pieces.find(
      ({ start }) => anatomy.format === 'pcapng' && view.getUint32(start, le) === 1,
    );
    if (described !== undefined) view.setUint16(described.start + 8, dice.pick(LINK_TYPES), le);
    else if (anatomy.format === 'other') copy.reverse();
  });

/** A word of the record header: lengths, times, block types, interface numbers. */
const recordHeader = onPiece(({ bytes, anatomy, dice }, { start, end, dataStart }) =>
  edited(bytes, (_copy, view) => {
    const words = Math.max(1, ((dataStart > start ? dataStart : end) - start) >> 2);
    const at = start + dice.below(words) * 4;
    if (at + 4 > view.byteLength) return;
    view.setUint32(at, oddNumber(dice, view.getUint32(at, anatomy.littleEndian)), anatomy.littleEndian);
  }),
);

/** The second length of a pcapng block, or whatever ends a record. */
const recordEnd = onPiece(({ bytes, anatomy, dice }, { end }) =>
  edited(bytes, (_copy, view) => {
    if (end < 4) return;
    view.setUint32(
      end - 4,
      oddNumber(dice, view.getUint32(end - 4, anatomy.littleEndian)),
      anatomy.littleEndian,
    );
  }),
);

/** A byte or a word among the first of the packet, where the headers are. */
const packetHeader = onPiece(({ bytes, dice }, { dataStart, dataEnd }) =>
  edited(bytes, (copy, view) => {
    if (dataEnd - dataStart < 4) return;
    const at = dataStart + dice.below(Math.min(dataEnd - dataStart - 3, 96));
    const way = dice.below(5);
    if (way === 0) view.setUint16(at, dice.pick(ETHERTYPES));
    else if (way === 1) copy[at] = dice.pick(PROTOCOLS);
    else if (way === 2) view.setUint16(at, oddNumber(dice, view.getUint16(at)) & 0xffff);
    else if (way === 3) view.setUint32(at, oddNumber(dice, view.getUint32(at)));
    else copy[at] = dice.word() & 0xff;
  }),
);

/** The TCP header: data offset, flags, numbers, and options of every kind with lengths that lie. */
const tcpHeader = onPiece(({ bytes, dice }, { dataStart, dataEnd }) =>
  edited(bytes, (copy, view) => {
    const at = tcpHeaderIn(copy, dataStart, dataEnd);
    if (at < 0 || at + 24 > dataEnd) return;
    const way = dice.below(5);
    if (way === 0) copy[at + 12] = dice.word() & 0xff;
    else if (way === 1) copy[at + 13] = dice.word() & 0xff;
    else if (way === 2) view.setUint32(at + dice.below(5) * 4, oddNumber(dice, view.getUint32(at + 4)));
    else {
      const room = Math.min(dataEnd, at + 60) - (at + 20);
      const option = at + 20 + dice.below(room - 1);
      copy[option] = dice.pick([0, 1, 2, 3, 4, 5, 8, 8, 8, 19, 29, 34, 254]);
      if (way === 4) copy[option + 1] = dice.pick([0, 1, 2, 3, 8, 9, 10, 11, 12, 18, 40, 255]);
    }
  }),
);

/** TSval and TSecr of a packet that has them in the usual place. */
const timestamps = onPiece(({ bytes, dice }, { dataStart, dataEnd }) =>
  edited(bytes, (copy, view) => {
    const at = tcpHeaderIn(copy, dataStart, dataEnd);
    if (at < 0) return;
    for (let option = at + 20; option + 10 <= Math.min(dataEnd, at + 60); option += 1) {
      if (copy[option] !== 8 || copy[option + 1] !== 10) continue;
      const field = option + 2 + dice.below(2) * 4;
      view.setUint32(field, oddNumber(dice, view.getUint32(field)));
      return;
    }
  }),
);

const time = onPiece(({ bytes, anatomy, dice }, { start }) =>
  edited(bytes, (_copy, view) => {
    const at =
      start + (anatomy.format === 'pcapng' ? 12 : anatomy.format === 'snoop' ? 16 : 0) + dice.below(2) * 4;
    if (at + 4 > view.byteLength) return;
    view.setUint32(at, oddNumber(dice, view.getUint32(at, anatomy.littleEndian)), anatomy.littleEndian);
  }),
);

const removeRecords = onPiece(({ bytes, anatomy, dice }, { start, end }) => {
  const count = dice.onceIn(3) ? dice.below(anatomy.pieces.length) : 1;
  const last = anatomy.pieces.filter((piece) => piece.start >= start)[count - 1];
  return replaced(bytes, start, (last?.end ?? end) - start, new Uint8Array(0));
});

const repeatRecord = onPiece(({ bytes, dice }, { start, end }) => {
  const copies = Array.from({ length: 1 + dice.below(dice.onceIn(8) ? 200 : 3) }, () =>
    bytes.subarray(start, end),
  );
  return replaced(bytes, end, 0, concatBytes(copies));
});

const swapRecords = onPiece((patient, first) => {
  const { bytes } = patient;
  const second = pieceOf(patient) ?? first;
  const [a, b] = first.start <= second.start ? [first, second] : [second, first];
  if (a.end > b.start) return bytes;
  return concatBytes([
    bytes.subarray(0, a.start),
    bytes.subarray(b.start, b.end),
    bytes.subarray(a.end, b.start),
    bytes.subarray(a.start, a.end),
    bytes.subarray(b.end),
  ]);
});

const garbage = onPiece(({ bytes, dice }, { end }) => {
  const length = 1 + dice.below(dice.onceIn(10) ? 5000 : 60);
  const kind = dice.below(3);
  if (kind === 0) return replaced(bytes, end, 0, new Uint8Array(length));
  if (kind === 1) return replaced(bytes, end, 0, dice.bytes(length));
  const from = dice.below(bytes.length);
  return replaced(bytes, end, 0, bytes.slice(from, from + length));
});

const cut: Mutation = ({ bytes, dice }) => bytes.slice(0, dice.below(bytes.length));

const cutOut: Mutation = ({ bytes, dice }) =>
  replaced(bytes, dice.below(bytes.length), 1 + dice.below(dice.onceIn(4) ? 2000 : 24), new Uint8Array(0));

const splice: Mutation = ({ bytes, anatomy, dice, donor }) => {
  const from = donor.anatomy.pieces.length === 0 ? 0 : dice.pick(donor.anatomy.pieces).start;
  const at = anatomy.pieces.length === 0 ? dice.below(bytes.length) : dice.pick(anatomy.pieces).end;
  const length = Math.min(1 + dice.below(dice.onceIn(2) ? 400 : 40_000), donor.bytes.length - from);
  return replaced(bytes, at, dice.onceIn(2) ? 0 : length, donor.bytes.subarray(from, from + length));
};

/** What can be put around an IP packet, again and again. */
const WRAPS: readonly string[] = [
  '81000064',
  '88a80064',
  '88470001003f',
  '8847000101ff',
  '886411000001002a0021',
  // IPv4 with protocol 4, 41 and 47 (GRE of IPv4; of Ethernet); IPv6 with IPv6 and with hop-by-hop options.
  '4500ffff000040004004000001020304050607084500',
  '4500ffff0000400040290000010203040506070860',
  '4500ffff00004000402f0000010203040506070800000800',
  '4500ffff00004000402f0000010203040506070800006558',
  // VXLAN and Geneve over UDP.
  '4500ffff00004000401100000102030405060708303912b5ffff00000800000000000100',
  '4500ffff00004000401100000102030405060708303917c1ffff00000000655800000100',
  '60000000ffff2940' + '00'.repeat(32),
  '60000000ffff0040' + '00'.repeat(32) + '0600000000000000',
];

/** Puts a header into a packet, up to some hundred times, and corrects the captured length where it is easily done. */
const nest = onPiece(({ bytes, anatomy, dice }, { start, end, dataStart, dataEnd }) => {
  if (dataEnd - dataStart < 20) return bytes;
  const hex = dice.pick(WRAPS);
  const wrap = Uint8Array.from({ length: hex.length >> 1 }, (_, at) =>
    Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16),
  );
  const times = 1 + dice.below(dice.onceIn(4) ? 300 : 4);
  const at = dataStart + dice.pick([0, 12, 14, 16, 20]);
  const wrapped = replaced(bytes, at, 0, concatBytes(Array.from({ length: times }, () => wrap)));
  if (anatomy.format === 'pcap') {
    const view = viewOf(wrapped);
    const length = end - dataStart + wrap.length * times;
    view.setUint32(start + 8, length, anatomy.littleEndian);
    view.setUint32(start + 12, length, anatomy.littleEndian);
  }
  return wrapped;
});

/** An option at the end of a pcapng block, or of whatever is there: code, length, endless. */
const blockOption = onPiece(({ bytes, anatomy, dice }, { end }) =>
  edited(bytes, (copy, view) => {
    const at = end - 12 + dice.below(2) * 4;
    if (anatomy.format !== 'pcapng' || at < 0 || at + 4 > copy.length) return;
    view.setUint16(at, dice.pick([0, 1, 2, 9, 14, 2988, 65_535]), anatomy.littleEndian);
    view.setUint16(at + 2, oddNumber(dice, 4) & 0xffff, anatomy.littleEndian);
  }),
);

/** By name, so that a finding can say what was done. */
export const MUTATIONS: ReadonlyMap<string, Mutation> = new Map<string, Mutation>([
  ['flip bits', flipBits],
  ['noise', noise],
  ['file header', fileHeader],
  ['magic', magic],
  ['link type', linkType],
  ['record header', recordHeader],
  ['record end', recordEnd],
  ['packet header', packetHeader],
  ['TCP header', tcpHeader],
  ['timestamps', timestamps],
  ['time', time],
  ['remove records', removeRecords],
  ['repeat a record', repeatRecord],
  ['swap records', swapRecords],
  ['garbage', garbage],
  ['cut', cut],
  ['cut out', cutOut],
  ['splice', splice],
  ['nest', nest],
  ['block option', blockOption],
]);
