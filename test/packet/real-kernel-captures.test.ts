/** The SYNs of the captures made with real kernels: every one is found, in every form the traffic was captured in. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACK, SYN } from '../../src/packet/segment.ts';
import { unsigned } from '../../src/units/serial.ts';
import { formatEpoch } from '../../src/units/time.ts';
import { decodeFile, endpoints } from '../support/decoding.ts';

const CAPTURES = resolve(import.meta.dirname, '../../../shared/captures/real-kernel');
const FORMS = 'linux-4.9.154/s14-formats';

if (!existsSync(CAPTURES)) process.stderr.write(`SKIPPED: no real-kernel captures at ${CAPTURES}\n`);

interface Syn {
  readonly frame: number;
  readonly time: string;
  /** Addresses, ports, sequence number, TSval: what is the same in every form. */
  readonly identity: string;
}

function synsOf(file: string): Syn[] {
  const syns: Syn[] = [];
  decodeFile(file, (segment) => {
    if ((segment.flags & (SYN | ACK)) !== SYN) return;
    const tsval = segment.hasTsval ? unsigned(segment.tsval) : '';
    syns.push({
      frame: segment.frame,
      time: formatEpoch(segment.seconds, segment.nanoseconds),
      identity: `${endpoints(segment)} ${unsigned(segment.seq)} ${tsval}`,
    });
  });
  return syns;
}

function truthOf(directory: string): Syn[] {
  const [, ...lines] = readFileSync(join(directory, 'truth.tsv'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [frame, time = '', src, srcPort, dst, dstPort, seq, tsval] = line.split('\t');
    return { frame: Number(frame), time, identity: `${src}:${srcPort} > ${dst}:${dstPort} ${seq} ${tsval}` };
  });
}

function identities(syns: readonly Syn[]): string[] {
  return [...new Set(syns.map((syn) => syn.identity))].sort();
}

describe.skipIf(!existsSync(CAPTURES))('SYNs of the real-kernel captures', () => {
  const scenarios = existsSync(CAPTURES)
    ? readdirSync(CAPTURES, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('truth.tsv'))
        .map(dirname)
    : [];

  it('are all there', () => {
    expect(scenarios).toHaveLength(20);
  });

  it.each(scenarios)('%s', (scenario) => {
    const directory = join(CAPTURES, scenario);
    expect(synsOf(join(directory, 'target.pcap'))).toEqual(truthOf(directory));
  });

  it.each([
    'nano.pcap',
    'dumpcap.pcapng',
    'snap68.pcap',
    'synonly.pcap',
    'inbound.pcap',
    'any_sll_one.pcap',
    'any_sll2_one.pcap',
    'any_sll.pcap',
    'any_sll2.pcap',
  ])('are the same in %s', (form) => {
    const directory = join(CAPTURES, FORMS);
    expect(identities(synsOf(join(directory, form)))).toEqual(identities(truthOf(directory)));
  });
});
