/** What settings and counters of the target make of the grade that the capture earned. */
import { describe, expect, it } from 'vitest';
import type { Cause, Grade } from '../../src/diagnosis/codes.ts';
import type { WeighedEvidence } from '../../src/diagnosis/weigh-evidence.ts';
import { weighEvidence } from '../../src/diagnosis/weigh-evidence.ts';
import type { EvidenceFile } from '../../src/evidence/evidence.ts';
import { collectEvidence } from '../../src/evidence/evidence.ts';
import { WHOLE_LISTING_KEYS } from '../../src/evidence/sysctl-keys.ts';

const counters = (values: Readonly<Record<string, number>>): string =>
  `TcpExt: ${Object.keys(values).join(' ')}\nTcpExt: ${Object.values(values).join(' ')}\n`;

/** Snapshots between which these counters grew, and one more, so that they are not one and the same. */
function grown(by: Readonly<Record<string, number>>): EvidenceFile[] {
  const before = Object.fromEntries(Object.keys(by).map((name) => [name, 1000]));
  const after = Object.fromEntries(Object.entries(by).map(([name, delta]) => [name, 1000 + delta]));
  return [
    { name: 'b', role: 'counters-before', text: counters({ ...before, DelayedACKs: 5 }) },
    { name: 'a', role: 'counters-after', text: counters({ ...after, DelayedACKs: 9 }) },
  ];
}

const settings = (text: string): EvidenceFile => ({ name: 'sysctl.txt', role: 'sysctl', text });
const ON = settings('net.ipv4.tcp_timestamps = 1\nnet.ipv4.tcp_tw_recycle = 1\n');
const OFF = settings('net.ipv4.tcp_timestamps = 1\nnet.ipv4.tcp_tw_recycle = 0\n');
/** /etc/sysctl.conf: what somebody wanted, not what runs. */
const WANTED_OFF = settings('# Tuning for the database.\nnet.ipv4.tcp_tw_recycle=0\n');
/** `sysctl -a` of a kernel that has no such key. */
const NEW_KERNEL = settings([...WHOLE_LISTING_KEYS].map((key) => `${key} = 1\n`).join(''));

const WANTED_ON = settings('# Tuning for the database.\nnet.ipv4.tcp_tw_recycle=1\n');
const REFUSED = settings(
  'sysctl: cannot stat /proc/sys/net/ipv4/tcp_tw_recycle: No such file or directory\n',
);
const unusable: readonly EvidenceFile[] = [
  {
    name: 'b',
    role: 'counters-before',
    text: 'TcpExt: PAWSPassive DelayedACKs\nTcpExt: 99999999999999999999 1\n',
  },
  { name: 'a', role: 'counters-after', text: 'TcpExt: PAWSPassive DelayedACKs\nTcpExt: 7 9\n' },
];

function weighed(files: readonly EvidenceFile[], grade: Grade, rejected: number): WeighedEvidence {
  return weighEvidence(collectEvidence(files), grade, rejected);
}

interface Told {
  readonly reasons: readonly object[];
  readonly contradictions: readonly object[];
  readonly accused: Grade | null;
  readonly main: Grade | null;
}

const NOTHING: Told = { reasons: [], contradictions: [], accused: null, main: null };
const IS_ON = { code: 'recycle-is-on', line: 2 };
const IS_OFF = { code: 'recycle-is-off', line: 2 };
const RULED_OUT = { accused: 'ruled-out', main: 'ruled-out' } as const;
const paws = (delta: number): EvidenceFile[] => grown({ PAWSPassive: delta });

describe('evidence', () => {
  it.each<[string, readonly EvidenceFile[], Grade, number, Partial<Told>]>([
    ['none changes nothing', [], 'confirmed', 20, {}],
    ['the switch is on, as the capture says', [ON], 'probable', 20, { reasons: [IS_ON] }],
    ['the switch is on, and the capture accuses nobody', [ON], 'no-evidence', 0, { reasons: [IS_ON] }],
    ['the switch is off, as the capture says', [OFF], 'no-evidence', 0, { reasons: [IS_OFF], ...RULED_OUT }],
    [
      'the switch is off, and the capture shows it at work',
      [OFF],
      'possible',
      4,
      {
        reasons: [IS_OFF],
        contradictions: [{ code: 'settings-against-capture', syns: 4 }],
        ...RULED_OUT,
      },
    ],
    ['a configuration file wants it off', [WANTED_OFF], 'probable', 20, {}],
    [
      'the kernel has no such switch',
      [NEW_KERNEL],
      'no-evidence',
      0,
      { reasons: [{ code: 'kernel-lacks-key' }], ...RULED_OUT },
    ],
    [
      'a program says that there is no such switch: in a container of an old kernel, too',
      [REFUSED],
      'probable',
      20,
      {},
    ],
    ['a configuration file wants it on', [WANTED_ON], 'probable', 20, {}],
    ['a counter that is not to be read exactly says nothing', unusable, 'probable', 20, {}],
    [
      'the kernel has no such counter',
      grown({ ListenDrops: 4, PAWSActive: 0 }),
      'no-evidence',
      0,
      { reasons: [{ code: 'kernel-lacks-counter' }], ...RULED_OUT },
    ],
    [
      'the switch is off, and its counter stood still',
      [OFF, ...paws(0)],
      'no-evidence',
      0,
      { reasons: [IS_OFF, { code: 'counter-still' }], ...RULED_OUT },
    ],
    [
      'the switch is off, and its counter grew: the counter is believed',
      [OFF, ...paws(9)],
      'no-evidence',
      0,
      { reasons: [IS_OFF, { code: 'counter-grew', delta: 9 }], main: 'probable' },
    ],
    [
      'the counter grew by exactly what was rejected',
      paws(20),
      'probable',
      20,
      { reasons: [{ code: 'counter-agrees', syns: 20 }], accused: 'confirmed' },
    ],
    [
      'the same, with the switch on',
      [ON, ...paws(1)],
      'possible',
      1,
      { reasons: [IS_ON, { code: 'counter-agrees', syns: 1 }], accused: 'confirmed' },
    ],
    [
      'it grew by three more',
      paws(23),
      'probable',
      20,
      { reasons: [{ code: 'counter-near', delta: 23, syns: 20 }] },
    ],
    [
      'it grew by three fewer',
      paws(17),
      'probable',
      20,
      { reasons: [{ code: 'counter-near', delta: 17, syns: 20 }] },
    ],
    [
      'it grew by four more',
      paws(24),
      'probable',
      20,
      { contradictions: [{ code: 'counter-against-capture', delta: 24, syns: 20 }] },
    ],
    [
      'it grew by 3 % more, of many',
      paws(200),
      'confirmed',
      194,
      { reasons: [{ code: 'counter-near', delta: 200, syns: 194 }] },
    ],
    [
      'it grew by a little over 3 % more',
      paws(200),
      'confirmed',
      193,
      { contradictions: [{ code: 'counter-against-capture', delta: 200, syns: 193 }] },
    ],
    [
      'it grew, and the capture accuses nobody',
      paws(7),
      'cannot-tell',
      0,
      { reasons: [{ code: 'counter-grew', delta: 7 }], main: 'probable' },
    ],
    [
      'it stood still, as the capture says',
      paws(0),
      'no-evidence',
      0,
      { reasons: [{ code: 'counter-still' }], main: 'ruled-out' },
    ],
    [
      'it stood still against three predictions',
      paws(0),
      'probable',
      3,
      {
        reasons: [{ code: 'counter-still' }],
        contradictions: [{ code: 'counter-against-capture', delta: 0, syns: 3 }],
        accused: 'ruled-out',
      },
    ],
    [
      'it stood still against two: they may lie outside the snapshots',
      paws(0),
      'possible',
      2,
      { reasons: [{ code: 'counter-still' }] },
    ],
    ['counters that went back say nothing', paws(-20), 'probable', 20, {}],
  ])('%s', (_, files, grade, rejected, expected) => {
    const { reasons, contradictions, accused, main } = weighed(files, grade, rejected);
    expect({ reasons, contradictions, accused, main }).toEqual({ ...NOTHING, ...expected });
  });

  it.each<[string, Readonly<Record<string, number>>, Cause | null]>([
    ['neither counter moved', { ListenOverflows: 0, TCPReqQFullDrop: 0 }, null],
    ['one overflow of the accept queue', { ListenOverflows: 1, TCPReqQFullDrop: 0 }, 'accept-queue-overflow'],
    ['one drop for a full request queue', { ListenOverflows: 0, TCPReqQFullDrop: 1 }, 'syn-queue-full'],
    ['both: only the request queue moves both', { ListenOverflows: 5, TCPReqQFullDrop: 1 }, 'syn-queue-full'],
    ['no such counters', { PAWSPassive: 1 }, null],
    ['counters that went back', { ListenOverflows: 3, TCPReqQFullDrop: -1 }, null],
  ])('names the full queue: %s', (_, by, queue) => {
    expect(weighed(grown(by), 'no-evidence', 0).queue).toBe(queue);
  });

  it('hands on what the evidence says by itself', () => {
    expect(weighed([ON], 'probable', 20).findings).toContainEqual({
      code: 'recycle-on',
      value: 1,
      line: 2,
      source: 'listing',
    });
  });
});
