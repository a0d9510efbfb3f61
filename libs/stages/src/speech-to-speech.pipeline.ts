import { definePipeline } from '@intermodal/pipeline';

const language = (summary: string, preset: string) => ({
  type: 'string',
  pattern: '^[a-z]{2,3}$',
  default: preset,
  description: summary,
});

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
      from: language('The language that is spoken', 'en'),
      to: language('The language wanted', 'es'),
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
        },
      },
      collect: {
        startMs: '$segment.startMs',
        endMs: '$segment.endMs',
        heard: '$heard.text',
        said: '$said.text',
      },
    },
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
