import { PipelineDocument } from '@intermodal/contracts';
import { pipelinesOf } from '../pipeline-catalogue.ts';

// Pipelines that are put in, and a document that does so.

export const hear = {
  name: 'hear',
  version: 1,
  input: {
    audio: { media: 'audio/*' },
    hint: { type: 'string', default: 'none' },
    extra: { optional: true },
  },
  params: {
    type: 'object',
    properties: { language: { type: 'string', default: 'en' }, best: { type: 'integer', minimum: 1 } },
    required: ['best'],
  },
  nodes: {
    split: { stage: 'speech.split@1', in: { audio: '$input.audio' } },
    lines: {
      each: '$split.segments',
      as: 'segment',
      nodes: {
        said: {
          stage: 'speech.hear@1',
          in: { audio: '$segment.audio', hint: '$input.hint' },
          params: { language: '$params.language' },
        },
      },
      collect: { text: '$said.text' },
    },
  },
  output: {
    lines: '$lines',
    'parts?': '$split.segments',
    told: { hint: '$input.hint', tags: ['a', '$lines'] },
  },
};
export const twice = {
  name: 'twice',
  version: 2,
  input: { audio: { media: 'audio/*' } },
  nodes: {
    cut: { stage: 'media.cut@1', in: { audio: '$input.audio' } },
    inner: { pipeline: 'hear@1', in: { audio: '$cut.sound' }, params: { best: 1 } },
  },
  output: { lines: '$inner.lines' },
};
export const published = (...documents: unknown[]) =>
  pipelinesOf(documents.map((document) => PipelineDocument.parse(document)));
export const pipelines = published(hear, twice);

export const outer = {
  name: 'outer',
  version: 1,
  input: { film: { media: 'audio/wav' } },
  params: { type: 'object', properties: { to: { type: 'string' }, wanted: { type: 'boolean' } } },
  nodes: {
    first: { stage: 'media.cut@1', in: { audio: '$input.film' } },
    greet: {
      pipeline: 'hear@1',
      in: { audio: '$first.sound' },
      params: { language: '$params.to', best: 3 },
      when: '$params.wanted',
    },
    again: {
      each: '$greet.parts',
      as: 'part',
      nodes: { heard: { stage: 'speech.hear@1', in: { audio: '$part.audio', hint: '$greet.told.hint' } } },
      collect: { text: '$heard.text' },
    },
  },
  output: { 'lines?': '$greet.lines', 'again?': '$again', hint: '$greet.told.hint' },
};
export const changed = (change: (copy: any) => void) => {
  const copy = structuredClone(outer);
  change(copy);
  return copy;
};
