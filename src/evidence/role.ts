import { canonicalAddress } from './canonical-address.ts';
import { counterOfNstatName } from './counter-names.ts';
import { forEachLine, wordsOf } from './lines.ts';
import { readSysctlLine } from './sysctl-line.ts';

/** What a file of evidence is. `counters` and `tcp-metrics` are of a moment that is not known. */
export const EVIDENCE_ROLES = [
  'sysctl',
  'counters',
  'counters-before',
  'counters-after',
  'counter-times',
  'tcp-metrics',
  'tcp-metrics-before',
  'tcp-metrics-after',
  'kernel',
  'nodes',
] as const;

export type EvidenceRole = (typeof EVIDENCE_ROLES)[number];

type Kind = 'sysctl' | 'counters' | 'counter-times' | 'tcp-metrics' | 'kernel' | 'nodes';

/** How far a text is looked at to tell what it is. */
const SNIFFED_CHARACTERS = 16_384;
const EVIDENCE_NAME = /\.(?:txt|json|conf|out)$/i;
const MOMENT = /(?:^|[^a-z])(before|after)(?:[^a-z]|$)/i;

/** Whether a file of a directory is worth opening: captures and archives are not. */
export function mayBeEvidence(fileName: string): boolean {
  return EVIDENCE_NAME.test(fileName);
}

/**
 * What a file is: its content says what kind, its name says whether counters are from before or after
 * (`netstat-before.txt`). Null when it is none of the kinds.
 */
export function recogniseEvidence(fileName: string, text: string): EvidenceRole | null {
  const kind = kindOf(fileName, text.slice(0, SNIFFED_CHARACTERS));
  if (kind !== 'counters' && kind !== 'tcp-metrics') {
    return kind;
  }
  const moment = MOMENT.exec(fileName)?.[1]?.toLowerCase();
  return moment === 'before' || moment === 'after' ? `${kind}-${moment}` : kind;
}

function kindOf(fileName: string, start: string): Kind | null {
  if (/^\uFEFF?\s*[{[]/.test(start)) {
    return /"kind"\s*:\s*"(?:Node|NodeList)"/.test(start) || /node/i.test(fileName) ? 'nodes' : null;
  }
  let kind: Kind | null = null;
  forEachLine(start, (line) => {
    kind ??= line === null ? null : kindOfLine(line, fileName);
  });
  return kind;
}

function kindOfLine(line: string, fileName: string): Kind | null {
  const words = wordsOf(line);
  return KINDS.find(([, test]) => test(words, line, fileName))?.[0] ?? null;
}

type LineTest = (words: readonly string[], line: string, fileName: string) => boolean;

/** The first test that a line of the text passes decides. */
const KINDS: readonly (readonly [Kind, LineTest])[] = [
  [
    'counters',
    ([first = ''], line) => line.startsWith('#kernel') || /^(?:Ip|IpExt|Tcp|TcpExt|Icmp):$/.test(first),
  ],
  ['counters', ([name = '', value = '']) => counterOfNstatName(name) !== null && /^\d+$/.test(value)],
  ['tcp-metrics', (words) => isAddress(words[0]) && (words.includes('age') || words.includes('tw_ts'))],
  [
    'counter-times',
    ([moment = '', time = '']) => /^(?:before|after)$/.test(moment) && /^\d{9,}\./.test(`${time}.`),
  ],
  ['kernel', ([first = '', second = '']) => first === 'Linux' && second !== ''],
  [
    'kernel',
    (words) => words.length === 1 && /^\d+\.\d+\.\d+[\w.+~-]*$/.test(words[0] ?? '') && !isAddress(words[0]),
  ],
  ['sysctl', (_, line) => isSysctl(line)],
  ['nodes', (words) => words[0] === 'NAME' && words.includes('INTERNAL-IP')],
  [
    'nodes',
    (words, _, name) =>
      words.filter(isAddress).length === 1 && (words.length === 2 || /node|hosts/i.test(name)),
  ],
];

function isAddress(word: string | undefined): boolean {
  return word !== undefined && canonicalAddress(word) !== null;
}

function isSysctl(line: string): boolean {
  const read = readSysctlLine(line);
  return (
    ((read.kind === 'setting' || read.kind === 'path') &&
      /^(?:net|kernel|fs|vm|dev|abi|debug)\./.test(read.key)) ||
    (read.kind === 'refusal' && read.text.startsWith('sysctl'))
  );
}
