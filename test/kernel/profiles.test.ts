import { describe, expect, it } from 'vitest';
import { DISTINCT_PROFILES } from '../../src/kernel/model.ts';
import { KERNEL_PROFILES, kernelProfile } from '../../src/kernel/profiles.ts';

/** The kernels once more, as read in their sources: yes and no in the order of the columns. */
const TABLE = `
profile | key              | IPv6 | mapped listener | SYN without TS dropped | TSval 0 is none | ListenDrops | future fresh | recent 0 passes
2.6.18  | peer             | no   | yes             | no                     | yes             | no          | yes          | no
2.6.32  | peer             | no   | yes             | no                     | no              | no          | yes          | no
3.2     | peer             | yes  | yes             | no                     | no              | no          | no           | yes
3.6     | peer             | yes  | no              | no                     | no              | yes         | no           | yes
3.14    | local-and-peer   | yes  | yes             | no                     | no              | yes         | no           | yes
3.17    | local-and-peer   | yes  | yes             | yes                    | no              | yes         | no           | yes
4.10    | local-and-peer   | yes  | yes             | yes                    | no              | yes         | no           | yes
4.11    | local-and-peer   | yes  | yes             | yes                    | no              | yes         | no           | yes
`;

/** The distributions that ship them. */
const SHIPPED_BY: Readonly<Record<string, string>> = {
  '2.6.18': 'rhel5',
  '2.6.32': 'rhel6 debian6 sles11',
  '3.2': 'debian7 ubuntu12.04',
  '3.6': 'ubuntu14.04',
  '3.14': 'debian8',
  '3.17': 'rhel7 ubuntu16.04 debian9',
  '4.10': 'ubuntu17.04',
  '4.11': '',
  '4.12+':
    'rhel8 rhel9 rhel10 ubuntu18.04 ubuntu20.04 ubuntu22.04 ubuntu24.04 debian10 debian11 debian12 debian13 sles15 amzn2023',
};

const rows = TABLE.trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('KERNEL_PROFILES', () => {
  it.each(rows)('%s', (id, key, ipv6, mapped, without, zero, listenDrops, future, recentZero) => {
    expect(kernelProfile(id ?? '')).toMatchObject({
      perHostCheck: true,
      key,
      checksIpv6: ipv6 === 'yes',
      checksMappedListener: mapped === 'yes',
      dropsSynWithoutTimestamps: without === 'yes',
      zeroMeansNone: zero === 'yes',
      countsListenDrops: listenDrops === 'yes',
      futureStampIsFresh: future === 'yes',
      zeroRecentPassesPaws: recentZero === 'yes',
    });
  });

  it('has no check from 4.12 on', () => {
    expect(kernelProfile('4.12+')).toMatchObject({ perHostCheck: false, from: [4, 12], to: null });
  });

  it('is the table above and 4.12, each release in one row, without gaps from 2.6 on', () => {
    expect(KERNEL_PROFILES.map(({ id }) => id)).toEqual([...rows.map(([id]) => id), '4.12+']);
    expect(KERNEL_PROFILES.map(({ from, to }) => [from.join('.'), to?.join('.') ?? ''])).toEqual([
      ['2.6.0', '2.6.31'],
      ['2.6.32', '3.1'],
      ['3.2', '3.5'],
      ['3.6', '3.13'],
      ['3.14', '3.16'],
      ['3.17', '4.9'],
      ['4.10', '4.10'],
      ['4.11', '4.11'],
      ['4.12', ''],
    ]);
  });

  it('gives every name to one profile only', () => {
    const names = KERNEL_PROFILES.flatMap(({ id, distributions }) => [...new Set([id, ...distributions])]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has every one of them by the distributions that ship it, and by no others', () => {
    const names = KERNEL_PROFILES.map(({ id, distributions }) => [id, distributions.join(' ')]);
    expect(Object.fromEntries(names)).toEqual(SHIPPED_BY);
  });

  it('describes a kernel without the check by what else it does', () => {
    expect(kernelProfile('4.12+')).toMatchObject({
      key: 'local-and-peer',
      checksIpv6: false,
      checksMappedListener: false,
      dropsSynWithoutTimestamps: false,
      zeroMeansNone: false,
      countsListenDrops: true,
      futureStampIsFresh: false,
      zeroRecentPassesPaws: true,
    });
  });

  it('knows no other ids', () => {
    expect([kernelProfile('3.3'), kernelProfile(''), kernelProfile('toString')]).toEqual([null, null, null]);
  });

  it('keeps in play, when the kernel is not given, one profile for each way of treating IPv4 SYNs', () => {
    const treatment = (profile: (typeof KERNEL_PROFILES)[number]): string =>
      `${profile.key} ${profile.dropsSynWithoutTimestamps}`;
    const common = KERNEL_PROFILES.filter(({ perHostCheck }) => perHostCheck).map(treatment);
    expect(new Set(DISTINCT_PROFILES.map(treatment))).toEqual(new Set(common));
    expect(DISTINCT_PROFILES).toHaveLength(new Set(common).size);
  });
});
