import { describe, expect, it } from 'vitest';
import type { EvidenceReport, Report } from '../../src/report/report.ts';
import { EVIDENCE_FINDING_SENTENCES } from '../../src/report/sentences/evidence-findings.ts';
import { evidenceProblemClause } from '../../src/report/sentences/evidence-problems.ts';
import { EVIDENCE_REASON_SENTENCES } from '../../src/report/sentences/evidence-reasons.ts';
import { tell } from '../../src/report/sentences/tell.ts';
import { renderText } from '../../src/report/text/render.ts';
import { ALL_EVIDENCE_FINDINGS, ALL_EVIDENCE_REASONS } from './every-code.ts';
import { CONFIRMED, reportWith } from './fixtures.ts';

const NOTHING: EvidenceReport = { findings: [], reasons: [], contradictions: [], podPeers: [], problems: [] };

/** The report with this evidence, in one line. */
function page(evidence: Partial<EvidenceReport>, parts: Partial<Omit<Report, 'verdict'>> = {}): string {
  const report = reportWith({}, { ...parts, evidence: { ...NOTHING, ...evidence } });
  return renderText(report, { width: 100, color: false, limit: 10 }).replaceAll(/\n +/g, ' ');
}

describe('evidence in the report', () => {
  it('lays out everything that evidence can say as it was approved', async () => {
    const evidence: EvidenceReport = {
      findings: ALL_EVIDENCE_FINDINGS,
      reasons: ALL_EVIDENCE_REASONS.slice(0, 5),
      contradictions: ALL_EVIDENCE_REASONS.slice(-2),
      podPeers: [{ address: '10.244.1.7', cidr: '10.244.1.0/24', node: 'node-a' }],
      problems: [
        { file: 'ev/sysctl.txt', role: 'sysctl', line: 12, expected: 'sysctl-setting' },
        { file: 'ev/dmesg.txt', role: null, line: 0, expected: 'evidence' },
        { file: 'ev/ss.txt', role: null, line: 0, expected: 'evidence' },
      ],
    };
    const report = reportWith(
      {},
      {
        evidence,
        peers: CONFIRMED.peers.map((peer, at) =>
          Object.assign({}, peer, { node: at === 0 ? 'node-a' : null }),
        ),
      },
    );
    const text = renderText(report, { width: 100, color: false, limit: 20 });
    await expect(text).toMatchFileSnapshot('pages/evidence-100.txt');
  });

  it('puts contradictions before every other reason', () => {
    const text = page({
      reasons: [{ code: 'recycle-is-on', line: 3 }],
      contradictions: [{ code: 'counter-against-capture', delta: 4, syns: 271 }],
    });
    expect(text.indexOf('Contradiction: The kernel counted 4 SYNs')).toBeGreaterThan(0);
    expect(text.indexOf('Contradiction')).toBeLessThan(text.indexOf('tcp_tw_recycle is on there: line 3'));
  });

  it('says that ListenDrops is no full queue', () => {
    const parts = [{ source: 'timestamp-check', count: 271 }] as const;
    const explained = (drops: number, rest: number): string =>
      page({
        findings: [{ code: 'listen-drops-explained', drops, accounts: [{ era: '3.8-to-4.8', parts, rest }] }],
      });
    expect(explained(271, 0)).toContain('ListenDrops grew by 271, all of it by the timestamp check.');
    expect(explained(273, 2)).toContain(
      'ListenDrops grew by 273: 271 by the timestamp check and 2 for another reason.',
    );
  });

  it('names nodes in the verdict and the tables', () => {
    const peers = CONFIRMED.peers.map((peer) => Object.assign({}, peer, { node: 'node-a' }));
    const text = page({}, { peers });
    expect(text).toContain('271 SYNs from node-a (10.32.0.4)');
    expect(text).toMatch(/10\.32\.0\.4 \(node-a\) +1,113/);
  });

  it('names some pods and counts the rest', () => {
    const podPeers = ['1', '2', '3', '4', '5'].map((last) => ({
      address: `10.244.1.${last}`,
      cidr: '10.244.1.0/24',
      node: 'node-a',
    }));
    expect(page({ podPeers })).toContain(
      '10.244.1.1, 10.244.1.2, 10.244.1.3 and 2 more are pod addresses: no SNAT happens on their way.',
    );
  });
});

describe('sentences about evidence', () => {
  it('are whole sentences, or nothing', () => {
    const told = [
      ...ALL_EVIDENCE_REASONS.map((reason) => tell(EVIDENCE_REASON_SENTENCES, reason)),
      ...ALL_EVIDENCE_FINDINGS.flatMap((finding) => tell(EVIDENCE_FINDING_SENTENCES, finding) ?? []),
    ];
    expect(told.length).toBeGreaterThan(40);
    for (const sentence of told) {
      expect(sentence).toMatch(/^[A-Za-z0-9].*[.?]$/);
      expect(sentence).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  it('do not take a configuration file for what runs', () => {
    const said = (source: 'listing' | 'configuration'): string | null =>
      tell(EVIDENCE_FINDING_SENTENCES, { code: 'recycle-on', value: 1, line: 4, source });
    expect(said('listing')).toBeNull();
    expect(said('configuration')).toContain('whether it is on was not seen');
  });

  it('locate a problem by its line, where there is one', () => {
    const problem = { file: 'a.txt', role: 'sysctl', line: 4, expected: 'whole-number' } as const;
    expect(evidenceProblemClause(problem)).toBe('line 4: not a whole number');
    expect(evidenceProblemClause({ ...problem, line: 0 })).toBe('not a whole number');
  });
});
