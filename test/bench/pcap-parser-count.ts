/** Counts SYNs with the npm package pcap-parser, as its users would. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Parser {
  on(event: 'packet', listener: (packet: { readonly data: Buffer }) => void): void;
  on(event: 'end', listener: () => void): void;
}

const [root = '', path = ''] = process.argv.slice(2);
const load: (name: string) => { parse: (path: string) => Parser } = createRequire(join(root, 'package.json'));
const parser = load('pcap-parser').parse(path);
let syns = 0;
parser.on('packet', ({ data }) => {
  if (data.length >= 54 && data.readUInt16BE(12) === 0x0800 && data[14] === 0x45 && data[23] === 6) {
    if (((data[47] ?? 0) & 0x12) === 2) syns += 1;
  }
});
parser.on('end', () => process.stdout.write(`${syns}\n`));
