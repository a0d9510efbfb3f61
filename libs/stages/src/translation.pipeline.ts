import { definePipeline } from '@intermodal/pipeline';
import { translatedLines } from './heard-lines.ts';
import { languageParam } from './language.ts';

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
      from: languageParam('The language that is spoken'),
      to: languageParam('The language wanted'),
    },
  },
  nodes: translatedLines({ when: { not: { equals: ['$params.from', '$params.to'] } } }),
  output: { 'lines?': '$lines', 'durationMs?': '$sound.durationMs' },
});
