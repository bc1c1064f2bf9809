import { escapeTerminal } from '../escape/terminal.ts';
import type { Rejection, Report } from '../report.ts';
import { secondsBetween } from '../wording/instant.ts';
import { moreLine } from './hosts.ts';
import { shorten } from './columns.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';
import type { Row } from './table.ts';
import { tableLines } from './table.ts';

/** Of the name of another capture this much is shown. */
const NAME_COLUMNS = 16;

/** The rejected SYNs, each beside the stamp that killed it. */
export function rejectionLines(layout: Layout, report: Report): string[] {
  const { rejections, captures, totals } = report;
  const shown = rejections.slice(0, layout.limit);
  if (shown.length === 0) return moreLine(layout, totals.rejected, 'rejected SYN');
  const start = new Map(captures.map((capture) => [capture.name, capture.firstTime]));
  const names = [...new Set(shown.map((rejection) => rejection.capture))];
  const lines: string[] = [];
  for (const name of names) {
    if (captures.length > 1) {
      lines.push(...paragraph(layout, escapeTerminal(name), { indent: 2, paint: layout.style.bold }));
    }
    const ofCapture = shown.filter((rejection) => rejection.capture === name);
    lines.push(...rejectionTable(layout, ofCapture, start.get(name) ?? null));
  }
  return [
    ...lines,
    ...moreLine(layout, Math.max(totals.rejected, rejections.length) - shown.length, 'rejected SYN'),
  ];
}

function rejectionTable(layout: Layout, rejections: readonly Rejection[], start: string | null): string[] {
  const elsewhere = rejections.some(({ stamp, dst }) => stamp !== null && stamp.through !== dst);
  return tableLines(layout, {
    key: 'from',
    columns: [
      { head: ['frame'] },
      { head: ['at (s)'] },
      { head: ['TSval'] },
      { head: ['stamp'] },
      { head: ['behind', '(ticks)'], paint: () => layout.style.red },
      { head: ['set by', 'frame'] },
      ...(elsewhere ? [{ head: ['to'] }] : []),
    ],
    rows: rejections.map((rejection) => {
      const { key, cells } = rejectionRow(rejection, start);
      const through = escapeTerminal(rejection.stamp?.through ?? '-');
      return { key, cells: elsewhere ? [...cells, through] : cells };
    }),
  });
}

function rejectionRow(rejection: Rejection, start: string | null): Row {
  const { stamp } = rejection;
  return {
    key: endpoint(rejection.src, rejection.srcPort),
    cells: [
      String(rejection.frame),
      secondsBetween(start, rejection.time) ?? '-',
      rejection.tsval === null ? 'none' : String(rejection.tsval),
      stamp === null ? '-' : String(stamp.tsval),
      rejection.lagTicks === null ? '-' : String(rejection.lagTicks),
      writer(stamp),
    ],
  };
}

/** The frame that set the stamp: `19`, or `19 of ring.pcap3` in another capture. */
function writer(stamp: Rejection['stamp']): string {
  if (stamp === null) return '-';
  if (stamp.frame === null) return 'assumed';
  if (stamp.capture === undefined) return String(stamp.frame);
  const name = escapeTerminal(stamp.capture.slice(stamp.capture.lastIndexOf('/') + 1));
  return `${stamp.frame} of ${shorten(name, NAME_COLUMNS)}`;
}

/** `10.0.0.1:443`, `[2001:db8::1]:443`. */
function endpoint(address: string, port: number): string {
  const safe = escapeTerminal(address);
  return safe.includes(':') ? `[${safe}]:${port}` : `${safe}:${port}`;
}
