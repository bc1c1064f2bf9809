/** A short and always equal run of the fuzzer over the shipped captures, and what long runs have found. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ethernet, ipv4, linuxSynOptions, tcp } from '../support/packet-builder.ts';
import { concatBytes, writePcap } from '../support/pcap-writer.ts';
import { PcapngBlocks } from '../support/pcapng-writer.ts';
import { anatomyOf } from './anatomy.ts';
import { Baseline, trial } from './campaign.ts';
import { seedsIn } from './corpus.ts';
import { Dice } from './dice.ts';
import { MUTATIONS } from './mutations.ts';
import { examine } from './pipeline.ts';
import { examineSeveral } from './several.ts';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures');
const MUTANTS = 200;
const SYN = 0x02;
const WHOLE = { cramped: false, rows: true, renderings: true, chunks: true };

describe('damaged captures', () => {
  it(`are reported, not obeyed: ${MUTANTS} mutants`, async () => {
    const corpus = seedsIn(FIXTURES).filter(({ bytes }) => bytes.length < 60_000);
    const baseline = new Baseline();
    const findings = [];
    for (let number = 0; number < MUTANTS; number += 1) {
      const finding = await trial(number, corpus, baseline);
      if (finding !== null) findings.push(finding);
    }
    expect(findings).toEqual([]);
  });

  it.each([...MUTATIONS.keys()])('%s: changes the file, and not the original', (name) => {
    const packets = Array.from({ length: 20 }, (_, index) => ({
      seconds: 1_700_000_000 + index,
      fraction: 0,
      data: handshake(40_000 + index, 1000 * index),
    }));
    const bytes = writePcap(packets);
    const before = bytes.slice();
    const anatomy = anatomyOf(bytes);
    expect(anatomy.pieces).toHaveLength(20);
    const mutants = Array.from({ length: 40 }, (_, number) =>
      MUTATIONS.get(name)?.({ bytes, anatomy, dice: new Dice(number), donor: { bytes, anatomy } }),
    );
    expect(bytes).toEqual(before);
    // The one about options of blocks finds none in this format.
    expect(mutants.some((mutant) => differ(mutant, bytes))).toBe(name !== 'block option');
  });
});

describe('long runs found', () => {
  it.each(['d4c3b2a1e1130400', '04224d1802000400', '000000000000000000', '3c68746d6c3e'])(
    'that a refused input (%s) told how it was cut into chunks',
    async (hex) => {
      const bytes = concatBytes([Buffer.from(hex, 'hex'), new Uint8Array(3000)]);
      for (let seed = 0; seed < 5; seed += 1) {
        expect((await examine(bytes, WHOLE, new Dice(seed))).faults).toEqual([]);
      }
    },
  );

  it('that two damaged points made a clock run backwards', async () => {
    const syn = (
      fraction: number,
      tsval: number,
    ): { seconds: number; fraction: number; data: Uint8Array } => ({
      seconds: 1_700_000_000,
      fraction,
      data: handshake(40_000, tsval),
    });
    const { report, faults } = await examine(
      writePcap([syn(1, 2_000_000_000), syn(300_000, 5), syn(600_000, 2_000_000_010), syn(600_001, 7)]),
      WHOLE,
      new Dice(1),
    );
    expect(report.totals.syns).toBe(4);
    expect(faults).toEqual([]);
  });

  it('that a SYN recorded too late was rejected by stamps written after it', async () => {
    const bytes = Uint8Array.from(readFileSync(resolve(FIXTURES, 'linux-4.9/one-shared-clock/target.pcap')));
    const { pieces } = anatomyOf(bytes);
    const syns = pieces.filter(({ dataStart }) => bytes[dataStart + 14 + 20 + 13] === SYN);
    expect(syns.length).toBeGreaterThan(100);
    for (const syn of [40, 90].map((index) => syns[index])) {
      const later = pieces.findLast(({ start }) => syn !== undefined && start < syn.end + 30_000);
      if (syn === undefined || later === undefined) throw new Error('no such SYN');
      const moved = concatBytes([
        bytes.subarray(0, syn.start),
        bytes.subarray(syn.end, later.end),
        bytes.subarray(syn.start, syn.end),
        bytes.subarray(later.end),
      ]);
      const { accusation, faults } = await examine(moved, { ...WHOLE, chunks: false }, new Dice(1));
      expect([accusation, faults]).toEqual([0, []]);
    }
  });

  it('that a SYN was silent whose damage had eaten its answer as well', async () => {
    const bytes = Uint8Array.from(readFileSync(resolve(FIXTURES, 'linux-4.9/one-shared-clock/target.pcap')));
    const { pieces } = anatomyOf(bytes);
    const syns = pieces.filter(({ dataStart }) => bytes[dataStart + 14 + 20 + 13] === SYN);
    const view = new DataView(bytes.buffer);
    for (const syn of [40, 90].map((index) => syns[index])) {
      const next = pieces.findIndex(({ start }) => start === syn?.end);
      const behind = pieces[next + 12]?.end;
      if (syn === undefined || behind === undefined) throw new Error('no such SYN');
      const mutant = concatBytes([
        bytes.subarray(0, syn.end),
        Uint8Array.from({ length: 38 }, () => 0xaa),
        bytes.subarray(behind),
      ]);
      // The TSval follows MSS and SACK permitted.
      const tsval = syn.dataStart + 14 + 40 + 8;
      new DataView(mutant.buffer).setUint32(tsval, view.getUint32(tsval) - 70);
      const { accusation, faults } = await examine(mutant, WHOLE, new Dice(1));
      expect([accusation, faults]).toEqual([0, []]);
      const two = [mutant, bytes.subarray(0, pieces[10]?.end)];
      expect(await examineSeveral(two, new Dice(1))).toEqual({ accusation: 0, faults: [] });
    }
  });

  it('that two sightings of one SYN were two SYNs when one of them was damaged', async () => {
    const whole = Uint8Array.from(readFileSync(resolve(FIXTURES, 'linux-4.9/one-shared-clock/target.pcap')));
    const { pieces } = anatomyOf(whole);
    const bytes = whole.slice(0, pieces[1000]?.end);
    const syns = pieces.filter(({ dataStart }) => bytes[dataStart + 14 + 20 + 13] === SYN);
    for (const syn of [40, 60].map((index) => syns[index])) {
      const damaged = bytes.slice();
      new DataView(damaged.buffer).setUint32((syn?.dataStart ?? 0) + 14 + 40 + 8, 524_287);
      for (const pair of [
        [damaged, bytes],
        [bytes, damaged],
      ]) {
        expect(await examineSeveral(pair, new Dice(1))).toEqual({ accusation: 0, faults: [] });
      }
    }
  });

  it('that the room in a block too short for its head was less than none', async () => {
    const blocks = new PcapngBlocks();
    const short = blocks.block(6, new Uint8Array(4));
    for (const bytes of [short, blocks.block(3, new Uint8Array(0)), blocks.block(2, new Uint8Array(8))]) {
      const mutant = concatBytes([blocks.section(), blocks.interface({}), bytes]);
      expect((await examine(mutant, WHOLE, new Dice(1))).faults).toEqual([]);
    }
  });

  it('that one SYN to an address of its own was counted as two rejections', async () => {
    const bytes = Uint8Array.from(readFileSync(resolve(FIXTURES, 'linux-4.9/two-pods-one-snat/target.pcap')));
    const { pieces } = anatomyOf(bytes);
    const syns = pieces.filter(({ dataStart }) => bytes[dataStart + 14 + 20 + 13] === SYN);
    for (const syn of syns.slice(60, 160).filter((_, index) => index % 25 === 0)) {
      const strayed = bytes.slice();
      strayed[syn.dataStart + 14 + 17] = 115;
      const { report, faults } = await examine(
        strayed,
        { ...WHOLE, chunks: false, renderings: false },
        new Dice(1),
      );
      const overdrawn = report.targets.filter(({ rejected, syns: sent }) => rejected > sent);
      expect([overdrawn, faults]).toEqual([[], []]);
    }
  });
});

function handshake(srcPort: number, tsval: number): Uint8Array {
  const syn = tcp({ srcPort, dstPort: 80, seq: srcPort * 7, flags: SYN, options: linuxSynOptions(tsval, 0) });
  return ethernet(ipv4(syn, { src: 0x0a630063, dst: 0x0a63000a }));
}

function differ(mutant: Uint8Array | undefined, original: Uint8Array): boolean {
  return mutant !== undefined && Buffer.compare(mutant, original) !== 0;
}
