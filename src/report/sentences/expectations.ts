import type { Expectations } from '../../diagnosis/expectations.ts';
import { listed } from '../wording/list.ts';
import { counted } from '../wording/number.ts';

/** Sources named one by one. */
const NAMED = 4;

/** What to make of the expected sources, and where to look next. */
export const EXPECTATION_SENTENCES: Readonly<
  Record<Expectations['finding'], (expectations: Expectations) => string>
> = {
  met: ({ sources }) =>
    sources.length === 1
      ? 'The expected source sent SYNs.'
      : `All ${counted(sources.length, 'expected source')} sent SYNs.`,
  missing: (expectations) =>
    `${missing(expectations)}; ${instead(expectations)}. ${LOOK_UPSTREAM} If SNAT was expected, it does not happen, ` +
    'or uses another address.',
  'no-snat': (expectations) =>
    `${missing(expectations)}; ${instead(expectations)}, ${counted(expectations.others.pods, 'of them a pod address', 'of them pod addresses')}: ` +
    'the SYNs arrive without SNAT, so each pod is a peer of its own here.',
  'nothing-arrived': () => `No SYN arrived from anybody. ${LOOK_UPSTREAM}`,
};

const LOOK_UPSTREAM =
  'Look upstream of this capture: the address and route on the node, the CNI agent (Calico, Flannel) there, ' +
  'net.bridge.bridge-nf-call-iptables = 1, and the rules in between.';

function missing({ sources, complete }: Expectations): string {
  const names = sources.filter(({ syns }) => syns === 0).map(({ expected }) => expected);
  const rest = names.length - NAMED;
  const shown = rest > 0 ? [...names.slice(0, NAMED), `${rest} more`] : names;
  return `${complete ? '' : 'As far as peers were kept: '}${listed(shown)} sent no SYN`;
}

function instead({ others, sources }: Expectations): string {
  if (others.peers === 0) {
    return sources.some(({ syns }) => syns > 0)
      ? 'only the other expected ones did'
      : 'nobody else did either';
  }
  const names = others.busiest.slice(0, NAMED).map(({ address }) => address);
  const rest = others.peers - names.length;
  return `seen instead: ${listed(rest > 0 ? [...names, `${rest} more`] : names)}`;
}
