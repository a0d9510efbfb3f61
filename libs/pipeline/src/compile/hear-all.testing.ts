import { file, IntermodalError } from '@intermodal/contracts';
import { expect } from 'vitest';
import { z } from 'zod';
import type { PipelineCatalogue } from '../pipeline-catalogue.ts';
import { catalogueOf } from '../stage-catalogue.ts';
import { defineStage } from '../stage.ts';
import { compile } from './compile.ts';

// The document and stages that the tests of the compiler change and break.

const unused = async (): Promise<never> => {
  throw new Error('not run here');
};
export const catalogue = catalogueOf([
  defineStage({
    name: 'speech.split',
    version: 1,
    pool: 'speech',
    summary: 'Splits.',
    input: z.object({ audio: file('audio/*') }),
    output: z.object({ segments: z.array(z.object({ audio: file('audio/wav'), startMs: z.number() })) }),
    run: unused,
  }),
  defineStage({
    name: 'media.cut',
    version: 1,
    pool: 'media',
    summary: 'Cuts.',
    input: z.object({ audio: file('audio/*').nullable() }),
    output: z.object({ sound: file('audio/wav').nullable(), seconds: z.number() }),
    run: unused,
  }),
  defineStage({
    name: 'speech.hear',
    version: 1,
    pool: 'speech',
    summary: 'Hears.',
    input: z.object({ audio: file('audio/wav'), hint: z.string().optional() }),
    params: z.object({ language: z.string().length(2).default('en') }),
    output: z.object({ text: z.string() }),
    run: unused,
  }),
]);

/** Splits a recording and hears its parts. */
export const document = {
  name: 'hear-all',
  version: 1,
  input: { audio: { media: 'audio/*' } },
  params: { type: 'object', properties: { language: { type: 'string', default: 'en' } } },
  nodes: {
    lines: {
      each: '$split.segments',
      as: 'segment',
      nodes: {
        heard: {
          stage: 'speech.hear@1',
          in: { audio: '$segment.audio' },
          params: { language: '$params.language' },
        },
      },
      collect: { at: '$segment.startMs', text: '$heard.text', cost: '$$5' },
    },
    split: { stage: 'speech.split@1', in: { audio: '$input.audio' } },
    cut: { stage: 'media.cut@1', in: { audio: '$input.audio' } },
    parts: {
      each: ['$split.segments', null],
      as: 'part',
      nodes: { again: { stage: 'media.cut@1', in: { audio: null } } },
      collect: {},
    },
  },
  output: { lines: '$lines', 'split?': '$split.segments' },
};

type Document = typeof document;
export const changed = (change: (copy: any) => void): Document => {
  const copy = structuredClone(document);
  change(copy);
  return copy;
};

/** The faults of a document that must not compile. */
export function faultsOf(
  broken: unknown,
  pipelines?: PipelineCatalogue,
): { path: string; message: string }[] {
  try {
    compile(broken, catalogue, pipelines);
  } catch (error) {
    expect(error).toBeInstanceOf(IntermodalError);
    expect((error as IntermodalError).code).toBe('pipeline.invalid');
    return (error as IntermodalError).details as { path: string; message: string }[];
  }
  throw new Error('it compiled');
}
