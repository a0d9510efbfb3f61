import { definePipeline } from '@intermodal/pipeline';
import { languageParam } from './language.ts';

export default definePipeline({
  name: 'speech',
  version: 1,
  summary: 'Reads a text aloud.',
  input: { text: { type: 'string', minLength: 1, maxLength: 8_192 } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      language: languageParam('The language of the text'),
      format: { type: 'string', enum: ['wav', 'mp3', 'flac', 'opus', 'aac'], default: 'mp3' },
      speed: { type: 'number', minimum: 0.25, maximum: 4, default: 1 },
    },
  },
  nodes: {
    spoken: {
      stage: 'speech.synthesize@1',
      in: { lines: [{ startMs: 0, endMs: 0, heard: null, said: '$input.text' }] },
      params: { language: '$params.language' },
    },
    encoded: {
      stage: 'media.encode-audio@1',
      in: { audio: '$spoken.audio' },
      params: { format: '$params.format', speed: '$params.speed' },
    },
  },
  output: { 'audio?': '$encoded.audio', 'durationMs?': '$spoken.durationMs' },
});
