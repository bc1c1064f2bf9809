import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CaptureProblemKind } from '../../src/capture/problem.ts';
import type { ClockRegime, UndeterminedReason } from '../../src/clocks/index.ts';
import type { Cause, Grade } from '../../src/diagnosis/codes.ts';
import type { Expectations } from '../../src/diagnosis/expectations.ts';
import type {
  AdequacyFinding,
  Assumption,
  CauseEvidence,
  CauseStatus,
  EvidenceReason,
  InvisibleCause,
  RemedyStep,
  VerdictReason,
} from '../../src/diagnosis/findings.ts';
import type { Place, VantageEvidence } from '../../src/diagnosis/vantage-place.ts';
import type {
  ScenarioCode,
  UnsupportedScenario,
  WhatIfAssumption,
} from '../../src/diagnosis/what-if/result.ts';
import type { EvidenceFinding } from '../../src/evidence/findings.ts';
import type { Expectation } from '../../src/evidence/problem.ts';
import type { Fate } from '../../src/kernel/fate.ts';
import { CATALOGUE, findCode } from '../../src/report/sentences/explain/catalogue.ts';
import { PROBLEM_KINDS, problemSentence } from '../../src/report/sentences/problems.ts';
import { EVIDENCE_FINDING_SENTENCES } from '../../src/report/sentences/evidence-findings.ts';
import { tell } from '../../src/report/sentences/tell.ts';
import type { Answer } from '../../src/tracking/answer.ts';
import { ALL_EVIDENCE_FINDINGS } from './every-code.ts';

/** Every word of the program that a report can hold as a code. */
type Code =
  | Cause
  | Grade
  | Fate
  | Answer
  | CaptureProblemKind
  | ClockRegime
  | UndeterminedReason
  | CauseStatus
  | InvisibleCause
  | Expectation
  | Place
  | ScenarioCode
  | UnsupportedScenario['because']
  | Expectations['finding']
  | (
      | AdequacyFinding
      | Assumption
      | CauseEvidence
      | EvidenceFinding
      | EvidenceReason
      | RemedyStep
      | VantageEvidence
      | VerdictReason
      | WhatIfAssumption
    )['code'];

/** The number of things that each code stands for. A code that is missing here, or that is none, does not compile. */
const EVERY_CODE: Readonly<Record<Code, number>> = {
  'tw-recycle-reject': 1,
  'time-wait-reject': 1,
  'accept-queue-overflow': 1,
  'syn-queue-full': 1,
  'port-closed': 1,
  'source-filtered': 1,
  'reply-lost': 1,
  'tuple-collision': 1,
  unexplained: 1,
  confirmed: 1,
  probable: 1,
  possible: 1,
  'cannot-tell': 1,
  'no-evidence': 1,
  'ruled-out': 2,
  'no-syn': 1,
  'one-way': 1,
  'syn-only': 1,
  'no-fin': 1,
  short: 1,
  'snaplen-cuts-timestamps': 1,
  damaged: 1,
  'records-lost': 1,
  gaps: 1,
  'state-evicted': 1,
  untimed: 1,
  'time-steps-back': 1,
  'duplicates-folded': 1,
  'not-at-target': 1,
  'in-between': 1,
  partial: 1,
  'no-syns': 1,
  'nothing-silent': 1,
  'predicted-and-silent': 1,
  'assumed-and-silent': 1,
  contradicted: 1,
  'silent-but-not-predicted': 1,
  'served-while-behind': 1,
  'switch-turned': 1,
  'no-server-first-close': 1,
  'few-predictions': 1,
  'stamped-elsewhere': 1,
  'kernel-against-capture': 1,
  'check-absent': 1,
  'beyond-chance': 1,
  'within-chance': 1,
  'capped-by-adequacy': 1,
  'kernel-without-check': 1,
  'other-cause': 1,
  'stamp-from-served-syns': 1,
  'served-unless-retransmitted': 1,
  'profile-inferred': 1,
  'close-may-have-written': 1,
  'clock-border': 1,
  'shared-clock': 1,
  'per-host-pair': 1,
  'per-connection': 1,
  'no-timestamps': 1,
  undetermined: 1,
  'too-few-attempts': 1,
  'too-many-alone': 1,
  mixed: 1,
  'conntrack-insert-race': 1,
  'snat-port-exhaustion': 1,
  'dropped-upstream': 1,
  unknown: 3,
  pass: 1,
  'possible-reject': 1,
  reject: 1,
  none: 1,
  'syn-ack': 1,
  rst: 1,
  ack: 1,
  found: 1,
  'not-seen': 1,
  predictions: 1,
  'served-meanwhile': 1,
  'syn-acks-repeated': 1,
  'requests-open': 1,
  resets: 1,
  'bare-acks': 1,
  'time-wait-cost': 1,
  'peers-never-served': 1,
  'silent-peers-served': 1,
  'at-random': 1,
  'live-tuples': 1,
  'sent-again-after-syn-ack': 1,
  'stamp-from-before': 1,
  'recycle-is-on': 1,
  'recycle-is-off': 1,
  'kernel-lacks-key': 1,
  'kernel-lacks-counter': 1,
  'counter-agrees': 1,
  'counter-near': 1,
  'counter-still': 1,
  'counter-grew': 1,
  'counter-against-capture': 1,
  'settings-against-capture': 1,
  'recycle-on': 1,
  'recycle-off': 2,
  'timestamps-off': 2,
  'timestamps-on': 1,
  'syncookies-off': 1,
  'syncookies-always': 1,
  'tw-reuse-on': 1,
  'rfc1337-on': 1,
  'abort-on-overflow-on': 1,
  'metrics-not-saved': 1,
  'time-wait-acks-limited': 1,
  'bridge-nf-off': 1,
  'accept-queue-limit': 1,
  'syn-backlog-limit': 1,
  'paws-passive-delta': 1,
  'paws-estab': 1,
  'paws-timewait': 1,
  'time-wait-ack-skipped': 1,
  'syn-challenged': 1,
  'listen-overflows': 1,
  'req-q-full-drop': 1,
  'req-q-full-cookies': 1,
  'socket-backlog-drop': 1,
  'time-wait-overflow': 1,
  'embryonic-resets': 1,
  'reverse-path-filtered': 1,
  'min-ttl-drop': 1,
  'md5-missing': 1,
  'md5-unexpected': 1,
  'md5-wrong': 1,
  'bad-segments': 1,
  'bad-checksums': 1,
  'wrong-destinations': 1,
  'no-route-back': 1,
  'no-route-in': 1,
  'recycle-key-absent': 1,
  'rp-filter-strict': 1,
  'paws-passive-column-present': 1,
  'paws-passive-column-absent': 1,
  'paws-passive-since-boot': 1,
  'listen-drops-explained': 1,
  'listen-drops-unexplained': 1,
  cookies: 1,
  'counters-went-back': 1,
  'counters-identical': 1,
  'stamps-held': 1,
  'no-stamps': 1,
  'kernel-range': 1,
  'kernel-range-contradictory': 1,
  'setting-contradicts-counter': 1,
  evidence: 1,
  'before-or-after': 1,
  'one-file': 1,
  'sysctl-setting': 1,
  'whole-number': 1,
  'safe-number': 1,
  'counter-line': 1,
  'value-line': 1,
  'as-many-values-as-names': 1,
  'one-snapshot': 1,
  stamp: 1,
  address: 1,
  'address-and-name': 1,
  'one-name-per-address': 1,
  json: 1,
  'node-list': 1,
  'kernel-release': 1,
  'epoch-seconds': 1,
  'shorter-line': 1,
  'fewer-entries': 1,
  met: 1,
  missing: 1,
  'no-snat': 2,
  'nothing-arrived': 1,
  target: 1,
  client: 1,
  between: 1,
  delays: 1,
  hops: 1,
  'packet-types': 1,
  'disable-tw-recycle': 1,
  'verify-paws-passive': 1,
  'keep-timestamps': 1,
  'target-not-yours': 1,
  'upgrade-kernel': 1,
  'tw-reuse-is-different': 1,
  'avoid-tuple-reuse': 1,
  'start-service': 1,
  'capture-again': 1,
  'look-elsewhere': 1,
  'timestamps-off-at-clock': 1,
  'clients-close-first': 1,
  'clock-per-connection': 1,
  'clocks-unknown': 1,
  'one-clock': 1,
  'connects-as-observed': 1,
  'closed-like-others': 1,
  'retries-like-others': 1,
  'other-silence-stays': 1,
  'stamps-from-before-stay': 1,
  unreadable: 1,
  'is-directory': 1,
  'not-a-file': 1,
  'empty-file': 1,
  'unknown-format': 1,
  'foreign-format': 1,
  'unsupported-version': 1,
  'truncated-header': 1,
  'truncated-record': 1,
  'impossible-length': 1,
  'bad-block': 1,
  'missing-interface': 1,
  garbage: 1,
  'unknown-timestamp-unit': 1,
  'corrupt-compression': 1,
  'size-limit': 1,
  'merged-late': 1,
};

const REPORT_SCHEMA: unknown = JSON.parse(
  readFileSync(new URL('../../src/report/report.schema.json', import.meta.url), 'utf8'),
);

/** The constants of every property `code` in a schema. */
function* codesIn(schema: unknown): Generator<string> {
  if (Array.isArray(schema)) for (const each of schema) yield* codesIn(each);
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'code' && typeof value === 'object' && value !== null) {
      if ('const' in value && typeof value.const === 'string') yield value.const;
      if ('enum' in value && Array.isArray(value.enum)) yield* value.enum.map(String);
    }
    yield* codesIn(value);
  }
}

describe('the catalogue of explain', () => {
  it('has an entry for every code of every union, and for nothing else', () => {
    const entries = new Map<string, number>();
    for (const { code } of CATALOGUE.flatMap((group) => group.entries)) {
      entries.set(code, (entries.get(code) ?? 0) + 1);
    }
    expect(Object.fromEntries(entries)).toEqual(EVERY_CODE);
  });

  it('has an entry for every code that the schema allows', () => {
    const codes = [...new Set(codesIn(REPORT_SCHEMA))];
    expect(codes.length).toBeGreaterThan(80);
    expect(codes.filter((code) => findCode(code).length === 0)).toEqual([]);
  });

  it('says something of each, in a title without a full stop and whole sentences', () => {
    const explanations = CATALOGUE.flatMap(({ entries }) => entries.map(({ explanation }) => explanation));
    const titles = explanations.map(({ title }) => title);
    const texts = explanations.flatMap(({ meaning, kernel, advice }) => [meaning, kernel, advice?.text]);
    expect(titles.filter((title) => !/^\w.*[^.]$/.test(title))).toEqual([]);
    expect(texts.filter((text) => typeof text === 'string' && !/^\S.{9,}[^ ,;:]$/s.test(text))).toEqual([]);
  });

  it('calls a problem what the report calls it', () => {
    for (const kind of PROBLEM_KINDS) {
      const [entry] = findCode(kind);
      const said = problemSentence(
        { capture: 'a', kind, offset: 0, frame: 0, needed: null, available: null, detail: null, more: 0 },
        (text) => text,
      );
      expect(said.startsWith(entry?.explanation.title ?? '-')).toBe(true);
    }
  });

  it('tells settings and counters in the words of the report', () => {
    const told = ALL_EVIDENCE_FINDINGS.flatMap((finding) => {
      const said = tell(EVIDENCE_FINDING_SENTENCES, finding);
      if (said === null || !('counter' in finding || 'value' in finding)) return [];
      if (finding.code === 'paws-passive-since-boot') return [];
      return { code: finding.code, said: said.replace(/ grew by [\d,]+:/, ' counts') };
    });
    expect(told.length).toBeGreaterThan(20);
    expect(told.filter(({ code, said }) => findCode(code)[0]?.explanation.meaning !== said)).toEqual([]);
  });
});
