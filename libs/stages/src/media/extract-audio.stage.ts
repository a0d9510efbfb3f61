import { file } from '@intermodal/contracts';
import { MediaTools, durationMsOf, readWavLayout } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

export default defineStage({
  name: 'media.extract-audio',
  version: 1,
  pool: 'media',
  summary: 'Takes the sound out of an audio or video file, as 16 kHz mono WAV.',
  input: z.object({ media: file('*/*') }),
  output: z.object({
    audio: file('audio/wav').nullable().describe('Null when the file has no sound'),
    durationMs: z.number().int().nullable().describe('Of the sound; of the file when it has none'),
  }),
  needs: { media: MediaTools },
  limits: { timeoutMs: 600_000 },
  async run({ media }, { needs, signal, scratch }) {
    const info = await needs.media.probe(media.path, { signal });
    if (!info.audio) return { audio: null, durationMs: info.durationMs };
    const audio = scratch('sound.wav', 'audio/wav');
    await needs.media.extractAudio(media.path, audio.path, { signal });
    return { audio, durationMs: durationMsOf(await readWavLayout(audio.path)) };
  },
});
