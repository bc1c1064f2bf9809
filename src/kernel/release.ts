import { KERNEL_PROFILES } from './profiles.ts';
import type { KernelProfile } from './profiles.ts';

/** What `--target-kernel` was understood as. */
export type TargetKernel =
  | { readonly kind: 'auto' }
  | { readonly kind: 'profile'; readonly profile: KernelProfile }
  | { readonly kind: 'unknown'; readonly text: string };

/** Vendor kernels that carry another release's behaviour: matched against the release string, first match wins. */
const VENDOR_RELEASES: readonly { readonly pattern: RegExp; readonly profile: string | null }[] = [
  // RHEL 7.0 and 7.1 (-123, -229), before the rebase of TCP: not read, so left to the capture.
  { pattern: /^3\.10\.0-[12]?\d\d\..*el7/, profile: null },
  // RHEL 7 ships 3.10 with the check of 3.17 (read in -327, -514, -1062 and -1160).
  { pattern: /^3\.10\.0-\d+.*\.el7/, profile: '3.17' },
  { pattern: /^3\.10\.0-\d{3,4}(\.|$)/, profile: '3.17' },
];

/**
 * Distribution names as people write them and /etc/os-release has them, without what is in brackets, and the form that
 * the profiles use; null where kernels from both sides of a border were shipped, so that the name does not decide.
 */
const DISTRIBUTION_NAMES: readonly (readonly [RegExp, string | null])[] = [
  [/^(?:red ?hat(?: enterprise linux)?|rhel|el)(?: server)?(?: release)?[ -]?v?(\d+)(?:\.\d+)*$/, 'rhel$1'],
  [/^centos(?: linux| stream)?(?: release)?[ -]?(\d+)(?:\.\d+)*$/, 'rhel$1'],
  [/^(?:rocky|almalinux|alma)(?: linux)?(?: release)?[ -]?(\d+)(?:\.\d+)*$/, 'rhel$1'],
  [/^(?:oracle(?: linux)?|ol)(?: server)?(?: release)?[ -]?(\d+)(?:\.\d+)*$/, 'rhel$1'],
  [/^ubuntu[ -]?(\d\d\.\d\d)(?:\.\d+)*(?: lts)?$/, 'ubuntu$1'],
  [/^debian(?: gnu\/linux)?[ -]?(\d+)(?:\.\d+)*$/, 'debian$1'],
  // 3.12, later 4.4 and 4.12.
  [/^(?:sles|suse(?: linux enterprise(?: server)?)?)[ -]?12\b.*$/, null],
  [/^(?:sles|suse(?: linux enterprise(?: server)?)?)[ -]?(\d+)\b.*$/, 'sles$1'],
  // Both began with 4.9 or older and went on to 4.14.
  [/^(?:amazon(?: linux)?|amzn|al)(?: ami)?[ -]?(?:1|2|201\d\.\d\d)$/, null],
  [/^(?:amazon(?: linux)?|amzn|al)[ -]?(2023)(?:\..*)?$/, 'amzn$1'],
];

/** A line of `uname -a` or /proc/version is no longer than this. */
const LONGEST = 400;
const RELEASE = /^v?(\d{1,3})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[-+.~_].*)?$/;

/**
 * Understands a kernel profile (`3.17`), a release as `uname -r` prints it (`3.10.0-1160.el7.x86_64`), a line of
 * `uname -a`, a distribution (`Ubuntu 16.04`, `rhel7`), or `auto`. A name that was given
 * to kernels with and without a trait is `auto` too: the capture tells more than the name.
 *
 * @example parseTargetKernel('3.10.0-1160.el7.x86_64') // profile 3.17: RHEL 7 behaves like 3.17
 */
export function parseTargetKernel(text: string): TargetKernel {
  if (text.length > LONGEST) return { kind: 'unknown', text };
  const name = releaseIn(text.trim().toLowerCase());
  if (name === '' || name === 'auto') return { kind: 'auto' };
  const vendor = VENDOR_RELEASES.find(({ pattern }) => pattern.test(name));
  if (vendor !== undefined) return vendor.profile === null ? { kind: 'auto' } : found(vendor.profile, text);
  const distribution = name.replace(/\([^)]*\)/g, '').trim();
  for (const [pattern, form] of DISTRIBUTION_NAMES) {
    if (!pattern.test(distribution)) continue;
    if (form === null) return { kind: 'auto' };
    const known = distribution.replace(pattern, form);
    const shipped = KERNEL_PROFILES.find((profile) => profile.distributions.includes(known));
    if (shipped !== undefined) return { kind: 'profile', profile: shipped };
  }
  const release = RELEASE.exec(name);
  if (release === null) return { kind: 'unknown', text };
  const version = [Number(release[1]), Number(release[2]), Number(release[3] ?? '0')];
  const inRange = KERNEL_PROFILES.find(
    (profile) =>
      compare(version, profile.from) >= 0 && (profile.to === null || compare(version, profile.to) <= 0),
  );
  return inRange === undefined ? { kind: 'unknown', text } : { kind: 'profile', profile: inRange };
}

/** The release within `Linux <release>` and a line of `uname -a` or /proc/version; any other text as it is. */
function releaseIn(text: string): string {
  if (!text.startsWith('linux ')) return text;
  return text.split(/\s+/).find((word) => RELEASE.test(word)) ?? text;
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
