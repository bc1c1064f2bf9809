/** The types of the public API, as its users meet them. Checked by the compiler; a test run only loads it. */
import type { Readable } from 'node:stream';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as synscope from '../../src/index.ts';
import type {
  AnalyzeOptions,
  Answer,
  CaptureBytes,
  Cause,
  Fate,
  FilesReport,
  Grade,
  PacketInfo,
  Rejection,
  Report,
  SynRow,
  TargetKernel,
} from '../../src/index.ts';

describe('the public API', () => {
  it('is this list of names', () => {
    expect(Object.keys(synscope).sort()).toEqual([
      'CAUSES',
      'GRADES',
      'KERNEL_PROFILES',
      'SCHEMA_VERSION',
      'VERSION',
      'analyze',
      'analyzeEach',
      'analyzeFile',
      'createAnalyzer',
      'createAnonymizer',
      'parseTargetKernel',
      'readSyns',
      'renderJson',
      'renderText',
    ]);
  });

  it('gives reports', () => {
    expectTypeOf(synscope.analyzeFile).parameter(0).toEqualTypeOf<string | readonly string[]>();
    expectTypeOf(synscope.analyzeFile).returns.resolves.toEqualTypeOf<Report>();
    expectTypeOf(synscope.analyzeEach).returns.resolves.toEqualTypeOf<FilesReport>();
    expectTypeOf(synscope.analyze).returns.resolves.toEqualTypeOf<Report>();
    expectTypeOf(synscope.createAnalyzer().finish).returns.toEqualTypeOf<Report>();
    expectTypeOf<Report['verdict']['grade']>().toEqualTypeOf<Grade>();
    expectTypeOf<Report['rejections']>().toEqualTypeOf<readonly Rejection[]>();
    expectTypeOf<Report>().not.toBeAny();
  });

  it('takes what holds bytes', () => {
    expectTypeOf<Readable>().toExtend<CaptureBytes>();
    expectTypeOf<ReadableStream<Uint8Array>>().toExtend<CaptureBytes>();
    expectTypeOf<Buffer>().toExtend<CaptureBytes>();
    expectTypeOf<Uint8Array[]>().toExtend<CaptureBytes>();
    expectTypeOf<ArrayBuffer>().toExtend<CaptureBytes>();
    expectTypeOf<DataView>().toExtend<CaptureBytes>();
    expectTypeOf<string>().not.toExtend<CaptureBytes>();
    expectTypeOf<string[]>().not.toExtend<CaptureBytes>();
  });

  it('gives rows one by one', () => {
    expectTypeOf(synscope.readSyns).returns.toExtend<AsyncIterable<SynRow>>();
    expectTypeOf<SynRow['tsval']>().toEqualTypeOf<number | null>();
    expectTypeOf<SynRow['answer']>().toEqualTypeOf<Answer>();
    expectTypeOf<SynRow['fate']>().toEqualTypeOf<Fate>();
    expectTypeOf<SynRow['cause']>().toEqualTypeOf<Cause | null>();
  });

  it('asks for the time of a packet and for nothing else', () => {
    expectTypeOf<{ seconds: number; nanoseconds: number }>().toExtend<PacketInfo>();
    expectTypeOf<{ seconds: number }>().not.toExtend<PacketInfo>();
    expectTypeOf<{ limit: 5 }>().toExtend<AnalyzeOptions>();
  });

  it('renders with as few options as one likes', () => {
    expectTypeOf(synscope.renderText).toBeCallableWith(Object.create(null), { width: 100 });
    expectTypeOf(synscope.renderText).returns.toBeString();
    expectTypeOf(synscope.renderJson).parameters.toEqualTypeOf<[Report]>();
  });

  it('tells kernels apart by their kind', () => {
    expectTypeOf(synscope.parseTargetKernel).returns.toEqualTypeOf<TargetKernel>();
    expectTypeOf<TargetKernel['kind']>().toEqualTypeOf<'auto' | 'profile' | 'unknown'>();
  });
});
