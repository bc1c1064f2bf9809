/** Which counters a SYN packet belongs in, by its fate, its answer and what else is known of it. */
import { FATE_POSSIBLE, FATE_UNKNOWN } from '../kernel/fate.ts';
import { CELL } from './cells.ts';
import { CLASS_CONTESTED, CLASS_STUCK, CLASS_TIME_WAIT_SILENT, CLASS_UNSERVED } from './row-class.ts';

/** By fate. */
const SILENT: readonly number[] = [
  CELL.unknownSilent,
  CELL.passSilent,
  CELL.possibleSilent,
  CELL.rejectSilent,
];
const ANSWERED: readonly number[] = [
  CELL.unknownAnswered,
  CELL.passAnswered,
  CELL.possibleAnswered,
  CELL.rejectAnswered,
];

/** The fate as which a SYN packet counts: at a port that serves nobody, that the check would reject it tells nothing. */
export function countedFate(fate: number, marks: number): number {
  return fate >= FATE_POSSIBLE && (marks & CLASS_UNSERVED) !== 0 ? FATE_UNKNOWN : fate;
}

/** Prediction against observation. */
export function outcomeField(fate: number, silent: boolean): number {
  return (silent ? SILENT : ANSWERED)[fate] ?? 0;
}

/** The same, unless its marks (`CLASS_`) say that something else decided. */
export function fieldOf(fate: number, silent: boolean, marks: number): number {
  if ((marks & CLASS_TIME_WAIT_SILENT) !== 0) return CELL.timeWaitSilent;
  if ((marks & CLASS_CONTESTED) !== 0 && fate >= FATE_POSSIBLE) return CELL.contested;
  return outcomeField(fate, silent);
}

/** The field that counts a full queue, or -1. */
export function queueField(fate: number, marks: number): number {
  if ((marks & CLASS_TIME_WAIT_SILENT) !== 0) return -1;
  if ((marks & CLASS_CONTESTED) !== 0) return CELL.queue;
  if ((marks & CLASS_STUCK) === 0) return -1;
  return fate >= FATE_POSSIBLE ? CELL.queueUnaccused : CELL.queue;
}

/** For the first SYN packet of an attempt: whether it was to be rejected. */
export function firstField(predicted: boolean, silent: boolean): number {
  if (predicted) return silent ? CELL.firstRejectSilent : CELL.firstRejectAnswered;
  return silent ? CELL.firstOtherSilent : CELL.firstOtherAnswered;
}
