import { writeFile } from 'node:fs/promises';
import { file } from '@intermodal/contracts';
import { SoundMaker, wavOfFloats } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Description, refuseUndescribed, seedOf } from '../described.ts';

/** What MusicGen was trained on, https://arxiv.org/abs/2306.05284. */
const MOST_SECONDS = 30;

export default defineStage({
  name: 'audio.generate',
  version: 1,
  pool: 'vision-models',
  summary: 'Makes music, or another sound, of what is described.',
  input: z.object({ description: Description }),
  params: z.strictObject({
    seconds: z
      .number()
      .min(1)
      .max(MOST_SECONDS)
      .default(10)
      .describe(
        'How long it is, 1 to 30; each further second takes more time and memory than the one before',
      ),
    seed: seedOf('sound'),
    guidance: z
      .number()
      .min(1)
      .max(10)
      .default(3)
      .describe(
        'How many times as much the description counts as it would by itself; 1 takes half of the work',
      ),
  }),
  output: z.object({
    audio: file('audio/wav').describe('Mono, 16-bit'),
    durationMs: z.number().int(),
    sampleRate: z.number().int().describe('Hz'),
  }),
  needs: { maker: SoundMaker },
  // Half a minute is 1,503 steps of a network with 420 million weights; on processors that is many minutes.
  limits: { timeoutMs: 1_800_000 },
  async run({ description }, { needs: { maker }, params, signal, scratch, progress }) {
    refuseUndescribed(description, 'say how the sound is to be');
    const { samples, sampleRate } = await maker.make(description, {
      ...params,
      onProgress: progress,
      signal,
    });
    const audio = scratch('sound.wav', 'audio/wav');
    await writeFile(audio.path, wavOfFloats(samples, sampleRate), { signal });
    return { audio, durationMs: Math.round((samples.length / sampleRate) * 1000), sampleRate };
  },
});
