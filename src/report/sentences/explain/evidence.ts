import type { DeltaCode, SettingCode } from '../../../evidence/finding-tables.ts';
import type { EvidenceFinding } from '../../../evidence/findings.ts';
import type { Expectation } from '../../../evidence/problem.ts';
import { codesOf } from '../codes-of.ts';
import { COUNTER_TEXTS } from '../evidence-counters.ts';
import { EXPECTATION_CLAUSES } from '../evidence-problems.ts';
import { SETTING_TEXTS } from '../evidence-settings.ts';
import type { Explanation } from './entry.ts';
import { plain } from './entry.ts';

type FindingCode = EvidenceFinding['code'];

/** What evidence says by itself, besides settings and the growth of counters. */
const OTHER_FINDINGS: Readonly<Record<Exclude<FindingCode, SettingCode | DeltaCode>, Explanation>> = {
  'recycle-key-absent': plain(
    'the kernel has no tcp_tw_recycle',
    'A whole listing without the key comes from Linux 4.12 or later, which has no such check. A refusal ("cannot stat", ' +
      '"unknown key") may also come from inside a container, where kernels up to 4.10 do not show it.',
    'Run sysctl -a on the host itself.',
  ),
  'rp-filter-strict': plain(
    'rp_filter is strict',
    'A packet whose source is routed over another interface is dropped before TCP sees it, without an answer. ' +
      'IPReversePathFilter counts it.',
    'On hosts with several ways to the same source use net.ipv4.conf.*.rp_filter = 2.',
  ),
  'paws-passive-column-present': plain(
    'the kernel has the check',
    'The column PAWSPassive exists up to Linux 4.11: the kernel knows the check, which says nothing about its being ' +
      'switched on.',
  ),
  'paws-passive-column-absent': plain(
    'the kernel lacks the check',
    'A whole /proc/net/netstat without the column PAWSPassive comes from Linux 4.12 or later, where the check is gone.',
  ),
  'paws-passive-since-boot': plain(
    'one reading of the counter',
    'PAWSPassive counts from the start of the host (or of its network namespace). One reading says whether SYNs were ' +
      'thrown away, not whether they are now.',
    'Read it twice, before and after the capture.',
  ),
  'listen-drops-explained': plain(
    'ListenDrops, taken apart',
    'ListenDrops is the usual false alarm: it counts full accept queues, from Linux 3.8 on also every SYN that the ' +
      'timestamp check threw away, full SYN queues, and from 3.8 to 4.4 (and in RHEL 7) SYNs that were answered with a ' +
      'cookie. The other counters account for all of its growth here.',
  ),
  'listen-drops-unexplained': plain(
    'ListenDrops, not accounted for',
    'ListenDrops grew by more than the other counters account for: the last quarter of the SYN queue with cookies off, ' +
      'no route back, or a security module.',
    "dmesg | grep -i 'syn flooding', the audit log, and ip route get PEER on the target.",
  ),
  cookies: plain(
    'SYN cookies',
    'A full SYN queue was answered with cookies: no SYN was lost by it. Connections by cookie skip the timestamp check.',
  ),
  'counters-went-back': plain(
    'counters went down',
    'Counters only grow. A restart lies between the two readings, they are from two hosts or namespaces, or before and ' +
      'after are swapped. No growth was used.',
    'Read them again on the same host, before and after one capture.',
  ),
  'counters-identical': plain(
    'no counter moved',
    'Not one value differs, which no living host manages: most likely one reading under two names. No growth was used.',
  ),
  'stamps-held': plain(
    'timestamps that the kernel held',
    'ip tcp_metrics shows the timestamps that the kernel remembers (tw_ts) and their age; those under 60 s old throw ' +
      'away whatever is behind them.',
  ),
  'no-stamps': plain(
    'no timestamp held',
    'ip tcp_metrics shows no remembered timestamp (tw_ts): the check is off, or the target has not closed first.',
  ),
  'kernel-range': plain(
    'versions that fit',
    'Keys and counters come and go with versions of the kernel; these are the versions in which all that was seen exists. ' +
      'Vendors add to old kernels, so RHEL may be older than it looks.',
  ),
  'kernel-range-contradictory': plain(
    'no version fits',
    'No version of Linux has all that was seen: the files are from different hosts, or one was edited.',
  ),
  'setting-contradicts-counter': plain(
    'settings against counter',
    'The settings say that the check is off or does not exist, and PAWSPassive grew all the same: different hosts, ' +
      'different times, or the switch was turned in between.',
  ),
};

/** All that evidence can say by itself, explained; settings and counters in the words of the report. */
export const FINDING_EXPLANATIONS: Readonly<Record<FindingCode, Explanation>> = {
  ...explained(codesOf(SETTING_TEXTS), ({ code }) =>
    plain(SETTING_TEXTS[code].title, SETTING_TEXTS[code].meaning),
  ),
  ...explained(codesOf(COUNTER_TEXTS), ({ code }) => explainCounter(code)),
  ...OTHER_FINDINGS,
};

function explainCounter(code: DeltaCode): Explanation {
  const { counter, counted, still, note } = COUNTER_TEXTS[code];
  return {
    ...plain(`${counter} grew`, `${counter} counts ${counted}.`),
    recognised: still === null ? [] : [`It stood still: ${still}.`],
    kernel: note,
  };
}

function explained<Code extends string>(
  codes: readonly Code[],
  explain: (coded: { readonly code: Code }) => Explanation,
): Record<Code, Explanation>;
function explained(
  codes: readonly string[],
  explain: (coded: { readonly code: string }) => Explanation,
): Record<string, Explanation> {
  return Object.fromEntries(codes.map((code) => [code, explain({ code })]));
}

const EVIDENCE_PROBLEMS: Readonly<Record<Expectation, string>> = {
  evidence:
    'The file is neither settings nor counters, kernel release, nodes, timestamps (ip tcp_metrics) nor times of readings.',
  'before-or-after': 'Counters are compared only when the names of the files say which was read first.',
  'one-file': 'Two files of one kind: only the first is used, lest two hosts be mixed.',
  'sysctl-setting': 'sysctl -a prints "name = value"; a listing of /proc/sys "path:value" is read as well.',
  'whole-number': 'The setting or counter is known, and what stands there is no whole number.',
  'safe-number':
    'Above 2^53 numbers are no longer exact; the column counts as present, its value is not used.',
  'counter-line': 'The line is in none of the forms of /proc/net/netstat, nstat -az and netstat -s.',
  'value-line': '/proc/net prints a line of names, then a line of numbers; the second is missing.',
  'as-many-values-as-names':
    'The line of numbers is not as long as the line of names; nothing of the pair is used.',
  'one-snapshot': 'The same counter stands there twice: two readings in one file cannot be told apart.',
  stamp: 'ip tcp_metrics prints "tw_ts TSVAL/AGE ago".',
  address: 'An IPv4 or IPv6 address was expected there.',
  'address-and-name': 'A list of nodes has an address and a name on each line.',
  'one-name-per-address': 'Two names for one address; the first is used.',
  json: 'The text begins like JSON and is not, which happens when output is cut off.',
  'node-list': 'kubectl get nodes -o json prints a list of nodes; this is other JSON.',
  'kernel-release': 'uname -r prints the release of a kernel, for example 3.10.0-1160.el7.x86_64.',
  'epoch-seconds': 'times.txt, as synscope plan leaves it, holds seconds since 1970.',
  'shorter-line': 'No line of these files is that long; it was left out.',
  'fewer-entries': 'More entries than any cluster has; the rest was left out.',
};

/** What a file of evidence can fall short of, explained. */
export function explainEvidenceProblem(code: Expectation): Explanation {
  return plain(EXPECTATION_CLAUSES[code], EVIDENCE_PROBLEMS[code]);
}
