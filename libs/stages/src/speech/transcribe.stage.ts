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
  params: z.strictObject({
    language: z
      .union([Language, z.literal('auto')])
      .default('en')
      .describe('The language that is spoken; auto: to be found out, by engines that can'),
  }),
  output: z.object({
    text: z.string().describe('Empty when nothing was said'),
    words: z.array(Word).describe('Times from the beginning of the audio given'),
    language: Language.nullable().describe('What was spoken; null when nothing was said, or nobody tells'),
  }),
  needs: { recogniser: SpeechRecogniser },
  limits: { timeoutMs: 300_000 },
  async run({ audio }, { needs, params, signal, partial }) {
    const language = params.language === 'auto' ? null : params.language;
    const heard = await needs.recogniser.transcribe(audio.path, { language, signal });
    partial({ segment: { text: heard.text } });
    return { text: heard.text, words: [...heard.words], language: heard.language ?? null };
  },
});
