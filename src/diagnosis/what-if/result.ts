/**
 * What would have happened to the same connects under changed rules. Counts are attempts unless they say SYNs, and
 * cover the accused targets.
 */
export interface WhatIf {
  /** Lost to the check as observed: attempts never connected, and the SYN packets that the check threw away. */
  readonly lost: number;
  readonly rejectedSyns: number;
  /** The peer and the target whose clocks were switched off one at a time; null when clocks could not be told apart. */
  readonly peer: string | null;
  readonly target: string | null;
  readonly scenarios: readonly Scenario[];
  /** What could not be replayed. */
  readonly unsupported: readonly UnsupportedScenario[];
  /** Attempts that the replay gets wrong with no rule changed: what every scenario may be off by. */
  readonly error: number;
  /** False when the capture holds more than is kept: then the first attempts alone were replayed. */
  readonly complete: boolean;
}

/**
 * `recycle-off`: tcp_tw_recycle = 0 at the target. `timestamps-off`: no client sends timestamps.
 * `timestamps-off-at-clock`: one of the clients behind an address sends none. `no-snat`: each client has its own
 * address. `clients-close-first`: the target never closes a connection first.
 */
export type ScenarioCode =
  'recycle-off' | 'timestamps-off' | 'timestamps-off-at-clock' | 'no-snat' | 'clients-close-first';

export interface Scenario {
  readonly code: ScenarioCode;
  /** The clock (a client) whose timestamps are off, as the report names it; null for none or all. */
  readonly clock: string | null;
  /** How the target treats a SYN without timestamps: up to 3.16 it passes, from 3.17 it is dropped. Null: plays no part. */
  readonly kernel: 'up-to-3.16' | 'from-3.17' | null;
  /** SYN packets that the check would have thrown away. */
  readonly rejectedSyns: number;
  /** Of the lost attempts, how many would have worked, and how many would not. */
  readonly rescued: number;
  readonly stillLost: number;
  /** Attempts that worked, and would have been lost. */
  readonly newlyLost: number;
  /** Attempts that worked, and would still have been trying at the end of the capture. */
  readonly undecided: number;
  readonly assumptions: readonly WhatIfAssumption[];
}

/** What a scenario rests on although the capture does not show it. */
export type WhatIfAssumption =
  /** Clients would have connected when they did, whatever happened before. */
  | { readonly code: 'connects-as-observed' }
  /** A rescued connection is closed by the target as the others of its listener, after their median lifetime. */
  | { readonly code: 'closed-like-others'; readonly connections: number; readonly seconds: number }
  /** A connect that newly meets silence sends its SYN again at these seconds, then gives up. */
  | { readonly code: 'retries-like-others'; readonly seconds: readonly number[] }
  /** What was silent for another reason stays silent. */
  | { readonly code: 'other-silence-stays'; readonly syns: number }
  /** SYNs rejected by a stamp from before the capture stay rejected. */
  | { readonly code: 'stamps-from-before-stay'; readonly syns: number };

export interface UnsupportedScenario {
  readonly code: ScenarioCode;
  /**
   * `clock-per-connection`: hosts cannot be told apart. `clocks-unknown`: too little was seen of them. `one-clock`: there
   * is no other client to keep its timestamps.
   */
  readonly because: 'clock-per-connection' | 'clocks-unknown' | 'one-clock';
}
