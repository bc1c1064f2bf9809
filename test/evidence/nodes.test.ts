import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseNodes } from '../../src/evidence/nodes.ts';

const node = (
  name: string,
  addresses: readonly (readonly [string, string])[],
  more: object = {},
): object => ({
  kind: 'Node',
  metadata: { name, ...more },
  spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24', 'FD00:0:1::/64'] },
  status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
});

describe('parseNodes', () => {
  it('reads kubectl get nodes -o json', () => {
    const list = {
      kind: 'List',
      items: [
        node('a', [
          ['InternalIP', '10.0.0.4'],
          ['ExternalIP', '2001:DB8::4'],
          ['Hostname', 'a.example'],
        ]),
      ],
    };
    const { byAddress, podCidrs, problems } = parseNodes(JSON.stringify(list, null, 2));
    expect([...byAddress]).toEqual([
      ['10.0.0.4', 'a'],
      ['2001:db8::4', 'a'],
    ]);
    expect(podCidrs).toEqual([
      { cidr: '10.244.1.0/24', node: 'a' },
      { cidr: 'fd00:0:1::/64', node: 'a' },
    ]);
    expect(problems).toEqual([]);
  });

  it('reads one node, and the tunnel addresses that network plugins note', () => {
    const annotations = {
      'projectcalico.org/IPv4Address': '10.0.0.4/24',
      'projectcalico.org/IPv4IPIPTunnelAddr': '10.244.1.1',
    };
    const nodes = parseNodes(JSON.stringify(node('a', [['InternalIP', '10.0.0.4']], { annotations })));
    expect([...nodes.byAddress]).toEqual([
      ['10.0.0.4', 'a'],
      ['10.244.1.1', 'a'],
    ]);
    expect(nodes.problems).toEqual([]);
  });

  it('reads the table of kubectl get nodes -o wide', () => {
    const table = [
      'NAME   STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE       KERNEL-VERSION',
      'a      Ready    master   9d    v1.16.0   10.0.0.4      <none>        CentOS Linux 7 3.10.0-957.el7',
      'b      Ready    <none>   9d    v1.16.0   10.0.0.5      192.0.2.5     Ubuntu 18.04   5.4.0-150',
    ];
    const { byAddress, problems } = parseNodes(table.join('\n'));
    expect([...byAddress]).toEqual([
      ['10.0.0.4', 'a'],
      ['10.0.0.5', 'b'],
      ['192.0.2.5', 'b'],
    ]);
    expect(problems).toEqual([]);
  });

  it('reads a plain list in both orders, with comments, further names and pod blocks', () => {
    const text =
      '# nodes\n\n10.0.0.4 a a.example\nb\t10.0.0.5\r\nfd00:0:0::6 c\n10.244.3.0/24 c\n10.0.0.4 a\n';
    const { byAddress, podCidrs, problems } = parseNodes(text);
    expect([...byAddress]).toEqual([
      ['10.0.0.4', 'a'],
      ['10.0.0.5', 'b'],
      ['fd00::6', 'c'],
    ]);
    expect(podCidrs).toEqual([{ cidr: '10.244.3.0/24', node: 'c' }]);
    expect(problems).toEqual([]);
  });

  it.each([
    ['10.0.0.4 10.0.0.5', 1, 'address-and-name'],
    ['a b', 1, 'address-and-name'],
    ['10.0.0.4', 1, 'address-and-name'],
    ['10.0.0.4 a\n10.0.0.4 b', 2, 'one-name-per-address'],
    ['{"items": [', 0, 'json'],
    ['{"items": []}', 0, 'node-list'],
    ['{"kind": "Pod"}', 0, 'node-list'],
    ['[{"metadata": {"name": 5}}]', 0, 'node-list'],
    ['[{"metadata": {"name": "a"}, "status": {"addresses": [{"type": "InternalIP"}]}}]', 0, 'address'],
  ])('names what is wrong in %j', (text, line, expected) => {
    expect(parseNodes(text).problems).toEqual([{ line, expected }]);
  });

  it('is not moved by names of the language', () => {
    const hostile = '{"__proto__": {"items": [{"metadata": {"name": "x"}}]}, "constructor": 1}';
    expect(parseNodes(hostile)).toMatchObject({ problems: [{ expected: 'node-list' }] });
    expect(parseNodes('10.0.0.4 __proto__').byAddress.get('10.0.0.4')).toBe('__proto__');
  });

  it('takes deep nesting, any text and any JSON', () => {
    expect(parseNodes('['.repeat(100_000)).problems).toEqual([{ line: 0, expected: 'json' }]);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(parseNodes(text).byAddress.size).toBeLessThan(100);
      }),
    );
  });
});
