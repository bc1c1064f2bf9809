/** Expected sources: which sent no SYN, what came instead, and what the report says then. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzeFiles } from '../../src/api/index.ts';
import { checkExpectations, parseExpected } from '../../src/diagnosis/expectations.ts';
import type { Expectations } from '../../src/diagnosis/expectations.ts';
import { EXPECTATION_SENTENCES } from '../../src/report/sentences/expectations.ts';
import { Segment, SYN } from '../../src/packet/segment.ts';
import { Tracker } from '../../src/tracking/tracker.ts';
import type { TrackingState } from '../../src/tracking/state.ts';
import { parseAddress, parseCidr } from '../../src/units/address.ts';

const CAPTURE = join(import.meta.dirname, '../../fixtures/linux-4.9/two-pods-one-snat/target.pcap');

/** A state that saw one SYN for each pair of addresses. */
function stateOf(...syns: readonly (readonly [src: string, dst: string])[]): TrackingState {
  const ignore = (): void => undefined;
  const tracker = new Tracker(
    {
      syn: ignore,
      decided: ignore,
      settled: ignore,
      attemptEnded: ignore,
      acknowledged: ignore,
      stampWritten: ignore,
      pairForgotten: ignore,
      targetForgotten: ignore,
      listenerForgotten: ignore,
    },
    { seed: 1 },
  );
  for (const [index, [src, dst]] of syns.entries()) {
    const from = parseAddress(src);
    const to = parseAddress(dst);
    if (from === null || to === null) throw new Error(`${src} ${dst}`);
    const [src0, src1, src2, src3] = from.words;
    const [dst0, dst1, dst2, dst3] = to.words;
    const segment = Object.assign(new Segment(), { src0, src1, src2, src3, dst0, dst1, dst2, dst3 });
    const at = { srcPort: 40_000 + index, dstPort: 80, seq: index * 1000, flags: SYN, seconds: 100 + index };
    tracker.segment(Object.assign(segment, at, { family: from.family }));
  }
  return tracker.state;
}

function check(
  expected: readonly string[],
  state: TrackingState,
  pods: readonly string[] = [],
  nodes: readonly string[] = [],
): Expectations {
  return checkExpectations(
    state,
    parseExpected(expected),
    pods.flatMap((block) => parseCidr(block) ?? []),
    new Map(nodes.map((address) => [address, 'node'])),
  );
}

const say = (expectations: Expectations): string => EXPECTATION_SENTENCES[expectations.finding](expectations);

describe('expected sources', () => {
  it('takes no address of a node for a pod, though a pod block holds it', () => {
    const state = stateOf(['10.244.0.0', '10.9.9.9'], ['10.244.0.7', '10.9.9.9']);
    const { others, finding } = check(['10.0.0.4'], state, ['10.244.0.0/24'], ['10.244.0.0']);
    expect(finding).toBe('no-snat');
    expect(others.busiest.map(({ address, pod }) => [address, pod])).toEqual([
      ['10.244.0.0', false],
      ['10.244.0.7', true],
    ]);
  });

  it('are met when each sent a SYN, alone or as a block; a peer of two targets counts once', () => {
    const state = stateOf(['10.0.0.4', '10.9.9.9'], ['10.0.0.4', '10.9.9.8'], ['10.0.1.7', '10.9.9.9']);
    const found = check(['10.0.0.4', '10.0.1.0/24'], state);
    expect(found).toEqual({
      sources: [
        { expected: '10.0.0.4', peers: 1, syns: 2 },
        { expected: '10.0.1.0/24', peers: 1, syns: 1 },
      ],
      finding: 'met',
      others: { peers: 0, syns: 0, pods: 0, busiest: [] },
      complete: true,
    });
    expect(say(found)).toBe('All 2 expected sources sent SYNs.');
    expect(say(check(['10.0.0.4'], state))).toBe('The expected source sent SYNs.');
  });

  it('point upstream when one is missing, and name what came instead, busiest first', () => {
    const found = check(
      ['10.0.0.4', '10.0.0.5'],
      stateOf(
        ['10.0.0.4', '10.9.9.9'],
        ['10.0.2.1', '10.9.9.9'],
        ['10.0.2.2', '10.9.9.9'],
        ['10.0.2.2', '10.9.9.9'],
      ),
    );
    expect(found.finding).toBe('missing');
    expect(found.others.busiest.map(({ address, syns }) => [address, syns])).toEqual([
      ['10.0.2.2', 2],
      ['10.0.2.1', 1],
    ]);
    expect(say(found)).toMatch(
      /^10\.0\.0\.5 sent no SYN; seen instead: 10\.0\.2\.2 and 10\.0\.2\.1\. Look upstream/,
    );
    expect(say(found)).toContain('bridge-nf-call-iptables');
  });

  it('show that no SNAT happens when pods come instead', () => {
    const state = stateOf(['10.244.1.7', '10.9.9.9'], ['10.0.0.9', '10.9.9.9']);
    const found = check(['10.0.0.4'], state, ['10.244.0.0/16', '2001:db8::/64']);
    expect([found.finding, found.others.pods]).toEqual(['no-snat', 1]);
    expect(say(found)).toContain('1 of them a pod address: the SYNs arrive without SNAT');
    expect(check(['10.0.0.4'], state).finding).toBe('missing');
  });

  it('say so when nothing arrived at all, or only others that were expected', () => {
    expect(say(check(['10.0.0.4'], stateOf()))).toMatch(/^No SYN arrived from anybody\. Look upstream/);
    const mostly = check(['10.0.0.4', '10.0.0.5'], stateOf(['10.0.0.4', '10.9.9.9']));
    expect(say(mostly)).toContain('only the other expected ones did');
  });

  it('know IPv6, and do not take one family for the other', () => {
    const state = stateOf(['2001:db8::4', '2001:db8::9'], ['10.0.0.4', '10.9.9.9']);
    expect(check(['2001:db8::/64', '0.0.0.0/0'], state).sources.map(({ syns }) => syns)).toEqual([1, 1]);
    expect(check(['::/0'], stateOf(['10.0.0.4', '10.9.9.9'])).finding).toBe('missing');
  });

  it('list at most 16 others and name at most four', () => {
    const many = Array.from({ length: 40 }, (_, i) => [`10.1.0.${i}`, '10.9.9.9'] as const);
    const found = check(['10.0.0.4'], stateOf(...many));
    expect([found.others.peers, found.others.busiest.length]).toEqual([40, 16]);
    expect(say(found)).toContain('and 36 more');
  });

  it('list those that sent as many by their address, and read what is named with blanks around it', () => {
    const from = ['10.1.0.9', '10.1.0.1', '10.1.0.5'];
    const found = check([' 10.0.0.4 '], stateOf(...from.map((address) => [address, '10.9.9.9'] as const)));
    expect(found.others.busiest.map(({ address }) => address)).toEqual(['10.1.0.1', '10.1.0.5', '10.1.0.9']);
    expect(found.sources[0]?.expected).toBe('10.0.0.4');
  });

  it('tell apart IPv6 sources by each part of their address', () => {
    const sources = ['2001:db8:1::4', '2001:db9::4', '2001:db8:0:0:7::4', '2001:db8::5'];
    const state = stateOf(...sources.map((address) => [address, '2001:db8::9'] as const));
    expect(check(sources, state).sources.map(({ peers, syns }) => [peers, syns])).toEqual(
      sources.map(() => [1, 1]),
    );
    expect(check(['2001:db8::4'], state).finding).toBe('missing');
  });

  it('may have been forgotten, which is said', () => {
    const state = stateOf(['10.0.0.4', '10.9.9.9'], ['10.0.0.5', '10.9.9.9']);
    state.pairs.evicted = 1;
    state.pairs.table.remove(0);
    const found = check(['10.0.0.5'], state);
    expect([found.complete, found.finding, found.others.peers]).toEqual([false, 'met', 0]);
  });

  it.each(['', 'node-a', '10.0.0.4/33', '10.0.0.4:80', '10.0.0.0/24/8', '300.1.1.1'])(
    'refuse %j as nonsense',
    async (text) => {
      expect(() => parseExpected([text])).toThrow(RangeError);
      await expect(analyzeFiles([CAPTURE], { expect: [text] })).rejects.toThrow(/^--expect .*neither/);
    },
  );

  it('are null in the report unless named', async () => {
    expect((await analyzeFiles([CAPTURE], {})).expectations).toBeNull();
    const { peers, expectations } = await analyzeFiles([CAPTURE], { expect: ['192.0.2.1'] });
    expect(expectations?.finding).toBe('missing');
    expect(expectations?.others.busiest[0]).toMatchObject({
      address: peers[0]?.address,
      syns: peers[0]?.syns,
    });
  });
});
