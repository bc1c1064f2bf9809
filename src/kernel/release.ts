import { KERNEL_PROFILES } from './profiles.ts';
import type { KernelProfile } from './profiles.ts';

/** What `--target-kernel` was understood as. */
export type TargetKernel =
  | { readonly kind: 'auto' }
  | { readonly kind: 'profile'; readonly profile: KernelProfile }
  | { readonly kind: 'unknown'; readonly text: string };

/** Vendor kernels that carry another release's behaviour: matched against the release string, first match wins. */
const VENDOR_RELEASES: readonly { readonly pattern: RegExp; readonly profile: string }[] = [
  // RHEL 7 ships 3.10 with the check of 3.17 (read in -327, -514, -1062 and -1160).
  { pattern: /^3\.10\.0-\d+.*\.el7/, profile: '3.17' },
  { pattern: /^3\.10\.0-\d{3,4}(\.|$)/, profile: '3.17' },
  { pattern: /^2\.6\.32-\d+.*\.el6/, profile: '2.6.32' },
  { pattern: /^2\.6\.18-\d+.*\.el5/, profile: '2.6.18' },
];

/** Distribution names as people write them, and the form that the profiles use. */
const DISTRIBUTION_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(red ?hat( enterprise linux)?|rhel|el)[ -]?v?(\d+)(\.\d+)*$/, 'rhel$3'],
  [/^(centos)( linux| stream)?[ -]?(\d+)(\.\d+)*$/, 'centos$3'],
  [/^(rocky|almalinux|alma)( linux)?[ -]?(\d+)(\.\d+)*$/, 'rhel$3'],
  [/^(oracle( linux)?|ol)[ -]?(\d+)(\.\d+)*$/, 'ol$3'],
  [/^(ubuntu)[ -]?(\d\d\.\d\d)(\.\d+)*( lts)?$/, 'ubuntu$2'],
  [/^(debian)[ -]?(\d+)(\.\d+)*$/, 'debian$2'],
  [/^(sles|suse( linux enterprise( server)?)?)[ -]?(\d+)(.*)$/, 'sles$4'],
  [/^(amazon( linux)?|amzn|al)[ -]?(1|2|2023)$/, 'amzn$3'],
];

/**
 * Understands a kernel profile (`3.17`), an alias (`rhel7`), a release string as `uname -r` prints it
 * (`3.10.0-1160.el7.x86_64`), a distribution (`Ubuntu 16.04`), or `auto`.
 *
 * @example parseTargetKernel('3.10.0-1160.el7.x86_64') // profile 3.17: RHEL 7 behaves like 3.17
 */
export function parseTargetKernel(text: string): TargetKernel {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^linux[ -]/, '');
  if (name === '' || name === 'auto') return { kind: 'auto' };
  const named = KERNEL_PROFILES.find(
    (profile) =>
      profile.id === name || profile.aliases.includes(name) || profile.distributions.includes(name),
  );
  if (named !== undefined) return { kind: 'profile', profile: named };
  for (const { pattern, profile } of VENDOR_RELEASES) {
    if (pattern.test(name)) return found(profile, text);
  }
  for (const [pattern, form] of DISTRIBUTION_NAMES) {
    if (!pattern.test(name)) continue;
    const distribution = name.replace(pattern, form);
    const shipped = KERNEL_PROFILES.find((profile) => profile.distributions.includes(distribution));
    if (shipped !== undefined) return { kind: 'profile', profile: shipped };
  }
  const release = /^v?(\d{1,3})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[-+.~_].*)?$/.exec(name);
  if (release === null) return { kind: 'unknown', text };
  const version = [Number(release[1]), Number(release[2]), Number(release[3] ?? '0')];
  const inRange = KERNEL_PROFILES.find(
    (profile) =>
      compare(version, profile.from) >= 0 && (profile.to === null || compare(version, profile.to) <= 0),
  );
  return inRange === undefined ? { kind: 'unknown', text } : { kind: 'profile', profile: inRange };
}

function found(id: string, text: string): TargetKernel {
  const profile = KERNEL_PROFILES.find((candidate) => candidate.id === id);
  return profile === undefined ? { kind: 'unknown', text } : { kind: 'profile', profile };
}

/** Order of a release against a bound; parts that the bound does not name count as equal. */
function compare(version: readonly number[], bound: readonly number[]): number {
  for (const [index, part] of bound.entries()) {
    const difference = (version[index] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}
