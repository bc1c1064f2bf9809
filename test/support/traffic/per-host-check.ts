import { ahead } from './packet.ts';

/** What differs between kernels. */
export interface KernelTraits {
  /** The stamps of 3.6 to 3.13 and of inet_peer belong to the remote address; later ones to both addresses. */
  readonly keyedByPair: boolean;
  /** From 3.17 a SYN without timestamps is dropped while a stamp is fresh. */
  readonly dropsWithoutTimestamps: boolean;
  readonly checksIpv6: boolean;
  /** 4.12 removed all of it. */
  readonly hasCheck: boolean;
  /** Up to 4.9 a full accept queue drops SYNs only while more than one request is young. */
  readonly youngRequestsMatter: boolean;
}

const TRAITS = { keyedByPair: true, dropsWithoutTimestamps: true, checksIpv6: true, hasCheck: true };

/** The kernels that an incident may name. */
export const KERNELS: Readonly<Record<string, KernelTraits>> = {
  '2.6.32': {
    ...TRAITS,
    keyedByPair: false,
    dropsWithoutTimestamps: false,
    checksIpv6: false,
    youngRequestsMatter: true,
  },
  '3.10': { ...TRAITS, keyedByPair: false, dropsWithoutTimestamps: false, youngRequestsMatter: true },
  '3.16': { ...TRAITS, dropsWithoutTimestamps: false, youngRequestsMatter: true },
  '4.9': { ...TRAITS, youngRequestsMatter: true },
  '4.10': { ...TRAITS, youngRequestsMatter: false },
  '6.1': { ...TRAITS, hasCheck: false, youngRequestsMatter: false },
};

interface Stamp {
  readonly tsval: number;
  readonly second: number;
}

/**
 * The kernel's memory of its peers' timestamps, as plainly as the rule can be written down: a map, and the two
 * inequalities of the kernel. It is the second opinion on `src/kernel`, so it shares nothing with it.
 */
export class PerHostMemory {
  private readonly stamps = new Map<string, Stamp>();
  private readonly traits: KernelTraits;

  constructor(traits: KernelTraits) {
    this.traits = traits;
  }

  /** A connection enters TIME-WAIT at second `now` with the peer's TSval as of second `second`. */
  remember(local: string, remote: string, tsval: number, second: number, now: number): void {
    if (!this.traits.hasCheck) return;
    const key = this.key(local, remote);
    const old = this.stamps.get(key);
    const notLower = old === undefined || ahead(old.tsval, tsval) <= 0;
    const expired = old !== undefined && now - old.second > 60 && old.second <= second;
    if (notLower || expired) this.stamps.set(key, { tsval, second });
  }

  /** True when a SYN with this TSval (null: no timestamps) is thrown away at second `now`. */
  rejects(local: string, remote: string, tsval: number | null, now: number): boolean {
    const stamp = this.stamps.get(this.key(local, remote));
    if (!this.traits.hasCheck || stamp === undefined) return false;
    if (remote.includes(':') && !this.traits.checksIpv6) return false;
    // The kernel subtracts unsigned words: a stamp in the future is not fresh.
    const age = now - stamp.second;
    if (age < 0 || age >= 60) return false;
    if (tsval === null) return this.traits.dropsWithoutTimestamps;
    return ahead(stamp.tsval, tsval) > 1;
  }

  private key(local: string, remote: string): string {
    return this.traits.keyedByPair ? `${local} ${remote}` : remote;
  }
}
