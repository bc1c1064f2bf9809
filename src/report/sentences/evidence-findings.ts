import type { DeltaCode, SettingCode } from '../../evidence/finding-tables.ts';
import type { EvidenceFinding } from '../../evidence/findings.ts';
import type { DropAccount } from '../../evidence/listen-drops.ts';
import type { KernelRange, KernelVersion } from '../../evidence/kernel-range.ts';
import { listed } from '../wording/list.ts';
import { count, counted } from '../wording/number.ts';
import { counterSentence } from './evidence-counters.ts';
import { SETTING_TEXTS } from './evidence-settings.ts';
import type { Sentences } from './tell.ts';

/**
 * What the evidence says without the capture. Null: nothing that a reader needs (JSON has it all), or what the reasons
 * of the verdict say already.
 */
export const EVIDENCE_FINDING_SENTENCES: Sentences<EvidenceFinding, string | null> = {
  'recycle-on': ({ source, line }) =>
    source === 'configuration'
      ? `A configuration file wants tcp_tw_recycle on (line ${line}); whether it is on was not seen.`
      : null,
  'recycle-off': ({ source, line }) =>
    source === 'configuration'
      ? `A configuration file wants tcp_tw_recycle off (line ${line}); whether it is off was not seen.`
      : null,
  'timestamps-off': setting,
  'timestamps-on': setting,
  'syncookies-off': setting,
  'syncookies-always': setting,
  'tw-reuse-on': setting,
  'rfc1337-on': setting,
  'abort-on-overflow-on': setting,
  'metrics-not-saved': setting,
  'time-wait-acks-limited': setting,
  'bridge-nf-off': setting,
  'accept-queue-limit': setting,
  'syn-backlog-limit': setting,
  'paws-passive-delta': counter,
  'paws-estab': counter,
  'paws-timewait': counter,
  'time-wait-ack-skipped': counter,
  'syn-challenged': counter,
  'listen-overflows': counter,
  'req-q-full-drop': counter,
  'req-q-full-cookies': counter,
  'socket-backlog-drop': counter,
  'time-wait-overflow': counter,
  'embryonic-resets': counter,
  'reverse-path-filtered': counter,
  'min-ttl-drop': counter,
  'md5-missing': counter,
  'md5-unexpected': counter,
  'md5-wrong': counter,
  'bad-segments': counter,
  'bad-checksums': counter,
  'wrong-destinations': counter,
  'no-route-back': counter,
  'no-route-in': counter,
  'recycle-key-absent': ({ basis }) =>
    basis === 'refusal'
      ? 'sysctl knows no tcp_tw_recycle where it was asked: Linux 4.12 or later, or inside a container.'
      : null,
  'rp-filter-strict': ({ interface: face, line }) =>
    `rp_filter is strict on ${face} (line ${line}): sources that are routed elsewhere are dropped without an answer.`,
  'paws-passive-column-present': () => null,
  'paws-passive-column-absent': () => null,
  'paws-passive-since-boot': ({ value }) =>
    value === 0
      ? 'PAWSPassive is 0: this check has thrown no SYN away since the target (or its network namespace) started.'
      : `PAWSPassive stands at ${count(value)} since the target started; a second reading would show whether it still grows.`,
  'listen-drops-explained': ({ drops, accounts }) => dropsSentence(drops, accounts[0]),
  'listen-drops-unexplained': ({ drops }) =>
    `ListenDrops grew by ${count(drops)}, which the other counters do not explain.`,
  cookies: ({ sent, failed }) =>
    `${counted(sent, 'SYN cookie')} sent${failed === 0 ? '' : `; ${count(failed)} came back wrong`}.`,
  'counters-went-back': ({ first, swapped }) =>
    swapped
      ? `Every counter went down (${first}, for example): before and after seem to be swapped. They were not used.`
      : `Counters went down (${first}, for example): a restart, or two hosts. Their growth was not used.`,
  'counters-identical': () =>
    'No counter moved at all: one snapshot under two names? Their growth was not used.',
  'stamps-held': ({ stamps, fresh }) =>
    `After the capture the kernel held ${counted(stamps, 'timestamp')} of peers (ip tcp_metrics), ` +
    `${fresh === 0 ? 'none' : count(fresh)} under 60 s old.`,
  'no-stamps': () => null,
  'kernel-range': ({ range }) => rangeSentence(range),
  'kernel-range-contradictory': () =>
    'No version of Linux fits all of the evidence: the files are from different hosts, or one was edited.',
  'setting-contradicts-counter': ({ delta }) =>
    `The settings have no tcp_tw_recycle in force, yet PAWSPassive grew by ${count(delta)}: they are from different hosts or times.`,
};

function setting({ code }: { readonly code: SettingCode }): string | null {
  const { told, meaning } = SETTING_TEXTS[code];
  return told ? meaning : null;
}

function counter({ code, delta }: { readonly code: DeltaCode; readonly delta: number }): string | null {
  return counterSentence(code, delta);
}

const DROP_SOURCES: Readonly<Record<DropAccount['parts'][number]['source'], string>> = {
  'timestamp-check': 'by the timestamp check',
  'accept-queue': 'by a full accept queue',
  'syn-queue': 'by a full SYN queue',
  cookie: 'SYNs that were answered with a cookie',
};

/** `ListenDrops grew by 1,248, all of it by the timestamp check`: the counter is the usual false alarm. */
function dropsSentence(drops: number, account: DropAccount | undefined): string {
  const parts = (account?.parts ?? []).map(({ source, count: part }) => ({
    part,
    what: DROP_SOURCES[source],
  }));
  const rest = account?.rest ?? drops;
  const [only] = parts;
  const grew = `ListenDrops grew by ${count(drops)}`;
  if (only !== undefined && parts.length === 1 && rest === 0) {
    return only.what.startsWith('by')
      ? `${grew}, all of it ${only.what}.`
      : `${grew}, all of it ${only.what}: none was lost.`;
  }
  const told = parts.map(({ part, what }) => `${count(part)} ${what}`);
  if (rest > 0) told.push(`${count(rest)} for another reason`);
  return `${grew}: ${listed(told)}.`;
}

function rangeSentence({ min, max }: KernelRange): string | null {
  if (min === null && max === null) return null;
  if (min === null) return `The evidence fits Linux up to ${version(max)}.`;
  return max === null
    ? `The evidence fits Linux ${version(min)} and later.`
    : `The evidence fits Linux ${version(min)} to ${version(max)}.`;
}

function version(of: KernelVersion | null): string {
  return of === null ? '' : of.join('.');
}
