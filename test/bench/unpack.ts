/** Unpacks a file with the libraries that synscope uses and throws the bytes away: the floor of compressed input. */
import { createReadStream, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGunzip } from 'node:zlib';

interface Zstd {
  readonly ZSTDDecoder: new () => {
    init(): Promise<void>;
    decodeStreaming(input: Iterable<Uint8Array>): Iterable<Uint8Array>;
  };
}

const [root = '', path = ''] = process.argv.slice(2);

function gunzip(): void {
  const unpacker = createGunzip({ chunkSize: 1024 * 1024 });
  unpacker.on('data', () => undefined);
  createReadStream(path, { highWaterMark: 64 * 1024 }).pipe(unpacker);
}

function* chunks(): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  const buffer = new Uint8Array(64 * 1024);
  for (let count = 1; count > 0;) {
    count = readSync(file, buffer, 0, buffer.length, null);
    if (count > 0) yield buffer.subarray(0, count);
  }
}

async function unzstd(): Promise<void> {
  const location = createRequire(join(root, 'package.json')).resolve('zstddec/stream');
  const { ZSTDDecoder }: Zstd = await import(pathToFileURL(location).href);
  const decoder = new ZSTDDecoder();
  await decoder.init();
  let bytes = 0;
  for (const piece of decoder.decodeStreaming(chunks())) bytes += piece.length;
  process.stdout.write(`${bytes}\n`);
}

if (path.endsWith('.gz')) gunzip();
else await unzstd();
