/** Other people's captures: packet counts, frame numbers and times as tshark has them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCaptureFile } from '../../src/capture/source/file.ts';
import { CaptureWalker } from '../../src/capture/walker.ts';
import type { CaptureProblem } from '../../src/capture/problem.ts';
import {
  haveSharedCaptures,
  listCaptures,
  NEED_SHARED,
  PUBLIC_CAPTURES,
  readTsv,
  REAL_KERNEL_CAPTURES,
} from '../support/shared-captures.ts';

async function read(
  path: string,
): Promise<{ times: Map<number, bigint>; problems: CaptureProblem[]; records: number }> {
  const times = new Map<number, bigint>();
  const problems: CaptureProblem[] = [];
  const walker = new CaptureWalker(
    (record) => {
      times.set(record.frame, BigInt(record.seconds) * 1_000_000_000n + BigInt(record.nanoseconds));
    },
    (problem) => problems.push(problem),
  );
  const facts = await readCaptureFile(path, walker);
  return { times, problems, records: facts.records };
}

/** Where we read more or less than tshark 4.0.17, and why. */
const DIFFERENT: ReadonlyMap<string, { packets: number; why: string }> = new Map([
  [
    'OISF+suricata-verify/fuzz.pcap',
    {
      packets: 1,
      why: 'a fuzzed file: tshark takes it for a variant with longer record headers',
    },
  ],
  [
    'OISF+suricata-verify/tls_DER-incomplete-header.pcap',
    { packets: 13, why: 'tshark stops at a damaged length, we find seven records behind it' },
  ],
  [
    'gopacket+gopacket/le__test901.pcapng',
    { packets: 2, why: 'tshark stops at the section of version 2.0, we read the section behind it' },
  ],
  [
    'gopacket+gopacket/test901.pcapng',
    { packets: 2, why: 'tshark stops at the section of version 2.0, we read the section behind it' },
  ],
  [
    'the-tcpdump-group+tcpdump/frf16_magic_ie-oobr.pcap',
    { packets: 1, why: 'tshark refuses the link type, which is no business of the reader' },
  ],
]);

/** The problems that are in the files, by kind. */
const PROBLEMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['OISF+suricata-verify/fuzz.pcap', ['impossible-length', 'garbage']],
  ['OISF+suricata-verify/tls_DER-incomplete-header.pcap', ['impossible-length', 'garbage']],
  ['gopacket+gopacket/le__test901.pcapng', ['unsupported-version']],
  ['gopacket+gopacket/test901.pcapng', ['unsupported-version']],
  ['the-tcpdump-group+libpcap/shb-option-too-long.pcapng', ['bad-block', 'garbage']],
]);

/** tshark prints 1,000,000 microseconds as ".1000000000" without a carry, and the truth has taken that for a tenth. */
const TIMES_CARRIED: ReadonlyMap<string, bigint> = new Map([
  ['the-tcpdump-group+tcpdump/timestamp_invalid_micro.pcap:2', 1_418_145_371_000_000_000n],
]);

const present = haveSharedCaptures();

describe.skipIf(!present)(`public captures (${NEED_SHARED})`, () => {
  const rows = present ? readTsv(join(PUBLIC_CAPTURES, 'INDEX.tsv')) : [];

  it.each(rows.map((row) => [row['file'] ?? '', Number(row['packets'])] as const))(
    '%s: %d packets, each SYN at its frame and nanosecond',
    async (file, packets) => {
      const { times, problems, records } = await read(join(PUBLIC_CAPTURES, file));
      expect(records).toBe(DIFFERENT.get(file)?.packets ?? packets);
      expect(problems.map((problem) => problem.kind)).toEqual(PROBLEMS.get(file) ?? []);
      const truth = join(PUBLIC_CAPTURES, 'truth', `${file}.tsv`);
      if (!existsSync(truth)) return;
      const wanted = readTsv(truth).filter((row) => row['epoch_ns'] !== '');
      expect(wanted.map((row) => times.get(Number(row['frame'])))).toEqual(
        wanted.map((row) => TIMES_CARRIED.get(`${file}:${row['frame']}`) ?? BigInt(row['epoch_ns'] ?? 0)),
      );
    },
  );

  it('differs from tshark only in files that are there', () => {
    const files = new Set(rows.map((row) => row['file']));
    expect([...DIFFERENT.keys(), ...PROBLEMS.keys()].filter((file) => !files.has(file))).toEqual([]);
  });
});

describe.skipIf(!present)(`captures from real kernels (${NEED_SHARED})`, () => {
  it.each(listCaptures(REAL_KERNEL_CAPTURES))('%s: read to the end without a problem', async (file) => {
    const { problems, records } = await read(join(REAL_KERNEL_CAPTURES, file));
    expect(problems).toEqual([]);
    expect(records).toBeGreaterThan(0);
  });
});
