import { file } from '@intermodal/contracts';
import { AUDIO_FORMATS, MediaTools, type AudioFormat } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

const MEDIA_TYPES = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  opus: 'audio/ogg',
  aac: 'audio/aac',
} as const satisfies Record<AudioFormat, string>;

export default defineStage({
  name: 'media.encode-audio',
  version: 1,
  pool: 'media',
  summary: 'Writes sound in another format, faster or slower if wanted, at the same pitch.',
  input: z.object({ audio: file('audio/*') }),
  params: z.strictObject({
    format: z.enum(AUDIO_FORMATS).describe('opus stands in an Ogg file'),
    speed: z.number().min(0.25).max(4).default(1).describe('2: in half the time'),
  }),
  output: z.object({ audio: file('audio/*') }),
  needs: { media: MediaTools },
  limits: { timeoutMs: 600_000 },
  async run({ audio }, { needs, params, signal, scratch }) {
    const { format, speed } = params;
    const encoded = scratch(`sound.${format}`, MEDIA_TYPES[format]);
    await needs.media.encodeAudio(audio.path, encoded.path, { format, speed, signal });
    return { audio: encoded };
  },
});
