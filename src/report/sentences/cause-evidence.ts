import type { CauseEvidence } from '../../diagnosis/findings.ts';
import { duration } from '../wording/duration.ts';
import { count, counted } from '../wording/number.ts';
import type { Sentences } from './tell.ts';

/** A clause, and whether it speaks for the cause or against it; empty where it is not worth telling. */
export interface CauseEvidenceText {
  readonly clause: string;
  readonly speaksFor: boolean;
}

/** What was seen for or against a cause, as clauses to be joined by semicolons. */
export const CAUSE_EVIDENCE_TEXTS: Sentences<CauseEvidence, CauseEvidenceText> = {
  predictions: ({ silent, answered }) =>
    answered === 0
      ? text(silent > 0, `${were(silent, 'SYN')} silent as predicted, and none was answered against it`)
      : text(
          silent > answered,
          `${were(answered, 'SYN')} answered that the check must have thrown away` +
            (silent === 0 ? '' : `; ${count(silent)} ${silent === 1 ? 'was' : 'were'} silent`),
        ),
  'check-absent': () => text(false, 'the target makes no such check'),
  'served-meanwhile': ({ syns, peers, spared }) =>
    text(
      false,
      `${counted(syns, 'SYN')}${peers > 1 ? ` of ${count(peers)} peers` : ''} ${syns === 1 ? 'was' : 'were'} answered in ` +
        `the same seconds${sparedClause(peers, spared)}`,
    ),
  'syn-acks-repeated': ({ count: repeated }) =>
    repeated === 0
      ? text(false, 'no SYN-ACK was repeated')
      : text(true, `${were(repeated, 'SYN-ACK')} sent again although the client had acknowledged`),
  'requests-open': ({ whenSilent, whenAnswered }) =>
    whenAnswered !== null && whenSilent <= whenAnswered
      ? text(false, '')
      : text(
          true,
          `${mean(whenSilent)} handshakes were under way on average when a SYN was dropped` +
            (whenAnswered === null ? '' : `, ${mean(whenAnswered)} when one was answered`),
        ),
  resets: ({ count: resets }) =>
    resets === 0
      ? text(false, 'no SYN was answered with RST')
      : text(true, `${were(resets, 'SYN')} answered with RST`),
  'bare-acks': ({ count: acks }) =>
    acks === 0
      ? text(false, 'no SYN was answered with a bare ACK')
      : text(true, `${were(acks, 'SYN')} answered with an ACK of the connection before`),
  'time-wait-cost': ({ attempts, connected, seconds, longestSeconds }) =>
    text(true, delay(attempts, connected, seconds, longestSeconds)),
  'peers-never-served': ({ peers }) =>
    peers === 0 ? text(false, '') : text(true, `${were(peers, 'peer')} never served while others were`),
  'silent-peers-served': ({ peers }) =>
    peers === 0
      ? text(true, 'no peer that met silence was ever served')
      : text(
          false,
          `${peers === 1 ? 'the peer' : peers === 2 ? 'both peers' : `all ${count(peers)} peers`} that met silence ${
            peers === 1 ? 'was' : 'were'
          } served at other times`,
        ),
  'at-random': () => text(true, 'the silence fell at random, whatever the timestamps'),
  'live-tuples': ({ count: tuples }) =>
    tuples === 0
      ? text(false, 'no SYN met an open connection')
      : text(true, `${counted(tuples, 'SYN')} met a connection that was still open`),
  'sent-again-after-syn-ack': ({ count: again }) =>
    again === 0
      ? text(false, 'no SYN was sent again after its SYN-ACK')
      : text(true, `${were(again, 'SYN')} sent again although answered with SYN-ACK`),
  'stamp-from-before': ({ syns }) =>
    text(
      true,
      `${counted(syns, 'SYN')} may have met a timestamp that the target remembered from before the capture`,
    ),
};

/** `, 3 of which never met silence`: a target that is down or full spares nobody. */
function sparedClause(peers: number, spared: number): string {
  if (spared === 0) return '';
  if (peers === 1) return ', of a peer that never met silence';
  return spared === peers
    ? ', none of which ever met silence'
    : `, ${count(spared)} of which never met silence`;
}

/** `it cost 52 of 67 connects 1.0 s in the mean and 3.1 s at most; 15 never got a SYN-ACK`. */
function delay(attempts: number, connected: number, seconds: number, longest: number): string {
  if (connected === 0) {
    return attempts === 1
      ? 'the connect that met it never got a SYN-ACK here'
      : `none of the ${count(attempts)} connects that met it got a SYN-ACK here`;
  }
  const lost = attempts - connected;
  const rest = lost === 0 ? '' : `; ${count(lost)} never got a SYN-ACK here`;
  const waited =
    connected === 1
      ? duration(longest)
      : `${duration(seconds / connected)} in the mean and ${duration(longest)} at most`;
  return `it cost ${counted(connected, 'connect')} ${waited}${rest}`;
}

function text(speaksFor: boolean, clause: string): CauseEvidenceText {
  return { clause, speaksFor };
}

function were(value: number, noun: string): string {
  return `${counted(value, noun)} ${value === 1 ? 'was' : 'were'}`;
}

function mean(value: number): string {
  return value.toFixed(1);
}
