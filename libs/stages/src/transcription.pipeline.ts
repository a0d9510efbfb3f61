import { definePipeline } from '@intermodal/pipeline';

/** A file without sound passes, with lines that are null. */
export default definePipeline({
  name: 'transcription',
  version: 1,
  summary: 'Writes down what is said in a recording or film, line by line with times.',
  input: { audio: { media: '*/*', summary: 'A recording, or a film with sound' } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      language: {
        type: 'string',
        pattern: '^[a-z]{2,3}$',
        default: 'en',
        description: 'The language that is spoken',
      },
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
          params: { language: '$params.language' },
        },
      },
      collect: {
        startMs: '$segment.startMs',
        endMs: '$segment.endMs',
        text: '$heard.text',
        words: '$heard.words',
      },
    },
  },
  output: { 'lines?': '$lines', 'durationMs?': '$sound.durationMs' },
});
