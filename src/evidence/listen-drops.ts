import { changeOf } from './counter-delta.ts';
import type { CounterDelta } from './counter-delta.ts';
import { DROP_ERAS, DROP_SOURCES } from './drop-eras.ts';
import type { DropEra, DropSource } from './drop-eras.ts';

/** ListenDrops taken apart by the rules of one era of kernels. */
export interface DropAccount {
  readonly era: DropEra['era'];
  /** Drops that another counter accounts for. Sources with 0 are left out. */
  readonly parts: readonly { readonly source: DropSource; readonly count: number }[];
  /**
   * Drops that no other counter accounts for, at least 0: the last quarter of the SYN backlog without cookies, a missing
   * route, a security module.
   */
  readonly rest: number;
}

/**
 * Accounts of the growth of ListenDrops, one per era that the counters allow, best explained first; empty when
 * ListenDrops is not known. An era in which more events should have been counted than were is refuted and left out.
 */
export function accountForListenDrops(delta: CounterDelta): readonly DropAccount[] {
  const drops = changeOf(delta, 'TcpExt.ListenDrops');
  if (drops.kind !== 'delta') {
    return [];
  }
  const paws = changeOf(delta, 'TcpExt.PAWSPassive').kind;
  return DROP_ERAS.filter(
    ({ era }) => paws === 'unknown' || (paws === 'absent') === (era === '4.12-and-later'),
  )
    .map((era) => account(era, drops.delta, delta))
    .filter(({ rest }) => rest >= 0)
    .sort((a, b) => a.rest - b.rest);
}

function account({ era, countedAsDrop }: DropEra, drops: number, delta: CounterDelta): DropAccount {
  const parts = DROP_SOURCES.filter(({ source }) => countedAsDrop.includes(source))
    .map(({ source, counter }) => ({ source, count: growthOf(delta, counter) }))
    .filter(({ count }) => count > 0);
  return { era, parts, rest: parts.reduce((rest, { count }) => rest - count, drops) };
}

function growthOf(delta: CounterDelta, counter: string): number {
  const change = changeOf(delta, counter);
  return change.kind === 'delta' ? change.delta : 0;
}
