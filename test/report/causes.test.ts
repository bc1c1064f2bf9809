import { describe, expect, it } from 'vitest';
import type { CauseReport, Report } from '../../src/report/report.ts';
import { CAUSE_ADVICE, INVISIBLE_TEXTS } from '../../src/report/sentences/advice.ts';
import { CAUSE_EVIDENCE_TEXTS } from '../../src/report/sentences/cause-evidence.ts';
import { remedyText } from '../../src/report/sentences/remedy.ts';
import { tell } from '../../src/report/sentences/tell.ts';
import { vantageSentence } from '../../src/report/sentences/vantage.ts';
import { renderText } from '../../src/report/text/render.ts';
import { causesWith } from './fixture-parts.ts';
import { CANNOT_TELL, CONFIRMED, NO_EVIDENCE, reportWith, RULED_OUT } from './fixtures.ts';

function page(report: Report): string {
  return renderText(report, { width: 100, color: false, limit: 10 }).replaceAll(/\n {3,}/g, ' ');
}

describe('causes in the report', () => {
  it('says what spoke against each, causes with the same evidence together', () => {
    const text = page(CONFIRMED);
    expect(text).toContain('TIME-WAIT reuse: no SYN was answered with a bare ACK');
    expect(text).toContain(
      'full accept queue and full SYN queue: no SYN-ACK was repeated; 118 SYNs of 4 peers were answered in the same seconds, 3 of which never met silence',
    );
    expect(text).toContain('filter on the source: both peers that met silence were served at other times');
    const apart = CONFIRMED.causes.map((cause) =>
      cause.code === 'syn-queue-full'
        ? Object.assign({}, cause, { evidence: cause.evidence.slice(0, 1) })
        : cause,
    );
    expect(page(reportWith({}, { causes: apart }))).toContain('full SYN queue: no SYN-ACK was repeated');
  });

  it('tables what was found only where there is more than the timestamp check', () => {
    expect(page(CONFIRMED)).not.toContain('Why SYNs got no SYN-ACK');
    expect(page(RULED_OUT)).toMatch(/time-wait-reject +9 +402/);
    expect(page(RULED_OUT)).toContain(
      'time-wait-reject: 9 SYNs were answered with an ACK of the connection before.',
    );
  });

  it('rules nothing out that was merely not seen', () => {
    expect(page(NO_EVIDENCE)).not.toContain('Ruled out ─');
  });

  it('shows how to see what cannot be seen here, unless the target is accused or another capture is needed', () => {
    expect(page(NO_EVIDENCE)).toMatch(/does insert_failed or drop count up\? conntrack -S/);
    expect(page(CONFIRMED)).toContain('Not visible from here, neither way: two connections that race');
    expect(page(CONFIRMED)).not.toContain('conntrack -S');
    expect(page(CANNOT_TELL)).not.toContain('race for one NAT entry');
  });
});

describe('evidence of a cause', () => {
  it.each([
    [{ code: 'predictions', silent: 271, answered: 0, pValue: 0 }, true],
    [{ code: 'predictions', silent: 80, answered: 406, pValue: 0.3 }, false],
    [{ code: 'served-meanwhile', syns: 118, seconds: 9, peers: 1, spared: 0 }, false],
    [{ code: 'syn-acks-repeated', count: 1 }, true],
    [{ code: 'syn-acks-repeated', count: 0 }, false],
    [{ code: 'requests-open', whenSilent: 4, whenAnswered: 1 }, true],
    [{ code: 'requests-open', whenSilent: 1, whenAnswered: 4 }, false],
    [{ code: 'requests-open', whenSilent: 1, whenAnswered: null }, true],
    [{ code: 'silent-peers-served', peers: 1 }, false],
    [{ code: 'silent-peers-served', peers: 0 }, true],
    [{ code: 'live-tuples', count: 0 }, false],
  ] as const)('%j speaks for it: %j', (evidence, speaksFor) => {
    expect(tell(CAUSE_EVIDENCE_TEXTS, evidence).speaksFor).toBe(speaksFor);
  });
});

describe('look elsewhere', () => {
  const found = (causes: readonly CauseReport[], report: Report = RULED_OUT): string => {
    const step = { code: 'look-elsewhere' } as const;
    const { title, paragraphs, commands } = remedyText({ ...report, causes, remedy: [step] }, step);
    return [title, ...paragraphs, ...commands.flatMap(({ lines }) => lines)].join('\n');
  };

  it('points at the step that the capture shows, the most frequent cause first', () => {
    const text = found(causesWith({ 'port-closed': { syns: 2 }, 'source-filtered': { syns: 115 } }));
    expect(text).toMatch(/^Look elsewhere\n115 SYNs met a filter/);
    expect(text).toContain('2 SYNs met a closed port');
    expect(text).toContain('iptables -vnL');
    expect(text).not.toContain('The usual order');
  });

  it('falls back on the usual order when nothing shows', () => {
    expect(found(causesWith({ unexplained: { syns: 3 } }))).toContain(
      'net.bridge.bridge-nf-call-iptables = 1',
    );
  });

  it('does not send away from a target that is accused', () => {
    expect(found(causesWith({ 'port-closed': { syns: 2 } }), CONFIRMED)).toMatch(
      /^See to the other causes as well\n/,
    );
  });

  it('has commands that fit a terminal of 80 columns', () => {
    const commands = [
      ...Object.values(CAUSE_ADVICE).flatMap((advice) => advice.commands),
      ...Object.values(INVISIBLE_TEXTS).map((text) => text.commands),
    ];
    for (const line of commands.flatMap(({ lines }) => lines)) expect(line.length).toBeLessThanOrEqual(73);
  });
});

describe('vantageSentence', () => {
  const delays = {
    code: 'delays',
    handshakes: 20,
    replySeconds: 0.000_2,
    acknowledgeSeconds: 0.031,
  } as const;
  const hops = { code: 'hops', says: 'unknown', syns: [9, 9, 9], synAcks: [9, 9, 9] } as const;

  it('says where and by what, and leaves out what does not tell', () => {
    expect(vantageSentence({ place: 'target', evidence: [{ ...delays, says: 'target' }, hops] })).toBe(
      "Captured at the target: SYN-ACKs took under 1 ms, the clients' ACKs 31 ms.",
    );
    expect(vantageSentence({ place: 'client', evidence: [{ ...hops, says: 'client' }] })).toBe(
      "Captured at the clients' node: SYNs had passed no router, SYN-ACKs had.",
    );
    expect(vantageSentence({ place: 'unknown', evidence: [hops] })).toBeNull();
  });
});
