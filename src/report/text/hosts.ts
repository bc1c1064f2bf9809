import type { PeerReport, Report, TargetReport } from '../report.ts';
import { GRADE_NAMES } from '../sentences/grades.ts';
import { escapeTerminal } from '../escape/terminal.ts';
import { duration } from '../wording/duration.ts';
import { count } from '../wording/number.ts';
import { shorten } from './columns.ts';
import type { Layout } from './layout.ts';
import { section } from './layout.ts';
import type { Paint } from './style.ts';
import type { Row } from './table.ts';
import { tableLines } from './table.ts';

/** The targets, where there are several. */
export function targetLines(layout: Layout, { targets, totals }: Report): string[] {
  if (targets.length < 2) return [];
  const shown = targets.slice(0, layout.limit);
  return [
    ...tableLines(layout, {
      key: 'target',
      columns: [
        { head: ['tcp_tw_recycle'], align: 'left' },
        { head: ['SYNs'] },
        { head: ['no answer'] },
        { head: ['rejected'], paint: alarming(layout) },
        { head: ['closed', 'first'] },
      ],
      rows: shown.map(targetRow),
    }),
    ...moreLine(layout, totals.targets - shown.length, 'target'),
  ];
}

/** The peers, worst first, under the target that they talked to. */
export function peerSections(layout: Layout, { peers, totals }: Report): string[] {
  const shown = peers.slice(0, layout.limit);
  const targets = [...new Set(shown.map((peer) => peer.target))];
  const single = totals.targets <= 1 && targets.length <= 1;
  const lines = targets.flatMap((target) =>
    section(
      layout,
      single ? 'Peers' : `Peers of ${escapeTerminal(target)}`,
      peerTable(
        layout,
        shown.filter((peer) => peer.target === target),
      ),
    ),
  );
  return [...lines, ...moreLine(layout, totals.peers - shown.length, 'peer')];
}

/** `… and 12 more peers`, or nothing. */
export function moreLine(layout: Layout, more: number, noun: string): string[] {
  if (more <= 0) return [];
  const text = `… and ${count(more)} more ${more === 1 ? noun : `${noun}s`}`;
  return [`  ${layout.style.dim(shorten(text, layout.width - 2))}`];
}

/** The address, and the node that has it where that is known. */
export function peerName({ address, node }: PeerReport): string {
  return `${escapeTerminal(address)}${node === null ? '' : ` (${escapeTerminal(node)})`}`;
}

function peerTable(layout: Layout, peers: readonly PeerReport[]): string[] {
  return tableLines(layout, {
    key: 'peer',
    columns: [
      { head: ['attempts'] },
      { head: ['TSval', 'steps back'] },
      { head: ['no', 'answer'] },
      { head: ['rejected'], paint: alarming(layout) },
      { head: ['connects', 'lost'], paint: alarming(layout) },
      { head: ['waited'] },
    ],
    rows: peers.map(peerRow),
  });
}

function peerRow(peer: PeerReport): Row {
  return {
    key: peerName(peer),
    cells: [
      count(peer.attempts),
      count(peer.stepsBack.count),
      count(peer.silent),
      count(peer.rejected),
      count(peer.lostAttempts),
      peer.secondsWaited > 0 ? duration(peer.secondsWaited) : '-',
    ],
  };
}

function targetRow(target: TargetReport): Row {
  return {
    key: escapeTerminal(target.address),
    cells: [
      GRADE_NAMES[target.grade],
      count(target.syns),
      count(target.silent),
      count(target.rejected),
      count(target.serverFirstCloses),
    ],
  };
}

/** Paint for counts that should be 0. */
export function alarming({ style }: Layout): (cell: string) => Paint | undefined {
  return (cell) => (cell === '0' || cell === '-' ? style.dim : style.red);
}
