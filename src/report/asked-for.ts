import type { Expectations } from '../diagnosis/expectations.ts';
import { checkExpectations } from '../diagnosis/expectations.ts';
import type { WhatIf } from '../diagnosis/what-if/result.ts';
import { whatIf } from '../diagnosis/what-if/what-if.ts';
import { peerAt, targetAt } from '../tracking/key-parts.ts';
import { parseCidr } from '../units/address.ts';
import type { Findings } from './findings.ts';
import { clockName } from './peer-clocks.ts';

/** The captures replayed under changed rules. */
export function whatIfReport({ log, state, model, verdicts, clocks, seed }: Findings): WhatIf | null {
  const kernel = model.variants[verdicts.leading?.variant ?? 0];
  if (log === null || kernel === undefined) return null;
  return whatIf({
    log,
    verdicts,
    clocks,
    kernel,
    end: state.now,
    seed,
    clockName,
    peerOf: (pair) => peerAt(state.pairs, pair),
    targetOf: (pair) => targetAt(state.pairs, pair),
  });
}

/** Expected sources beside those that came. */
export function expectationsReport({ expected, evidence, state }: Findings): Expectations | null {
  if (expected.length === 0) return null;
  const blocks = (evidence?.nodes?.podCidrs ?? []).flatMap(({ cidr }) => parseCidr(cidr) ?? []);
  return checkExpectations(state, expected, blocks, evidence?.nodes?.byAddress);
}
