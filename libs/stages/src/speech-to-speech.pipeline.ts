import { definePipeline } from '@intermodal/pipeline';
import { translatedLines } from './heard-lines.ts';
import { languageParam } from './language.ts';

/** A film without sound passes: the nodes that need sound are skipped, and the outputs ending in ? are null. */
export default definePipeline({
  name: 'speech-to-speech',
  version: 1,
  summary: 'Hears what is said in a recording or film, translates it, and says it in another language.',
  input: { audio: { media: '*/*', summary: 'A recording, or a film with sound' } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      from: languageParam('The language that is spoken'),
      to: languageParam('The language wanted', 'es'),
    },
  },
  nodes: {
    ...translatedLines(),
    subtitles: { stage: 'text.subtitles@1', in: { lines: '$lines' } },
    // Without a voice, what was heard and translated is still there.
    spoken: {
      stage: 'speech.synthesize@1',
      in: { lines: '$lines' },
      params: { language: '$params.to' },
      onError: 'skip',
    },
  },
  output: {
    'lines?': '$lines',
    'audio?': '$spoken.audio',
    'transcriptJson?': '$subtitles.transcript.json',
    'transcriptSrt?': '$subtitles.transcript.srt',
    'transcriptVtt?': '$subtitles.transcript.vtt',
    'translationJson?': '$subtitles.translation.json',
    'translationSrt?': '$subtitles.translation.srt',
    'translationVtt?': '$subtitles.translation.vtt',
  },
});
