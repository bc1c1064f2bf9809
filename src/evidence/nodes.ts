import { canonicalAddress, canonicalCidr } from './canonical-address.ts';
import { forEachLine, isBlankOrComment, wordsOf } from './lines.ts';
import { NodeBook } from './node-book.ts';
import type { NodeList } from './node-book.ts';
import { readNodeJson } from './nodes-json.ts';

export type { NodeList, PodCidr } from './node-book.ts';

/**
 * Reads which node has which address: `kubectl get nodes -o json`, the table of `kubectl get nodes -o wide`, or a list
 * `address name` as in /etc/hosts (`name address` is understood, too; a block instead of an address is the node's pod
 * block). Never throws.
 *
 * @example parseNodes('10.0.0.4 node-a').byAddress.get('10.0.0.4') // 'node-a'
 */
export function parseNodes(text: string): NodeList {
  const book = new NodeBook();
  if (/^\uFEFF?\s{0,1000}[{[]/.test(text)) {
    readNodeJson(text, book);
  } else {
    readNodeLines(text, book);
  }
  return book.finish();
}

function readNodeLines(text: string, book: NodeBook): void {
  /** Columns of the addresses in the table of kubectl; null in a plain list. */
  let columns: readonly number[] | null = null;
  forEachLine(text, (line, number) => {
    if (line === null) {
      book.problem(number, 'shorter-line');
      return;
    }
    if (isBlankOrComment(line)) {
      return;
    }
    const words = wordsOf(line);
    if (words[0] === 'NAME' && words.includes('INTERNAL-IP')) {
      columns = [words.indexOf('INTERNAL-IP'), words.indexOf('EXTERNAL-IP')].filter((column) => column > 0);
    } else if (columns === null) {
      readPair(words, number, book);
    } else {
      const name = words[0] ?? '';
      const [internal = '', external = ''] = columns.map((column) => words[column]);
      book.address(internal, name, number);
      if (canonicalAddress(external) !== null) {
        book.address(external, name, number);
      }
    }
  });
}

function readPair(words: readonly string[], line: number, book: NodeBook): void {
  const [first = '', second = ''] = words;
  const places = [first, second].map(
    (word) => canonicalAddress(word) !== null || canonicalCidr(word) !== null,
  );
  if (second === '' || places[0] === places[1]) {
    book.problem(line, 'address-and-name');
    return;
  }
  const [place, name] = places[0] === true ? [first, second] : [second, first];
  if (place.includes('/')) {
    book.podCidr(place, name, line);
  } else {
    book.address(place, name, line);
  }
}
