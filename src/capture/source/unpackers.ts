import type { CompressionFormat } from '../magic.ts';
import type { UnpackedSink, Unpacker } from './unpacker.ts';

type MakeUnpacker = (sink: UnpackedSink) => Promise<Unpacker>;

/** Loaded when needed: most captures are not compressed. Forms without an entry have to be unpacked by other means. */
const UNPACKERS: Readonly<Partial<Record<CompressionFormat, MakeUnpacker>>> = {
  gzip: async (sink) => new (await import('./gzip.ts')).GzipUnpacker(sink),
  zstd: async (sink) => (await import('./zstd.ts')).ZstdUnpacker.create(sink),
};

/** The unpacker of a compressed form; null when it is not read. */
export async function createUnpacker(
  format: CompressionFormat,
  sink: UnpackedSink,
): Promise<Unpacker | null> {
  return (await UNPACKERS[format]?.(sink)) ?? null;
}
