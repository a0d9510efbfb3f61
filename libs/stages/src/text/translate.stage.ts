import { Translator } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Language } from '../language.ts';

/** One that is longer is many sentences, which fill calls by themselves; others would wait for all of them. */
const ALONE_LETTERS = 1_000;

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
  batch: {
    maxItems: 16,
    maxDelayMs: 5,
    prepare: async ({ text }, { task }) => ({ text, of: text.length > ALONE_LETTERS ? task.id : 'all' }),
    bucketOf: ({ of }) => of,
    async run(items, { needs: { translator }, params, signal }) {
      const texts = items.map(({ text }) => text);
      // Asked even for an empty text: a pair that is not there shall not pass because nobody spoke.
      const translated = await translator.translate(texts, { ...params, signal });
      return translated.map((text) => (text instanceof Error ? text : { text }));
    },
  },
});
