import { AutoModelForSeq2SeqLM } from '@huggingface/transformers';
import type { LoadOptions, Runner, RunnerCall } from '../../hosts/runner.ts';
import { decoded } from '../decoded.ts';
import { generate } from '../generate.ts';
import { OpenedFolder } from '../open-folder.ts';
import { contextTokensOf, tokenBatches } from '../token-batches.ts';
import { betweenLanguages } from './between-languages.ts';
import type { RewrittenTexts, RewriteTexts } from './seq2seq.ts';

/** Writes an answer to each text, many texts in one call. Interrupted between two tokens. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, model] = await Promise.all([folder.tokenizer(), folder.model(AutoModelForSeq2SeqLM)]);
  const contextTokens = contextTokensOf(tokenizer, model.config);

  async function rewrite(request: RewriteTexts, call: RunnerCall): Promise<RewrittenTexts> {
    const { texts, maxTokens, told, languages } = request;
    const more = languages && betweenLanguages(tokenizer, languages);
    const { batches, counts } = tokenBatches(tokenizer, texts, { contextTokens });
    const answers: RewrittenTexts['answers'][number][] = [];
    for (const { places, inputs } of batches) {
      const onText = told ? call.partial : undefined;
      const written = await generate(model, inputs, { call, maxTokens, tokenizer, onText, more });
      written.forEach(({ tokens, isCut }, row) => {
        const text = decoded(tokenizer, tokens);
        answers[places[row]!] = { text, isCut, tokens: tokens.length };
      });
    }
    return { answers, tokens: counts.reduce((sum, one) => sum + one, 0) };
  }
  return { handle: (request, call) => rewrite(request as RewriteTexts, call) };
}
