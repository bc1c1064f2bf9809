import { addToGroup } from '../../units/group.ts';
import { escapeTerminal } from '../escape/terminal.ts';
import type { ClockReport, PeerClocksReport, PeerReport, Report } from '../report.ts';
import { aheadText, clocksClause, starvedSentences } from '../sentences/clocks.ts';
import { listed } from '../wording/list.ts';
import { count } from '../wording/number.ts';
import { alarming, moreLine, peerName } from './hosts.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';
import type { Column } from './table.ts';
import { tableLines } from './table.ts';

/** Peers, or groups of them with the same clocks, that are told; the worst, and JSON has them all. */
const TOLD = 3;
/** Sentences on who starved whom, for each of them. */
const STARVED = 3;

interface Told {
  readonly peer: PeerReport;
  readonly clocks: PeerClocksReport;
}

/** The clocks behind the peers that had SYNs rejected, or whose timestamps stepped back. */
export function clockLines(layout: Layout, { peers, targets }: Report): string[] {
  const groups = new Map<string, Told[]>();
  for (const peer of peers) {
    const { clocks } = peer;
    if (clocks === null || (peer.rejected === 0 && peer.stepsBack.count === 0)) continue;
    const key = isCounted({ peer, clocks }) ? `peer ${groups.size}` : clocksClause(clocks);
    addToGroup(groups, key, { peer, clocks });
  }
  const shown = [...groups.values()].slice(0, Math.min(TOLD, layout.limit));
  const untold = [...groups.values()].slice(shown.length).flat().length;
  return [
    ...shown.flatMap((group) => groupLines(layout, group, targets.length > 1)),
    ...(shown.length === 0 ? [] : moreLine(layout, untold, 'peer')),
  ];
}

/** Whether its clocks are worth a table: they were told apart, and the target rejected some. */
function isCounted({ peer, clocks }: Told): boolean {
  return clocks.regime === 'per-host-pair' && peer.rejected > 0;
}

function groupLines(layout: Layout, group: readonly Told[], several: boolean): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { clocks } = first;
  const names = group.map(
    ({ peer }) => `${peerName(peer)}${several ? ` to ${escapeTerminal(peer.target)}` : ''}`,
  );
  const lines = paragraph(layout, `${listed(names)}: ${clocksClause(clocks)}.`, { indent: 4, mark: '·' });
  if (!isCounted(first)) return lines;
  const starved = starvedSentences(clocks);
  return [
    ...lines,
    ...clockTable(layout, clocks.clocks),
    ...starved.slice(0, STARVED).flatMap((sentence) => paragraph(layout, sentence, { indent: 4 })),
  ];
}

function clockTable(layout: Layout, clocks: readonly ClockReport[]): string[] {
  const shown = clocks.slice(0, layout.limit);
  const rejected = clocks.some((clock) => clock.rejectedAttempts > 0);
  const columns: readonly Column[] = [
    { head: ['attempts'] },
    { head: ['connected'] },
    ...(rejected ? [{ head: ['rejected'], paint: alarming(layout) }] : []),
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
          ...(rejected ? [count(clock.rejectedAttempts)] : []),
          aheadText(clock),
        ],
      })),
    }),
    ...moreLine(layout, clocks.length - shown.length, 'clock'),
  ];
}
