import { definePipeline } from '@intermodal/pipeline';

export default definePipeline({
  name: 'sound-classification',
  version: 1,
  summary: 'Says what is heard in a recording or film, window by window, by the labels that a network knows.',
  input: { audio: { media: '*/*', summary: 'A recording, or a film with sound' } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      most: {
        ...{ type: 'integer', minimum: 1, maximum: 100, default: 5 },
        description: 'So many labels, at most',
      },
      minScore: {
        ...{ type: 'number', minimum: 0, maximum: 1, default: 0.05 },
        description: 'What is less sure is left out',
      },
      windowMs: {
        ...{ type: 'integer', minimum: 500, maximum: 30_000, default: 10_000 },
        description: 'Of a window, at most; milliseconds',
      },
    },
  },
  nodes: {
    heard: {
      stage: 'audio.classify@1',
      in: { audio: '$input.audio' },
      params: { most: '$params.most', minScore: '$params.minScore', windowMs: '$params.windowMs' },
    },
  },
  output: { tags: '$heard.tags', windows: '$heard.windows', durationMs: '$heard.durationMs' },
});
