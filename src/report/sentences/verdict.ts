import type { Cause, Grade } from '../../diagnosis/codes.ts';
import type { Report, VerdictReport } from '../report.ts';
import { count, counted } from '../wording/number.ts';
import { listed } from '../wording/list.ts';
import { ADEQUACY_SENTENCES } from './adequacy.ts';
import { CAUSE_NAMES } from './causes.ts';
import { tell } from './tell.ts';

/** A report whose verdict still lacks its sentence. */
export type Unworded = Omit<Report, 'verdict'> & { readonly verdict: Omit<VerdictReport, 'sentence'> };

/** How many peers or targets a sentence names before it only counts them. */
const NAMED = 2;

/** The verdict in one sentence: who is dropped, by whom, why, and how sure that is. */
export function verdictSentence(report: Unworded): string {
  return VERDICT_SENTENCES[report.verdict.grade](report);
}

const VERDICT_SENTENCES: Readonly<Record<Grade, (report: Unworded) => string>> = {
  confirmed: (report) =>
    `${targets(report)} threw away ${dropped(report)} because tcp_tw_recycle is on there and ${why(report)}; ` +
    'this is certain.',
  probable: (report) =>
    `${targets(report)} very probably threw away ${dropped(report)} because tcp_tw_recycle is on there and ` +
    `${why(report)}.`,
  possible: (report) =>
    `${targets(report)} may have thrown away ${dropped(report)} because tcp_tw_recycle is on there; this capture ` +
    'does not decide it.',
  'cannot-tell': (report) =>
    `This capture cannot tell whether TCP timestamps make ${targets(report)} drop SYNs${limitation(report)}.`,
  'no-evidence': (report) =>
    `Nothing in this capture points to tcp_tw_recycle: ${unanswered(report)}${otherCause(report)}.`,
  'ruled-out': (report) =>
    `tcp_tw_recycle is not the cause here: ${unanswered(report)}${otherCause(report)}.`,
};

function targets({ targets: all, totals }: Unworded): string {
  const accused = all.filter((target) => target.rejected > 0);
  return named(
    (accused.length > 0 ? accused : all).map((target) => target.address),
    accused.length > 0 ? accused.length : totals.targets,
    'target',
  );
}

/** `271 SYNs from 10.32.0.4 (37 connects lost)`. */
function dropped({ peers, totals }: Unworded): string {
  if (totals.rejected === 0) return 'SYNs';
  const accused = peers.filter((peer) => peer.rejected > 0);
  const listedThere = accused.reduce((sum, peer) => sum + peer.rejected, 0);
  const addresses = [
    ...new Set(accused.map(({ address, node }) => (node === null ? address : `${node} (${address})`))),
  ];
  const from = listedThere < totals.rejected ? 'many peers' : named(addresses, addresses.length, 'peer');
  const lost = totals.lostAttempts === 0 ? '' : ` (${counted(totals.lostAttempts, 'connect')} lost)`;
  return `${counted(totals.rejected, 'SYN')} from ${from}${lost}`;
}

/** What was wrong with those SYNs: behind the stamp, or, for kernels that mind it, without a timestamp. */
function why({ rejections, totals }: Unworded): string {
  const one = totals.rejected === 1;
  const bare = rejections.filter((rejection) => rejection.tsval === null).length;
  if (bare > 0 && bare === rejections.length) {
    return `${one ? 'it' : 'they'} carried no TCP timestamp while it remembered one for the same address`;
  }
  const behind = `${one ? 'its TCP timestamp was' : 'their TCP timestamps were'} behind`;
  return `${behind}${bare > 0 ? ' (or missing beside)' : ''} the last one it remembered for the same address`;
}

function limitation({ adequacy }: Unworded): string {
  for (const finding of adequacy.findings) {
    const text = tell(ADEQUACY_SENTENCES, finding);
    if (!text.note) return `, because ${text.because}`;
  }
  return '';
}

function unanswered({ totals }: Unworded): string {
  if (totals.syns === 0) return 'it holds no SYN';
  if (totals.answered === totals.syns) {
    return totals.syns === 1
      ? 'its only SYN was answered'
      : `all ${counted(totals.syns, 'SYN')} were answered`;
  }
  const unserved = totals.silent + totals.refused + totals.challenged;
  if (unserved === 0) return 'no SYN is known to have gone unanswered';
  const what = unserved === totals.silent ? 'got no answer' : 'got no SYN-ACK';
  return `${count(unserved)} of ${counted(totals.syns, 'SYN')} ${what}`;
}

function otherCause({ causes, verdict, totals }: Unworded): string {
  const cause: Cause | null = verdict.cause;
  if (cause === null || cause === 'tw-recycle-reject' || totals.answered >= totals.syns) return '';
  if (cause === 'unexplained') {
    const unexplained = causes.find(({ code }) => code === 'unexplained');
    const before = unexplained?.evidence.find((one) => one.code === 'stamp-from-before');
    if (before === undefined) return ', and the capture does not show why';
    return before.syns >= totals.silent
      ? ', and the capture begins too late to show why; a timestamp remembered before may be what they met'
      : `, and the capture does not show why; ${count(before.syns)} of them may have met a timestamp remembered before it`;
  }
  return `; the main cause is ${CAUSE_NAMES[cause]}`;
}

function named(addresses: readonly string[], total: number, noun: string): string {
  if (total > NAMED) return counted(total, noun);
  return addresses.length === 0 ? `the ${noun}` : listed(addresses);
}
