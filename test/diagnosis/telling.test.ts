/** What a report says besides grade and causes: frames to look at, steps to take, and reasons that are left out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzeFiles } from '../../src/api/index.ts';
import { collectEvidence } from '../../src/evidence/evidence.ts';
import type { Report } from '../../src/report/report.ts';
import { high, Incident, low } from './talks.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

function reasons({ verdict }: Report): readonly string[] {
  return verdict.reasons.map(({ code }) => code);
}

/** A pod far behind that connects every second beside one far ahead, both behind host 1. */
function pods(incident: Incident, seconds: number): Incident {
  for (let at = 100; at < 100 + seconds; at += 1) {
    incident.served(at, high(at));
    incident.silent(at + 0.5, low(at), [1]);
  }
  return incident;
}

describe('the frame to look at', () => {
  it('is given for every cause that was found', () => {
    const incident = pods(new Incident(), 12);
    incident.refused(150, high(150), 1, '9:81');
    const { report, rows } = incident.until(250).judge();
    const found = report.causes.filter(({ syns }) => syns > 0);
    expect(found.map(({ code }) => code)).toEqual(['tw-recycle-reject', 'port-closed']);
    for (const { code, sampleFrame } of found) {
      expect(rows.find(({ frame }) => frame === sampleFrame)?.cause).toBe(code);
    }
    expect(report.causes.filter(({ syns, sampleFrame }) => syns === 0 && sampleFrame !== null)).toEqual([]);
  });

  it.each([
    ['linux-3.10/backlog-and-timestamps', ['tw-recycle-reject', 'accept-queue-overflow']],
    ['linux-4.9-traced/syn-queue-and-timestamps', ['tw-recycle-reject', 'syn-queue-full']],
    ['linux-4.9/closed-port', ['tw-recycle-reject', 'port-closed']],
    ['linux-4.9/firewall', ['source-filtered']],
    ['linux-6.18/time-wait-reuse', ['time-wait-reject']],
  ])('is given in %s', async (name, codes) => {
    const report = await analyzeFiles([join(FIXTURES, name, 'target.pcap')], { seed: 1 });
    const found = report.causes.filter(({ sampleFrame }) => sampleFrame !== null);
    expect(found.map(({ code }) => code)).toEqual(codes);
  });
});

describe('a closed port', () => {
  it('has a step of its own where nothing ever answered but RST', () => {
    const incident = new Incident();
    incident.served(100, high(100));
    incident.refused(101, high(101), 1, '9:81');
    const { report } = incident.until(200).judge();
    expect(report.remedy).toEqual([{ code: 'start-service', target: '0.0.0.9', port: 81 }]);
  });

  it('that was served at other times is looked at elsewhere', () => {
    const incident = new Incident();
    incident.served(100, high(100), 1, '9:81');
    incident.refused(101, high(101), 1, '9:81');
    expect(incident.until(200).judge().report.remedy).toEqual([{ code: 'look-elsewhere' }]);
  });
});

describe('a timestamp remembered through another address', () => {
  it('is told, with that address', async () => {
    const capture = join(FIXTURES, 'linux-3.10/two-server-addresses/target.pcap');
    const report = await analyzeFiles([capture], { seed: 1 });
    expect(report.verdict.reasons[1]).toMatchObject({
      code: 'stamped-elsewhere',
      through: '10.99.0.10',
      all: true,
      sampleFrame: report.rejections[0]?.frame,
    });
    expect(new Set(report.rejections.map(({ dst, stamp }) => `${dst} ${stamp?.through}`))).toEqual(
      new Set(['10.99.0.12 10.99.0.10']),
    );
  });

  it('is not told where each address has its own', async () => {
    const capture = join(FIXTURES, 'linux-3.10/two-server-addresses/target.pcap');
    const report = await analyzeFiles([capture], { seed: 1, targetKernel: '4.9' });
    expect(reasons(report)).not.toContain('stamped-elsewhere');
  });
});

describe('a target without the check', () => {
  const OFF = collectEvidence([
    { name: 'sysctl.txt', text: 'net.ipv4.tcp_tw_recycle = 0\nnet.ipv4.tcp_sack = 1\n' },
  ]);

  it('has no prediction told of it, but that timestamps stepped back and were served', () => {
    const incident = new Incident();
    for (let at = 100; at < 112; at += 1) {
      incident.served(at, high(at));
      incident.served(at + 0.5, low(at));
    }
    const alone = incident.until(200).judge().report;
    expect(reasons(alone)).toContain('contradicted');
    expect(alone.verdict.checkAbsent).toBe(false);
    const { report, rows } = incident.judge({ evidence: OFF });
    expect(report.verdict.checkAbsent).toBe(true);
    expect(report.verdict.reasons).toEqual([
      { code: 'nothing-silent', syns: 24 },
      { code: 'served-while-behind', stepsBack: 12, served: 12 },
    ]);
    expect(new Set(rows.map(({ fate }) => fate))).toEqual(new Set(['pass']));
  });

  it('is doubted where SYNs fall all the same', () => {
    const { report } = pods(new Incident(), 12).until(250).judge({ evidence: OFF });
    expect(report.verdict.checkAbsent).toBe(false);
    expect(report.evidence?.contradictions).toMatchObject([{ code: 'settings-against-capture' }]);
  });
});

describe('the kernel that is inferred', () => {
  it('is narrowed to the releases that the evidence allows', async () => {
    const place = join(FIXTURES, 'linux-3.10/two-server-addresses');
    const capture = join(place, 'target.pcap');
    const evidence = ['netstat-before.txt', 'netstat-after.txt', 'tcp-metrics-after.txt'].map((name) => ({
      name,
      text: readFileSync(join(place, name), 'utf8'),
    }));
    const alone = await analyzeFiles([capture], { seed: 1 });
    expect(alone.verdict.kernel.candidates).toEqual(['2.6.18', '2.6.32', '3.2', '3.6']);
    const { verdict } = await analyzeFiles([capture], { seed: 1, evidence });
    expect(verdict.kernel).toEqual({ profile: '3.6', source: 'inferred', candidates: ['3.6'] });
  });
});

describe('what TIME-WAIT cost', () => {
  it('is counted by connect, though the NAT gives the retry another port', async () => {
    const capture = join(FIXTURES, 'linux-6.18/time-wait-reuse/target.pcap');
    const { causes } = await analyzeFiles([capture], { seed: 1 });
    const cost = causes.flatMap(({ evidence }) => evidence).find((sign) => sign.code === 'time-wait-cost');
    // As truth.tsv has it, by source and sequence number.
    expect(cost).toMatchObject({ attempts: 42, connected: 40 });
  });
});

describe('seconds of silence', () => {
  it('count the peers served in them, and those of them that met none themselves', () => {
    const incident = new Incident();
    for (let at = 100; at < 112; at += 1) {
      incident.served(at, high(at));
      incident.served(at + 0.1, high(at), 2);
      incident.served(at + 0.2, high(at), 3);
      incident.silent(at + 0.5, low(at));
      incident.served(at + 0.7, high(at), 4);
    }
    // Served when nobody met silence.
    incident.served(180, high(180), 5);
    incident.silent(182, low(182), [], 2);
    const { report } = incident.until(250).judge();
    const queue = report.causes.find(({ code }) => code === 'accept-queue-overflow');
    expect(queue?.evidence[1]).toEqual({
      code: 'served-meanwhile',
      syns: 48,
      seconds: 13,
      peers: 4,
      spared: 2,
    });
  });
});
