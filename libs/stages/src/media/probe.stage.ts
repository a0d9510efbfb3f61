import { file } from '@intermodal/contracts';
import { MediaTools } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

const AudioTrack = z.object({
  codec: z.string(),
  sampleRate: z.number().describe('Hertz'),
  channels: z.number().int(),
});

const VideoTrack = z.object({
  codec: z.string(),
  width: z.number().int().describe('Pixels, as shown'),
  height: z.number().int(),
  framesPerSecond: z.number().nullable(),
});

export default defineStage({
  name: 'media.probe',
  version: 1,
  pool: 'media',
  summary: 'Says what an audio or video file holds: container, length, sound and film.',
  input: z.object({ media: file('*/*') }),
  output: z.object({
    format: z.string().describe('Container, as ffprobe names it'),
    durationMs: z.number().int().nullable().describe('Null when the container does not say'),
    audio: AudioTrack.nullable(),
    video: VideoTrack.nullable(),
  }),
  needs: { media: MediaTools },
  async run({ media }, { needs, signal }) {
    return needs.media.probe(media.path, { signal });
  },
});
