import { definePipeline } from '@intermodal/pipeline';

const language = (summary: string, preset: string) => ({
  type: 'string',
  pattern: '^[a-z]{2,3}$',
  default: preset,
  description: summary,
});

/** What is in the language wanted already is left as it was heard: `said` is null. */
export default definePipeline({
  name: 'translation',
  version: 1,
  summary: 'Writes down what is said in a recording or film in another language, line by line with times.',
  input: { audio: { media: '*/*', summary: 'A recording, or a film with sound' } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      from: language('The language that is spoken', 'en'),
      to: language('The language wanted', 'en'),
    },
  },
  nodes: {
    sound: { stage: 'media.extract-audio@1', in: { media: '$input.audio' } },
    speech: { stage: 'speech.detect-activity@1', in: { audio: '$sound.audio' } },
    lines: {
      each: '$speech.segments',
      as: 'segment',
      nodes: {
        heard: {
          stage: 'speech.transcribe@1',
          in: { audio: '$segment.audio' },
          params: { language: '$params.from' },
        },
        said: {
          stage: 'text.translate@1',
          in: { text: '$heard.text' },
          params: { from: '$params.from', to: '$params.to' },
          when: { not: { equals: ['$params.from', '$params.to'] } },
        },
      },
      collect: {
        startMs: '$segment.startMs',
        endMs: '$segment.endMs',
        heard: '$heard.text',
        said: '$said.text',
      },
    },
  },
  output: { 'lines?': '$lines', 'durationMs?': '$sound.durationMs' },
});
