import type { Report } from '../report.ts';
import { count } from '../wording/number.ts';
import type { Layout } from './layout.ts';
import { tableLines } from './table.ts';

/** Why SYNs got no SYN-ACK, by cause; not shown when the per-host check is the only one. */
export function causeLines(layout: Layout, { causes }: Report): string[] {
  const found = causes.filter((cause) => cause.syns > 0);
  if (found.every((cause) => cause.code === 'tw-recycle-reject')) return [];
  return tableLines(layout, {
    key: 'cause',
    columns: [{ head: ['SYNs'] }, { head: ['attempts'] }, { head: ['for example', 'frame'] }],
    rows: found.map((cause) => ({
      key: cause.code,
      cells: [
        count(cause.syns),
        count(cause.attempts),
        cause.sampleFrame === null ? '-' : String(cause.sampleFrame),
      ],
    })),
  });
}
