import { createCipheriv } from 'node:crypto';
import { join } from 'node:path';
import { assert, integer, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeFile } from '../../src/api/analyze.ts';
import { createAnonymizer } from '../../src/api/anonymize.ts';
import { renderJson, renderText } from '../../src/api/render.ts';
import { listSyns } from '../../src/api/syns.ts';
import { PrefixMap } from '../../src/report/anonymize/prefix.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import { formatIpv4, parseAddress } from '../../src/units/address.ts';
import { FIXTURES } from '../captures/scenarios.ts';

/** The key and the first lines of `sample_trace_raw.dat` and `sample_trace_sanitized.dat` of Crypto-PAn 1.0, by its authors. */
const KEY = Uint8Array.from([
  21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131, 121, 121, 101, 39,
  98, 87, 76, 45, 42, 132, 34, 2,
]);
const SAMPLE = [
  ['128.11.68.132', '135.242.180.132'],
  ['129.118.74.4', '134.136.186.123'],
  ['130.132.252.244', '133.68.164.234'],
  ['141.223.7.43', '141.167.8.160'],
  ['141.233.145.108', '141.129.237.235'],
  ['152.163.225.39', '151.140.114.167'],
  ['156.29.3.236', '147.225.12.42'],
  ['165.247.96.84', '162.9.99.234'],
  ['166.107.77.190', '160.132.178.185'],
  ['192.102.249.13', '252.138.62.131'],
  ['192.215.32.125', '252.43.47.189'],
  ['192.233.80.103', '252.25.108.8'],
] as const;

const aes = createCipheriv('aes-128-ecb', KEY.subarray(0, 16), null).setAutoPadding(false);
const prefixes = new PrefixMap((block) => aes.update(block), KEY.subarray(16));

describe('addresses', () => {
  it.each(SAMPLE)('%s becomes %s, as in the reference implementation', (address, expected) => {
    expect(prefixes.of(address)).toBe(expected);
  });

  // With the same key; the values that users of the Python ports of Crypto-PAn compare with.
  it.each([
    ['::1', '78ff:f001:9fc0:20df:8380:b1f1:704:ed'],
    ['::2', '78ff:f001:9fc0:20df:8380:b1f1:704:ef'],
    ['::ffff', '78ff:f001:9fc0:20df:8380:b1f1:704:f838'],
    ['2001:db8::1', '4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e'],
    ['2001:db8::2', '4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c'],
  ])('%s becomes %s', (address, expected) => {
    expect(prefixes.of(address)).toBe(expected);
  });

  it('share as long a prefix as before, and no longer', () => {
    const shared = (a: number, b: number): number => Math.clz32(a ^ b);
    const mapped = (word: number): number => parseAddress(prefixes.of(formatIpv4(word)))?.words[3] ?? 0;
    assert(
      property(integer(), integer(), nat({ max: 31 }), (a, noise, bits) => {
        const b = a ^ (noise >>> bits);
        expect(shared(mapped(a), mapped(b))).toBe(shared(a, b));
      }),
    );
  });
});

describe('a report', () => {
  const path = join(FIXTURES, 'linux-4.9/two-pods-one-snat/target.pcap');
  const evidence = [
    { name: 'nodes.json', role: 'nodes' as const, text: '10.99.0.11 secret-node\n' },
    { name: 'sysctl.txt', text: 'net.ipv4.tcp_tw_recycle = 1\nnet.ipv4.tcp_timestamps = 1\n' },
  ];

  it('holds no address and no name any more, in any form', async () => {
    const report = await analyzeFile(path, { evidence });
    const plain = renderJson(report) + renderText(report, { width: 400 });
    const secrets = ['10.99.0.', 'target.pcap', 'two-pods-one-snat', 'secret-node'];
    for (const secret of secrets) expect(plain).toContain(secret);

    const hidden = createAnonymizer().report(report);
    const told = renderJson(hidden) + renderText(hidden, { width: 400 });
    expect(secrets.flatMap((secret) => told.split('\n').filter((line) => line.includes(secret)))).toEqual([]);
    expect(hidden.captures.map(({ name }) => name)).toEqual(['capture-1']);
  });

  it('keeps times, TSvals, counts and what belongs together', async () => {
    const report = await analyzeFile(path);
    const hidden = createAnonymizer('a secret').report(report);
    expect(hidden.totals).toEqual(report.totals);
    const kept = ({
      src: _src,
      dst: _dst,
      capture: _capture,
      stamp,
      ...rest
    }: (typeof report.rejections)[number]): unknown => ({ ...rest, stamp: { ...stamp, through: null } });
    expect(hidden.rejections.map(kept)).toEqual(report.rejections.map(kept));
    expect(new Set(hidden.rejections.map(({ dst }) => dst))).toEqual(
      new Set(hidden.targets.filter(({ rejected }) => rejected > 0).map(({ address }) => address)),
    );
    expect(hidden.rejections.map(({ stamp }) => stamp?.through)).toEqual(
      hidden.rejections.map(({ dst }) => dst),
    );
    expect(hidden.verdict.sentence).toContain(hidden.targets[0]?.address);
  });

  it('is the same for the same key, another for another', async () => {
    const report = await analyzeFile(path);
    const one = createAnonymizer('one').report(report);
    expect(createAnonymizer('one').report(report)).toEqual(one);
    expect(createAnonymizer('two').report(report).targets[0]?.address).not.toBe(one.targets[0]?.address);
    expect(createAnonymizer().report(report)).not.toEqual(createAnonymizer().report(report));
  });

  it('agrees with the rows about addresses', async () => {
    const { report, row } = createAnonymizer();
    const rows: SynRow[] = [];
    const hidden = report(await listSyns([path], {}, (told) => rows.push(row(told))));
    const addresses = new Set(hidden.peers.map(({ address }) => address));
    expect(rows.filter(({ src }) => !addresses.has(src))).toEqual([]);
    expect(new Set(rows.map(({ file }) => file))).toEqual(new Set(['capture-1']));
  });

  it.each([
    ['the target 10.1.2.3.', /^the target \d+\.\d+\.\d+\.\d+\.$/],
    ['10.0.0.0/8 and fd00::/8', /^\d+\.0\.0\.0\/8 and [\da-f]+00::\/8$/],
    [
      'at 12:30:45 on 3.10.0-1160 since 1700000000.123456789',
      /^at 12:30:45 on 3\.10\.0-1160 since 1700000000\.123456789$/,
    ],
    ['fd00::1: closed, fd00::2. Next', /^[\da-f:]{12,}: closed, [\da-f:]{12,}\. Next$/],
  ])('finds the addresses in "%s"', async (sentence, expected) => {
    const report = await analyzeFile(path);
    const hidden = createAnonymizer('k').report({ ...report, verdict: { ...report.verdict, sentence } });
    expect(hidden.verdict.sentence).toMatch(expected);
    expect(hidden.verdict.sentence).not.toMatch(/10\.1\.2\.3|10\.0\.0\.0|fd00::/);
  });
});
