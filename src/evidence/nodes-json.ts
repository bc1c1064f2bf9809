import type { NodeBook } from './node-book.ts';

/**
 * Annotations under which network plugins record further addresses of a node, with or without a prefix length. A node
 * that sends through a tunnel is seen by the target under the tunnel's address.
 */
const ADDRESS_ANNOTATIONS = [
  'projectcalico.org/IPv4Address',
  'projectcalico.org/IPv6Address',
  'projectcalico.org/IPv4IPIPTunnelAddr',
  'projectcalico.org/IPv4VXLANTunnelAddr',
  'projectcalico.org/IPv6VXLANTunnelAddr',
  'projectcalico.org/IPv4WireguardInterfaceAddr',
  'flannel.alpha.coreos.com/public-ip',
  'flannel.alpha.coreos.com/public-ip-overwrite',
] as const;

/** Types of `status.addresses` that hold an address; Hostname and the DNS types hold names. */
const ADDRESS_TYPES: ReadonlySet<unknown> = new Set(['InternalIP', 'ExternalIP']);

/** Reads `kubectl get nodes -o json`: a list, one node, or a bare array of nodes. Lines are unknown: 0. */
export function readNodeJson(text: string, book: NodeBook): void {
  const document = parseJson(text);
  if (document === undefined) {
    book.problem(0, 'json');
    return;
  }
  const nodes = nodesOf(document);
  if (nodes.length === 0) {
    book.problem(0, 'node-list');
  }
  nodes.forEach((node) => readNode(node, book));
}

function readNode(node: unknown, book: NodeBook): void {
  const name = field(field(node, 'metadata'), 'name');
  if (typeof name !== 'string' || name === '') {
    book.problem(0, 'node-list');
    return;
  }
  for (const entry of list(field(field(node, 'status'), 'addresses'))) {
    const address = field(entry, 'address');
    if (ADDRESS_TYPES.has(field(entry, 'type'))) {
      book.address(typeof address === 'string' ? address : '', name, 0);
    }
  }
  const annotations = field(field(node, 'metadata'), 'annotations');
  for (const key of ADDRESS_ANNOTATIONS) {
    const value = field(annotations, key);
    if (typeof value === 'string' && value !== '') {
      book.address(value.split('/', 1)[0] ?? '', name, 0);
    }
  }
  const spec = field(node, 'spec');
  for (const cidr of new Set([field(spec, 'podCIDR'), ...list(field(spec, 'podCIDRs'))])) {
    if (typeof cidr === 'string' && cidr !== '') {
      book.podCidr(cidr, name, 0);
    }
  }
}

function nodesOf(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) {
    return document;
  }
  const items = field(document, 'items');
  return Array.isArray(items) ? items : field(document, 'kind') === 'Node' ? [document] : [];
}

/** The parsed text; undefined, which JSON cannot express, when it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** An own property: `__proto__` and `constructor` of a hostile document are names like any other. */
function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
