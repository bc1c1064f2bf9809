import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KERNEL_PROFILES } from '../../src/kernel/profiles.ts';
import { parseTargetKernel } from '../../src/kernel/release.ts';

function profileOf(text: string): string {
  const target = parseTargetKernel(text);
  return target.kind === 'profile' ? target.profile.id : target.kind;
}

describe('parseTargetKernel: releases as `uname -r` prints them', () => {
  it.each([
    // RHEL, CentOS, Oracle Linux
    ['2.6.18-419.el5', '2.6.18'],
    ['2.6.18-8.el5xen', '2.6.18'],
    ['2.6.32-754.el6.x86_64', '2.6.32'],
    ['2.6.32-754.35.1.el6.i686', '2.6.32'],
    ['3.10.0-1160.el7.x86_64', '3.17'],
    ['3.10.0-862.14.4.el7.x86_64', '3.17'],
    ['3.10.0-327.el7.x86_64', '3.17'],
    ['3.10.0-1062.12.1.rt56.1042.el7.x86_64', '3.17'],
    ['3.10.0-957', '3.17'],
    ['4.18.0-553.el8_10.x86_64', '4.12+'],
    ['5.14.0-427.13.1.el9_4.x86_64', '4.12+'],
    ['3.8.13-118.el7uek.x86_64', '3.6'],
    ['4.1.12-124.48.6.el7uek.x86_64', '3.17'],
    ['4.14.35-2047.el7uek.x86_64', '4.12+'],
    ['2.6.39-400.17.1.el6uek.x86_64', '2.6.32'],
    // RHEL 7.0 and 7.1 were never read: what they do is left to the capture.
    ['3.10.0-123.el7.x86_64', 'auto'],
    ['3.10.0-229.20.1.el7.x86_64', 'auto'],
    // Ubuntu
    ['3.2.0-126-generic', '3.2'],
    ['3.13.0-170-generic', '3.6'],
    ['4.4.0-210-generic', '3.17'],
    ['4.10.0-42-generic', '4.10'],
    ['4.11.0-14-generic', '4.11'],
    ['4.15.0-112-generic', '4.12+'],
    ['5.4.0-1103-aws', '4.12+'],
    // Debian
    ['2.6.32-5-amd64', '2.6.32'],
    ['3.2.0-6-amd64', '3.2'],
    ['3.16.0-11-amd64', '3.14'],
    ['4.9.0-19-amd64', '3.17'],
    ['4.19.0-27-amd64', '4.12+'],
    ['5.10.0-28-amd64', '4.12+'],
    ['6.1.0-18-cloud-arm64', '4.12+'],
    // SLES, Amazon
    ['3.0.101-108.138-default', '2.6.32'],
    ['3.12.74-60.64.40-default', '3.6'],
    ['4.4.180-94.164-default', '3.17'],
    ['4.12.14-122.37-default', '4.12+'],
    ['4.9.76-3.78.amzn1.x86_64', '3.17'],
    ['4.14.252-131.483.amzn1.x86_64', '4.12+'],
    ['4.14.355-275.570.amzn2.x86_64', '4.12+'],
    // Plain
    ['3.10.108', '3.6'],
    ['3.10.0', '3.6'],
    ['3.6', '3.6'],
    ['3.5.7', '3.2'],
    ['3.1.10', '2.6.32'],
    ['2.6.31.14', '2.6.18'],
    ['4.9', '3.17'],
    ['4.9.154+', '3.17'],
    ['4.12', '4.12+'],
    ['3.10', '3.6'],
    // A RHEL 7 kernel that somebody built anew under a name of his own.
    ['3.10.0-1160-custom.el7.x86_64', '3.17'],
    ['3.10.0-1160_custom', '3.6'],
    ['3.10.0-57.el7.x86_64', 'auto'],
    // Numbers that only end as those of RHEL 7 do.
    ['13.10.0-1160.el7.x86_64', '4.12+'],
    ['13.10.0-1160', '4.12+'],
    ['13.10.0-123.el7.x86_64', '4.12+'],
    ['13.10.0-1160-custom.el7', '4.12+'],
    ['v4.11.6', '4.11'],
    ['4.12.0-rc1', '4.12+'],
    ['6.18.44', '4.12+'],
    ['10.0.1', '4.12+'],
    ['Linux 3.10.0-1160.el7.x86_64', '3.17'],
    ['Linux db1 3.10.0-1160.el7.x86_64 #1 SMP Mon Oct 19 16:18:59 UTC 2020 x86_64 GNU/Linux', '3.17'],
    ['Linux version 4.4.0-210-generic (buildd@lgw01) (gcc 5.4.0) #242-Ubuntu SMP', '3.17'],
  ])('%s', (text, expected) => {
    expect(profileOf(text)).toBe(expected);
    expect(profileOf(`  ${text.toUpperCase()}\n`)).toBe(expected);
  });
});

describe('parseTargetKernel: distributions', () => {
  it.each([
    ['rhel5', '2.6.18'],
    ['rhel6', '2.6.32'],
    ['rhel7', '3.17'],
    ['RHEL 7.9', '3.17'],
    ['el7', '3.17'],
    ['centos7', '3.17'],
    ['CentOS Linux 7', '3.17'],
    ['CentOS Linux 7 (Core)', '3.17'],
    ['CentOS Linux release 7.9.2009 (Core)', '3.17'],
    ['CentOS release 6.10 (Final)', '2.6.32'],
    ['CentOS Stream 9', '4.12+'],
    ['Red Hat Enterprise Linux 7', '3.17'],
    ['Red Hat Enterprise Linux Server 7.9 (Maipo)', '3.17'],
    ['Red Hat Enterprise Linux Server release 6.10 (Santiago)', '2.6.32'],
    ['Red Hat Enterprise Linux 8.10 (Ootpa)', '4.12+'],
    ['Oracle Linux Server 7.9', '3.17'],
    ['OL6', '2.6.32'],
    ['ol7', '3.17'],
    ['Oracle 7', '3.17'],
    ['Oracle Linux 6.10', '2.6.32'],
    ['RedHat 6', '2.6.32'],
    ['Red Hat 7', '3.17'],
    ['rhel10', '4.12+'],
    ['centos5', '2.6.18'],
    ['CentOS 10', '4.12+'],
    ['Rocky9', '4.12+'],
    ['Rocky Linux 10', '4.12+'],
    ['AlmaLinux 8', '4.12+'],
    ['AlmaLinux 8.10', '4.12+'],
    ['OL10', '4.12+'],
    ['Oracle Linux Server 10.0', '4.12+'],
    ['Rocky Linux 8.9 (Green Obsidian)', '4.12+'],
    ['AlmaLinux 9.3', '4.12+'],
    ['Ubuntu 12.04', '3.2'],
    ['Ubuntu 14.04.6 LTS', '3.6'],
    ['ubuntu16.04', '3.17'],
    ['Ubuntu 16.04.7 LTS', '3.17'],
    ['Ubuntu 22.04.4 LTS', '4.12+'],
    ['Debian 6', '2.6.32'],
    ['Debian GNU/Linux 7 (wheezy)', '3.2'],
    ['Debian GNU/Linux 8 (jessie)', '3.14'],
    ['Debian GNU/Linux 9 (stretch)', '3.17'],
    ['debian 12', '4.12+'],
    ['Debian 10.13', '4.12+'],
    ['Ubuntu 18.04.10', '4.12+'],
    ['SLES 11 SP4', '2.6.32'],
    ['SLES15', '4.12+'],
    ['SUSE 11', '2.6.32'],
    ['SUSE Linux Enterprise 15', '4.12+'],
    ['amazon 2023', '4.12+'],
    ['Amazon Linux 2023.4.20240513', '4.12+'],
    ['amzn2023', '4.12+'],
    ['SUSE Linux Enterprise Server 15 SP5', '4.12+'],
    ['Amazon Linux 2023', '4.12+'],
    // Shipped kernels from both sides of a border: the name does not decide.
    ['SLES 12', 'auto'],
    ['sles12', 'auto'],
    ['SUSE 12', 'auto'],
    ['SUSE Linux Enterprise 12', 'auto'],
    ['Amazon 2', 'auto'],
    ['amzn2', 'auto'],
    ['SUSE Linux Enterprise Server 12 SP3', 'auto'],
    ['Amazon Linux 2', 'auto'],
    ['Amazon Linux AMI 2018.03', 'auto'],
  ])('%s', (text, expected) => {
    expect(profileOf(text)).toBe(expected);
  });
});

describe('parseTargetKernel', () => {
  it.each(['', 'auto', ' AUTO '])('%j leaves it to the capture', (text) => {
    expect(profileOf(text)).toBe('auto');
  });

  it.each(KERNEL_PROFILES.map(({ id, distributions }) => [id, distributions] as const))(
    'profile %s by its id and all its names',
    (id, distributions) => {
      expect([id, ...distributions].map(profileOf)).toEqual(
        Array.from({ length: 1 + distributions.length }, () => id),
      );
    },
  );

  it.each([
    'windows',
    '7',
    'linux',
    '3',
    '3.',
    '.10',
    '-1.2',
    '2.4.37',
    '1.2.13',
    'rhel',
    'rhel99',
    'ubuntu 99.04',
    'debian x',
    'freebsd 13.2',
    '3.10x',
    '4.9beta',
    'not rhel 7',
    'opensles 12',
    'metal2',
    'ubuntu 16.04 server',
    '3,10',
    '99999.1',
    '0x3.10',
    'toString',
    '__proto__',
  ])('%s is unknown, and given back as it was written', (text) => {
    expect(parseTargetKernel(text)).toEqual({ kind: 'unknown', text });
  });

  it('never throws, and is soon done with anything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.\- el7rhubuntix()#]*$/)), (text) => {
        expect(['auto', 'profile', 'unknown']).toContain(parseTargetKernel(text).kind);
      }),
      { numRuns: 500 },
    );
    expect(profileOf(`rhel ${'1.'.repeat(50_000)}x`)).toBe('unknown');
    expect(profileOf('3.10 '.repeat(50_000))).toBe('unknown');
    expect([profileOf('rhel7'.padEnd(400)), profileOf('rhel7'.padEnd(401))]).toEqual(['3.17', 'unknown']);
  });
});
