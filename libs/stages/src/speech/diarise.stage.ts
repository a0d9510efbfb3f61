import { file } from '@intermodal/contracts';
import {
  durationMsOf,
  isSpeechWav,
  MediaTools,
  readWavLayout,
  SPEECH_SAMPLE_RATE,
  SpeakerDiariser,
} from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Timed } from '../line.ts';

export default defineStage({
  name: 'speech.diarise',
  version: 1,
  pool: 'vision-models',
  summary: 'Tells who speaks when in a recording, by numbers and without names.',
  input: z.object({ audio: file('audio/*') }),
  output: z.object({
    turns: z
      .array(Timed.extend({ speaker: z.number().int().min(1) }))
      .describe(
        'In the order of time; those of several people may overlap. One number is one person; somebody who was silent for a while may come back under another number',
      ),
    durationMs: z.number().int(),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { diariser: SpeakerDiariser, media: MediaTools },
  limits: { timeoutMs: 300_000 },
  async run({ audio }, { needs, signal, scratch }) {
    let { path } = audio;
    if (!(await isSpeechWav(path))) {
      path = scratch('speech.wav', 'audio/wav').path;
      await needs.media.extractAudio(audio.path, path, { sampleRate: SPEECH_SAMPLE_RATE, signal });
    }
    const durationMs = durationMsOf(await readWavLayout(path));
    return { turns: [...(await needs.diariser.diarise(path, { signal }))], durationMs };
  },
});
