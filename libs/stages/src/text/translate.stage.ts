import { Translator } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Language } from '../language.ts';

export default defineStage({
  name: 'text.translate',
  version: 1,
  pool: 'text',
  summary: 'Translates a text.',
  input: z.object({ text: z.string() }),
  params: z.strictObject({
    from: Language.default('en').describe('The language of the text'),
    to: Language.describe('The language wanted'),
  }),
  output: z.object({ text: z.string().describe('Empty when the text is') }),
  needs: { translator: Translator },
  async run({ text }, { needs, params, signal }) {
    // Asked even for an empty text: a pair that is not there shall not pass because nobody spoke.
    return { text: await needs.translator.translate(text, { ...params, signal }) };
  },
});
