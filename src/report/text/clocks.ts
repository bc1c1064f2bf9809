import { escapeTerminal } from '../escape/terminal.ts';
import type { ClockReport, PeerClocksReport, PeerReport, Report } from '../report.ts';
import { aheadText, clocksClause, starvedSentences } from '../sentences/clocks.ts';
import { count } from '../wording/number.ts';
import { alarming, moreLine, peerName } from './hosts.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';
import type { Column } from './table.ts';
import { tableLines } from './table.ts';

/** Peers whose clocks are told; the worst, and JSON has them all. */
const PEERS = 3;
/** Sentences on who starved whom, for each of them. */
const STARVED = 3;

interface Told {
  readonly peer: PeerReport;
  readonly clocks: PeerClocksReport;
}

/** The clocks behind the peers that had SYNs rejected, or whose timestamps stepped back. */
export function clockLines(layout: Layout, { peers, targets }: Report): string[] {
  const worth = peers.flatMap((peer): readonly Told[] =>
    peer.clocks !== null && (peer.rejected > 0 || peer.stepsBack.count > 0)
      ? [{ peer, clocks: peer.clocks }]
      : [],
  );
  const shown = worth.slice(0, Math.min(PEERS, layout.limit));
  const lines = shown.flatMap((told, index) => [
    ...(index === 0 ? [] : ['']),
    ...peerClockLines(layout, told, targets.length > 1),
  ]);
  return [...lines, ...(shown.length === 0 ? [] : moreLine(layout, worth.length - shown.length, 'peer'))];
}

function peerClockLines(layout: Layout, { peer, clocks }: Told, several: boolean): string[] {
  const towards = several ? ` to ${escapeTerminal(peer.target)}` : '';
  const lines = paragraph(layout, `${peerName(peer)}${towards}: ${clocksClause(clocks)}.`, { indent: 2 });
  if (clocks.regime !== 'per-host-pair' || peer.rejected === 0) return lines;
  const starved = starvedSentences(clocks);
  return [
    ...lines,
    ...clockTable(layout, clocks.clocks),
    ...starved.slice(0, STARVED).flatMap((sentence) => paragraph(layout, sentence, { indent: 4, mark: '·' })),
  ];
}

function clockTable(layout: Layout, clocks: readonly ClockReport[]): string[] {
  const shown = clocks.slice(0, layout.limit);
  const columns: readonly Column[] = [
    { head: ['attempts'] },
    { head: ['connected'] },
    { head: ['rejected'], paint: alarming(layout) },
    { head: [`ahead of ${escapeTerminal(clocks[0]?.name ?? 'A')}`] },
  ];
  return [
    ...tableLines(layout, {
      key: 'clock',
      columns,
      rows: shown.map((clock) => ({
        key: escapeTerminal(clock.name),
        cells: [
          count(clock.attempts),
          count(clock.connected),
          count(clock.rejectedAttempts),
          aheadText(clock),
        ],
      })),
    }),
    ...moreLine(layout, clocks.length - shown.length, 'clock'),
  ];
}
