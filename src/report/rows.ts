import type { RowVerdict } from '../diagnosis/causes.ts';
import type { Cause } from '../diagnosis/codes.ts';
import { causeOf, shownAnswer, shownFate } from '../diagnosis/causes.ts';
import { FATES } from '../kernel/fate.ts';
import type { KernelProfile } from '../kernel/profiles.ts';
import { ANSWERS } from '../tracking/answer.ts';
import type { Answer } from '../tracking/answer.ts';
import type { SynRing } from '../tracking/syn-ring.ts';
import {
  ROW,
  ROW_TIME,
  ROW_WORDS,
  SYN_DUPLICATE,
  SYN_HAS_TSECR,
  SYN_HAS_TSVAL,
  SYN_RETRANSMISSION,
} from '../tracking/syn-ring.ts';
import { formatAddress } from '../units/address.ts';
import { serialDistance, unsigned } from '../units/serial.ts';
import { formatEpoch } from '../units/time.ts';
import { isBehind, PAWS_MSL } from '../kernel/rule.ts';
import type { Rejection } from './report.ts';
import type { SynRow } from './syn-row.ts';

/** A settled SYN packet, copied out of the ring: what is needed to tell about it once the verdict is known. */
export interface RowSnapshot {
  readonly serial: number;
  readonly words: Int32Array;
  readonly arrived: number;
  readonly stampTime: number;
  readonly peerStampTime: number;
  readonly target: number;
  readonly capture: number;
  readonly frame: number;
}

/** Copies a row that is about to leave the ring. */
export function snapshot(ring: SynRing, serial: number): RowSnapshot {
  const at = ring.row(serial);
  return {
    serial,
    words: ring.words.slice(at, at + ROW_WORDS),
    arrived: ring.time(serial, ROW_TIME.arrived),
    stampTime: ring.time(serial, ROW_TIME.stamp),
    peerStampTime: ring.time(serial, ROW_TIME.peerStamp),
    target: ring.word(serial, ROW.target),
    capture: ring.word(serial, ROW.capture),
    frame: ring.word(serial, ROW.frame),
  };
}

/** What the kind of key says about which stamp a row was compared with. */
export interface TellingVerdict extends RowVerdict {
  readonly key: KernelProfile['key'];
}

function word(row: RowSnapshot, field: number): number {
  return row.words[field] ?? 0;
}

/** A stamp: its TSval, unsigned, when it was written (seconds, whole and not), and the packet that wrote it. */
export interface StampOfRow {
  readonly tsval: number;
  readonly time: number;
  readonly second: number;
  readonly ordinal: number;
}

function stampOf(row: RowSnapshot, verdict: TellingVerdict): StampOfRow | null {
  const byPeer = verdict.key === 'peer' && !verdict.assumed;
  const time = byPeer ? row.peerStampTime : row.stampTime;
  if (Number.isNaN(time)) return null;
  return {
    tsval: unsigned(word(row, byPeer ? ROW.peerStampT : ROW.stampT)),
    time,
    second: Math.floor(time),
    ordinal: word(row, byPeer ? ROW.peerStampOrdinal : ROW.stampOrdinal),
  };
}

/**
 * The stamp that rejected the row, by the key that the target's kernel has; null when the capture does not show it. One that
 * the SYN was not behind rejected nothing.
 */
export function rejectingStamp(row: RowSnapshot, verdict: TellingVerdict): StampOfRow | null {
  const stamp = stampOf(row, verdict);
  const innocent = stamp !== null && !isBehind(stamp.tsval, word(row, ROW.tsval));
  return innocent && (word(row, ROW.flags) & SYN_HAS_TSVAL) !== 0 ? null : stamp;
}

/** Why a SYN packet got no SYN-ACK; null when it got one, or when that is not known. */
export function causeOfRow(row: RowSnapshot, verdict: RowVerdict): Cause | null {
  return causeOf(
    {
      serial: row.serial,
      answer: word(row, ROW.answer),
      flags: word(row, ROW.flags),
      fates: word(row, ROW.fates),
      marks: word(row, ROW.class),
      pair: word(row, ROW.pair),
      clock: word(row, ROW.clock),
    },
    verdict,
  );
}

/** The stamp that rejected the row was written through another address of the target than the SYN was sent to. */
export function stampedElsewhere(row: RowSnapshot, verdict: TellingVerdict): boolean {
  if (verdict.key !== 'peer' || verdict.assumed || Number.isNaN(row.peerStampTime)) return false;
  return Number.isNaN(row.stampTime) || word(row, ROW.stampOrdinal) !== word(row, ROW.peerStampOrdinal);
}

/** One line of `synscope syns`. */
export function synRowOf(
  row: RowSnapshot,
  verdict: TellingVerdict,
  frameOf: (ordinal: number) => number,
  file: string,
): SynRow {
  const flags = word(row, ROW.flags);
  const family = word(row, ROW.family) === 6 ? 6 : 4;
  const ports = word(row, ROW.ports);
  const tsval = (flags & SYN_HAS_TSVAL) !== 0 ? unsigned(word(row, ROW.tsval)) : null;
  const duplicate = (flags & SYN_DUPLICATE) !== 0;
  const fates = word(row, ROW.fates);
  const marks = word(row, ROW.class);
  const answer = word(row, ROW.answer);
  const cause = causeOfRow(row, verdict);
  const stampFor = cause === 'tw-recycle-reject' ? rejectingStamp : stampOf;
  const stamp = duplicate ? null : stampFor(row, verdict);
  return {
    file,
    frame: row.frame,
    time: timeOf(row),
    src: formatAddress(family, word(row, 0), word(row, 1), word(row, 2), word(row, 3)),
    srcPort: ports >>> 16,
    dst: formatAddress(family, word(row, 4), word(row, 5), word(row, 6), word(row, 7)),
    dstPort: ports & 0xffff,
    seq: unsigned(word(row, ROW.seq)),
    tsval,
    tsecr: (flags & SYN_HAS_TSECR) !== 0 ? unsigned(word(row, ROW.tsecr)) : null,
    attempt: word(row, ROW.attempt),
    retransmission: (flags & SYN_RETRANSMISSION) !== 0,
    answer: answerText(shownAnswer(answer, verdict)),
    fate: FATES[duplicate ? 0 : shownFate(fates, marks, verdict)] ?? 'unknown',
    cause,
    duplicateOf: duplicate ? word(row, ROW.original) : null,
    stampTsval: stamp?.tsval ?? null,
    stampSecond: stamp?.second ?? null,
    stampFrame: stamp === null ? null : frameOf(stamp.ordinal),
    lagTicks: stamp === null || tsval === null ? null : serialDistance(stamp.tsval, tsval),
    acceptedFrom: stamp === null ? null : stamp.second + PAWS_MSL,
  };
}

/**
 * The time in the record, whether it was believed or not. Words hold the low 32 bits of the seconds, the arrival time the
 * rest, for captures with times beyond 2106.
 */
function timeOf(row: RowSnapshot): string {
  const low = unsigned(word(row, ROW.seconds));
  return formatEpoch(Math.floor(row.arrived / 2 ** 32) * 2 ** 32 + low, word(row, ROW.nanoseconds));
}

/** The row as a rejection, or null when its cause is another. */
export function rejectionOf(
  row: RowSnapshot,
  verdict: TellingVerdict,
  frameOf: (ordinal: number) => number,
  captureOf: (ordinal: number) => string,
  capture: string,
): Rejection | null {
  const told = synRowOf(row, verdict, frameOf, capture);
  if (told.cause !== 'tw-recycle-reject') return null;
  const { stampTsval, stampSecond, stampFrame } = told;
  const written = captureOf(stampOf(row, verdict)?.ordinal ?? 0);
  return {
    capture,
    frame: told.frame,
    time: told.time,
    src: told.src,
    srcPort: told.srcPort,
    dst: told.dst,
    dstPort: told.dstPort,
    seq: told.seq,
    tsval: told.tsval,
    attempt: told.attempt,
    retransmission: told.retransmission,
    answer: told.answer,
    fate: told.fate,
    cause: told.cause,
    stamp:
      stampTsval === null || stampSecond === null
        ? null
        : {
            tsval: stampTsval,
            second: stampSecond,
            frame: stampFrame,
            assumed: verdict.assumed,
            ...(written === capture || written === '' ? {} : { capture: written }),
            through: told.dst,
          },
    lagTicks: told.lagTicks,
    acceptedFrom: told.acceptedFrom,
  };
}

function answerText(answer: number): Answer {
  return ANSWERS[answer] ?? 'unknown';
}
