import { definePipeline } from '@intermodal/pipeline';

export default definePipeline({
  name: 'music',
  version: 1,
  summary: 'Makes music, or another sound, of a description.',
  input: { description: { type: 'string', minLength: 1, maxLength: 10_000 } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      seconds: { type: 'number', minimum: 1, maximum: 30, default: 10, description: 'How long it is' },
      seed: {
        ...{ type: 'integer', minimum: 0, maximum: 2_147_483_647, default: 0 },
        description: 'Another one gives another sound of the same words',
      },
      guidance: {
        ...{ type: 'number', minimum: 1, maximum: 10, default: 3 },
        description: 'How many times as much the description counts as it would by itself',
      },
      format: { type: 'string', enum: ['wav', 'mp3', 'flac', 'opus', 'aac'], default: 'mp3' },
    },
  },
  nodes: {
    made: {
      stage: 'audio.generate@1',
      in: { description: '$input.description' },
      params: { seconds: '$params.seconds', seed: '$params.seed', guidance: '$params.guidance' },
    },
    encoded: {
      stage: 'media.encode-audio@1',
      in: { audio: '$made.audio' },
      params: { format: '$params.format' },
    },
  },
  output: { audio: '$encoded.audio', durationMs: '$made.durationMs' },
});
