import { definePipeline } from '@intermodal/pipeline';
import { heardLines } from './heard-lines.ts';
import { languageParam } from './language.ts';

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
      language: languageParam('The language that is spoken'),
    },
  },
  nodes: heardLines('$params.language', { collect: { text: '$heard.text', words: '$heard.words' } }),
  output: { 'lines?': '$lines', 'durationMs?': '$sound.durationMs' },
});
