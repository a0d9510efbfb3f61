import { definePipeline } from '@intermodal/pipeline';
import { languageParam } from './language.ts';

/**
 * A film without sound passes, and so does sound without a film: what is missing is null on the timeline. So is what a missing
 * engine would have found, and sound that is damaged.
 */
export default definePipeline({
  name: 'video-to-text',
  version: 1,
  summary: 'Tells what is seen, read and heard in a film: one timeline, and a few sentences.',
  input: { film: { media: '*/*', summary: 'A film of 30 minutes at most' } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      language: languageParam('The language that is spoken'),
      written: languageParam('The language that is written in the pictures'),
      everyMs: {
        type: 'integer',
        minimum: 100,
        maximum: 600_000,
        default: 2000,
        description: 'At least one frame in this time, and one at each cut',
      },
      most: { type: 'integer', minimum: 1, maximum: 300, default: 40, description: 'Frames at most' },
    },
  },
  nodes: {
    probe: { stage: 'media.probe@1', in: { media: '$input.film' } },
    frames: {
      stage: 'media.sample-frames@1',
      in: { media: '$input.film' },
      params: { everyMs: '$params.everyMs', most: '$params.most' },
    },
    seen: {
      each: '$frames.frames',
      as: 'frame',
      nodes: {
        objects: { stage: 'vision.detect-objects@1', in: { image: '$frame.image' }, onError: 'skip' },
        text: {
          stage: 'vision.read-text@1',
          in: { image: '$frame.image' },
          params: { language: '$params.written' },
          onError: 'skip',
        },
      },
      collect: {
        timeMs: '$frame.timeMs',
        cut: '$frame.cut',
        objects: '$objects.objects',
        text: '$text.lines',
      },
    },
    sound: { stage: 'media.extract-audio@1', in: { media: '$input.film' }, onError: 'skip' },
    speech: { stage: 'speech.detect-activity@1', in: { audio: '$sound.audio' }, onError: 'skip' },
    lines: {
      each: '$speech.segments',
      as: 'segment',
      nodes: {
        heard: {
          stage: 'speech.transcribe@1',
          in: { audio: '$segment.audio' },
          params: { language: '$params.language' },
          onError: 'skip',
        },
      },
      collect: { startMs: '$segment.startMs', endMs: '$segment.endMs', text: '$heard.text' },
    },
    timeline: {
      stage: 'video.timeline@1',
      in: {
        durationMs: '$probe.durationMs',
        soundMs: '$speech.durationMs',
        frames: '$seen',
        speech: '$lines',
      },
    },
  },
  output: {
    timeline: '$timeline.timeline',
    prose: '$timeline.prose',
    durationMs: '$timeline.durationMs',
    json: '$timeline.json',
    srt: '$timeline.srt',
    vtt: '$timeline.vtt',
    text: '$timeline.text',
  },
});
