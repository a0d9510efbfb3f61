import { file } from '@intermodal/contracts';
import { SpeechRecogniser } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Language } from '../language.ts';
import { Timed } from '../line.ts';

const Word = Timed.extend({ text: z.string(), confidence: z.number().min(0).max(1).optional() });

export default defineStage({
  name: 'speech.transcribe',
  version: 1,
  pool: 'speech',
  summary: 'Turns speech into text with the time of each word.',
  input: z.object({ audio: file('audio/wav').describe('16 kHz mono, as media.extract-audio makes it') }),
  params: z.strictObject({ language: Language.default('en').describe('The language that is spoken') }),
  output: z.object({
    text: z.string().describe('Empty when nothing was said'),
    words: z.array(Word).describe('Times from the beginning of the audio given'),
  }),
  needs: { recogniser: SpeechRecogniser },
  limits: { timeoutMs: 300_000 },
  async run({ audio }, { needs, params, signal, partial }) {
    const { text, words } = await needs.recogniser.transcribe(audio.path, { ...params, signal });
    partial({ segment: { text } });
    return { text, words: [...words] };
  },
});
