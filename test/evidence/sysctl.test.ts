import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { WHOLE_LISTING_KEYS } from '../../src/evidence/sysctl-keys.ts';
import { lacksRecycle, parseSysctl } from '../../src/evidence/sysctl.ts';
import { realScenarios } from './real-captures.ts';

const whole = [...WHOLE_LISTING_KEYS].map((key) => `${key} = 1`).join('\n');

describe('parseSysctl', () => {
  it('reads what sysctl -a prints', () => {
    const facts = parseSysctl(
      [
        'kernel.osrelease = 3.10.0-1160.el7.x86_64',
        'net.core.somaxconn = 128',
        'net.ipv4.conf.eth0/100.rp_filter = 2',
        'net.ipv4.ip_local_reserved_ports = ',
        'net.ipv4.tcp_mem = 2790\t3720\t5580',
        'net.ipv4.tcp_tw_recycle = 1',
      ].join('\n'),
    );
    expect(facts.kernelRelease).toEqual({ value: '3.10.0-1160.el7.x86_64', line: 1 });
    expect(facts.somaxconn).toEqual({ value: 128, line: 2 });
    expect([...facts.rpFilter]).toEqual([['eth0.100', { value: 2, line: 3 }]]);
    expect(facts.twRecycle).toEqual({ value: 1, line: 6 });
    expect(facts.timestamps).toBeUndefined();
    expect(facts).toMatchObject({ source: 'listing', wholeListing: false, settings: 6, problems: [] });
  });

  it.each([
    '/proc/sys/net/ipv4/tcp_tw_recycle:1',
    'net/ipv4/tcp_tw_recycle:1',
    './tcp_tw_recycle:1',
    'tcp_tw_recycle:1',
    'net/ipv4/tcp_tw_recycle = 1',
    '\uFEFFnet.ipv4.tcp_tw_recycle = 1\r',
    '  net.ipv4.tcp_tw_recycle =   1  ',
  ])('finds the setting in %j', (line) => {
    expect(parseSysctl(`${line}\n`).twRecycle).toEqual({ value: 1, line: 1 });
    expect(parseSysctl(`${line}\n`).source).toBe('listing');
  });

  it('reads what head prints of several files', () => {
    const text =
      '==> /proc/sys/net/ipv4/tcp_tw_recycle <==\n1\n\n==> /proc/sys/net/ipv4/tcp_timestamps <==\n0\n';
    const facts = parseSysctl(text);
    expect(facts.twRecycle).toEqual({ value: 1, line: 2 });
    expect(facts.timestamps).toEqual({ value: 0, line: 5 });
    expect(facts.problems).toEqual([]);
  });

  it.each([
    '# fewer TIME_WAIT\nnet.ipv4.tcp_tw_recycle = 0',
    '; old\nnet.ipv4.tcp_tw_recycle = 0',
    'net.ipv4.tcp_tw_recycle=0',
    'net.ipv4.tcp_tw_recycle= 0',
    'net.ipv4.tcp_tw_recycle =0',
    '-net.ipv4.tcp_tw_recycle = 0',
  ])('knows a configuration file by its form: %j', (text) => {
    const facts = parseSysctl(text);
    expect(facts.source).toBe('configuration');
    expect(facts.twRecycle?.value).toBe(0);
  });

  it('takes a copied prompt for no comment', () => {
    expect(parseSysctl('# sysctl -a | grep tw\nnet.ipv4.tcp_tw_recycle = 0').source).toBe('listing');
  });

  it('lets the last one win', () => {
    const facts = parseSysctl('net.ipv4.tcp_tw_recycle=1\n# later\nnet/ipv4/tcp_tw_recycle=0\n');
    expect(facts.twRecycle).toEqual({ value: 0, line: 3 });
  });

  it.each([
    'sysctl: cannot stat /proc/sys/net/ipv4/tcp_tw_recycle: No such file or directory',
    'error: "net.ipv4.tcp_tw_recycle" is an unknown key',
    'cat: /proc/sys/net/ipv4/tcp_tw_recycle: No such file or directory',
  ])('remembers that a program found no such key: %s', (message) => {
    const facts = parseSysctl(`net.ipv4.tcp_timestamps = 1\n${message}\n`);
    expect(facts.recycleRefusedAt).toBe(2);
    expect(facts.problems).toEqual([]);
    expect(lacksRecycle(facts)).toBe(false);
  });

  it('does not take a refused reading for an absent key', () => {
    const message = "sysctl: permission denied on key 'net.ipv4.tcp_tw_recycle'";
    expect(parseSysctl(message).recycleRefusedAt).toBeUndefined();
  });

  it('concludes from a whole listing only that there is no tcp_tw_recycle', () => {
    expect(lacksRecycle(parseSysctl(whole))).toBe(true);
    expect(lacksRecycle(parseSysctl(`${whole}\nnet.ipv4.tcp_tw_recycle = 0`))).toBe(false);
    expect(lacksRecycle(parseSysctl(`# wanted\n${whole}`))).toBe(false);
    for (const key of WHOLE_LISTING_KEYS) {
      expect(lacksRecycle(parseSysctl(whole.replace(`${key} = 1`, '')))).toBe(false);
    }
  });

  it.each(['on', '1.5', '', '1e3', '99999999999999999999'])('refuses the value %j', (value) => {
    const facts = parseSysctl(`net.ipv4.tcp_timestamps = 1\nnet.ipv4.tcp_tw_recycle = ${value}\n`);
    expect(facts.twRecycle).toBeUndefined();
    expect(facts.problems).toEqual([{ line: 2, expected: 'whole-number' }]);
  });

  it('names a damaged line about TCP and a text without settings', () => {
    expect(parseSysctl('a.b = 1\ninterpreter /usr/bin/jar\nnet.ipv4.tcp_tw_recycle 1').problems).toEqual([
      { line: 3, expected: 'sysctl-setting' },
    ]);
    expect(parseSysctl('').problems).toEqual([{ line: 0, expected: 'sysctl-setting' }]);
  });

  it('stays bounded on hostile input', () => {
    expect(parseSysctl('='.repeat(5_000_000)).problems).toContainEqual({
      line: 1,
      expected: 'shorter-line',
    });
    const faces = Array.from({ length: 100_000 }, (_, index) => `net.ipv4.conf.e${index}.rp_filter = 1`);
    expect(parseSysctl(faces.join('\n')).rpFilter.size).toBe(4096);
    expect(parseSysctl('net.ipv4.conf.__proto__.rp_filter = 1').rpFilter.get('__proto__')?.value).toBe(1);
    expect(Reflect.get({}, 'rp_filter')).toBeUndefined();
  });

  it('takes any text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('net.ipv4.', 'tcp_tw_recycle', '=', ':', '/', ' ', '\n', '#', '-', '==> ', ' <==', '1'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(parseSysctl(pieces.join('')).settings).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

const scenarios = realScenarios();

describe.skipIf(scenarios.length === 0)('parseSysctl on real kernels', () => {
  it.each(scenarios)('finds what $name set, and no tcp_tw_recycle on 6.18 only', (scenario) => {
    const facts = parseSysctl(scenario.files.get('sysctl.txt') ?? '');
    expect(lacksRecycle(facts)).toBe(scenario.kernel.startsWith('linux-6'));
    expect(facts.twRecycle?.value).toBe(scenario.sysctls.get('net.ipv4.tcp_tw_recycle'));
    expect(facts).toMatchObject({ source: 'listing', problems: [] });
  });
});
