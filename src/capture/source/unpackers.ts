import type { CompressionFormat } from '../magic.ts';
import type { UnpackedSink, Unpacker } from './unpacker.ts';

type MakeUnpacker = (sink: UnpackedSink, portion: number) => Promise<Unpacker>;

/** Loaded when needed: most captures are not compressed. Forms without an entry have to be unpacked by other means. */
const UNPACKERS: Readonly<Partial<Record<CompressionFormat, MakeUnpacker>>> = {
  gzip: async (sink, portion) => new (await import('./gzip.ts')).GzipUnpacker(sink, portion),
  zstd: async (sink) => (await import('./zstd.ts')).ZstdUnpacker.create(sink),
};

/**
 * The unpacker of a compressed form; null when it is not read.
 * @param portion bytes given to the sink at once, where that can be chosen
 */
export async function createUnpacker(
  format: CompressionFormat,
  sink: UnpackedSink,
  portion: number,
): Promise<Unpacker | null> {
  return (await UNPACKERS[format]?.(sink, portion)) ?? null;
}
