import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ProblemReport } from '../../src/report/report.ts';
import { ADEQUACY_SENTENCES } from '../../src/report/sentences/adequacy.ts';
import { EXPECTATION_SENTENCES } from '../../src/report/sentences/expectations.ts';
import { isUnreadable, problemSentence } from '../../src/report/sentences/problems.ts';
import { REASON_SENTENCES } from '../../src/report/sentences/reasons.ts';
import { remedyText } from '../../src/report/sentences/remedy.ts';
import { tell } from '../../src/report/sentences/tell.ts';
import { undecodedPhrase } from '../../src/report/sentences/undecoded.ts';
import { verdictSentence } from '../../src/report/sentences/verdict.ts';
import { VERSION } from '../../src/report/version.ts';
import { anyReport } from './arbitrary.ts';
import { ALL_REMEDIES } from './every-code.ts';
import {
  CANNOT_TELL,
  changed,
  CONFIRMED,
  LONG_ADDRESSES,
  NO_EVIDENCE,
  POSSIBLE,
  PROBABLE,
  reportWith,
  RULED_OUT,
} from './fixtures.ts';

const asIs = (text: string): string => text;

describe('verdictSentence', () => {
  it.each([
    [
      CONFIRMED,
      '10.32.0.9 threw away 271 SYNs from 10.32.0.4 (37 connects lost) because tcp_tw_recycle is on there and ' +
        'their TCP timestamps were behind the last one it remembered for the same address; this is certain.',
    ],
    [
      PROBABLE,
      '10.32.0.9 very probably threw away 271 SYNs from 10.32.0.4 (37 connects lost) because tcp_tw_recycle is on ' +
        'there and their TCP timestamps were behind the last one it remembered for the same address.',
    ],
    [
      POSSIBLE,
      '10.32.0.9 may have thrown away 1 SYN from 10.32.0.4 because tcp_tw_recycle is on there; this capture does ' +
        'not decide it.',
    ],
    [
      CANNOT_TELL,
      'This capture cannot tell whether TCP timestamps make 10.32.0.9 drop SYNs, because it holds only what the ' +
        'clients sent.',
    ],
    [NO_EVIDENCE, 'Nothing in this capture points to tcp_tw_recycle: all 812 SYNs were answered.'],
    [
      RULED_OUT,
      'tcp_tw_recycle is not the cause here: 11 of 823 SYNs got no SYN-ACK; the main cause is a TIME-WAIT socket on ' +
        'the same addresses and ports.',
    ],
  ])('says it in one sentence (%#)', (report, sentence) => {
    expect(verdictSentence(report)).toBe(sentence);
  });

  it('names two peers, counts three, and does not claim to know those beyond the limit', () => {
    const [first] = CONFIRMED.peers;
    const peers = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].flatMap((address) =>
      changed(first === undefined ? [] : [first], { address, rejected: 10 }),
    );
    const sentence = (shown: number, rejected: number): string =>
      reportWith({}, { peers: peers.slice(0, shown), totals: { ...CONFIRMED.totals, rejected } }).verdict
        .sentence;
    expect(sentence(2, 20)).toContain('20 SYNs from 10.0.0.1 and 10.0.0.2 (');
    expect(sentence(3, 30)).toContain('30 SYNs from 3 peers (');
    expect(sentence(2, 31)).toContain('31 SYNs from many peers (');
  });

  it('does not call a timestamp old that is missing', () => {
    const bare = changed(CONFIRMED.rejections, { tsval: null });
    expect(reportWith({}, { rejections: bare }).verdict.sentence).toContain(
      'they carried no TCP timestamp while it remembered one for the same address; this is certain.',
    );
    expect(reportWith({}, { rejections: [...CONFIRMED.rejections, ...bare] }).verdict.sentence).toContain(
      'were behind (or missing beside) the last one it remembered',
    );
  });

  it('is one sentence for any report', () => {
    fc.assert(
      fc.property(anyReport, ({ verdict }) => {
        expect(verdict.sentence).toMatch(/[a-z0-9)]\.$/i);
        expect(verdict.sentence).not.toMatch(/undefined|null|NaN|\[object/);
      }),
    );
  });
});

describe('remedyText', () => {
  it('guards every sysctl command, for kernels that lack the key', () => {
    for (const { lines } of remedyText(CONFIRMED, { code: 'disable-tw-recycle' }).commands) {
      const command = lines.join('\n');
      if (command.includes('grep')) continue;
      expect(command).toMatch(/^\[ -e \/proc\/sys\/net\/ipv4\/tcp_tw_recycle \] \\\n {2}&& /);
    }
  });

  it('fits a terminal of 80 columns with the longest addresses', () => {
    for (const step of ALL_REMEDIES) {
      for (const { lines } of remedyText(LONG_ADDRESSES, step).commands) {
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(73);
      }
    }
  });

  it('says why another capture is needed', () => {
    const { paragraphs } = remedyText(PROBABLE, { code: 'capture-again', because: 'short' });
    expect(paragraphs.join(' ')).toContain('because its TCP traffic spans only 41 s');
  });
});

describe('problems', () => {
  const problem: ProblemReport = {
    capture: 'a.pcap',
    kind: 'truncated-record',
    offset: 40,
    frame: 1,
    needed: 1_500,
    available: 233,
    detail: null,
    more: 0,
  };

  it.each([
    [{}, 'the file ends inside a record (233 of 1,500 bytes are there) at byte 40, after frame 1'],
    [
      { more: 2 },
      'the file ends inside a record (233 of 1,500 bytes are there) at byte 40, after frame 1; 2 more of this kind',
    ],
    [{ kind: 'unreadable', detail: 'ENOENT', frame: 0 }, 'no such file'],
    [{ kind: 'unreadable', detail: 'EXDEV', frame: 0 }, 'EXDEV'],
    [
      { kind: 'foreign-format', detail: 'NetMon 2', frame: 0 },
      'NetMon 2, which synscope does not read; pcap, pcapng and snoop it does',
    ],
    [{ kind: 'foreign-format', detail: 'xz', frame: 0 }, 'packed with xz; unpack it first: xz -dk FILE'],
  ] as const)('says %j', (change, sentence) => {
    expect(problemSentence({ ...problem, ...change }, asIs)).toBe(sentence);
  });

  it('tells an input that could not be used from one that is damaged', () => {
    expect(isUnreadable({ ...problem, kind: 'unknown-format', frame: 0 })).toBe(true);
    expect(isUnreadable({ ...problem, kind: 'unreadable', frame: 9 })).toBe(true);
    expect(isUnreadable({ ...problem, kind: 'corrupt-compression', frame: 9 })).toBe(false);
    expect(isUnreadable({ ...problem, kind: 'truncated-record', frame: 0 })).toBe(false);
  });
});

it('names the protocols of packets that are not TCP', () => {
  const packets = { packets: 1, sampleFrame: 1 };
  expect(undecodedPhrase({ layer: 'network', reason: 'not-ip', number: 0x0806, ...packets })).toBe(
    'not IP: ethertype 0x0806 (ARP)',
  );
  expect(undecodedPhrase({ layer: 'transport', reason: 'not-tcp', number: 17, ...packets })).toBe(
    'not TCP: IP protocol 17 (UDP)',
  );
  expect(undecodedPhrase({ layer: 'transport', reason: 'not-tcp', number: null, ...packets })).toBe(
    'not TCP: IP protocol other',
  );
  expect(undecodedPhrase({ layer: 'network', reason: 'truncated', number: null, ...packets })).toBe(
    'network: header cut off by the snap length',
  );
});

it('carries the version of package.json', () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(manifest).toMatchObject({ version: VERSION });
});

it('says of a missing source who came instead', () => {
  const others = { peers: 0, syns: 0, pods: 0, busiest: [] };
  const said = (came: number): string =>
    EXPECTATION_SENTENCES.missing({
      sources: [
        { expected: '10.0.0.4', peers: 0, syns: 0 },
        { expected: '10.0.0.5', peers: 1, syns: came },
      ],
      finding: 'missing',
      others,
      complete: true,
    });
  expect(said(9)).toContain('10.0.0.4 sent no SYN; only the other expected ones did.');
  expect(said(0)).toContain('10.0.0.4 and 10.0.0.5 sent no SYN; nobody else did either.');
});

describe('single findings', () => {
  it.each([
    [0, '0 s'],
    [58.4, '58 s'],
    [59.8, '59 s'],
  ])('say of %d s that they are no minute', (seconds, told) => {
    const { because, sentence } = tell(ADEQUACY_SENTENCES, { code: 'short', seconds });
    expect(because).toBe(`its TCP traffic spans only ${told}`);
    expect(sentence).toContain(`The TCP traffic here spans ${told}.`);
  });

  it.each([
    [1, 1, 'Of 1 unanswered SYN, 1 was behind'],
    [1, 3, 'Of 3 unanswered SYNs, 1 was behind'],
    [2, 3, 'Of 3 unanswered SYNs, 2 were behind'],
    [3, 3, 'All 3 unanswered SYNs were behind'],
  ])('say of %d SYNs of %d that they are assumed', (syns, silent, beginning) => {
    const sentence = tell(REASON_SENTENCES, { code: 'assumed-and-silent', syns, silent });
    expect(sentence).toMatch(new RegExp(`^${beginning} a timestamp`));
  });
});
