import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { RunnerFault } from '../../hosts/runner.ts';
import { FLORES } from './flores-languages.ts';

/** What tokenizers of models of many languages have beside others. */
interface Multilingual {
  /** As the model calls them: `en`, `en_XX` or `eng_Latn`. */
  readonly language_codes?: readonly string[];
  _build_translation_inputs(texts: string, options: object, settings: Record<string, unknown>): unknown;
}

/**
 * Tells the tokenizer which language is read, until it is told again, and the model which one it is to write. One of two languages only needs not be
 * told.
 * @returns settings for `generate`
 * @throws RunnerFault `language.unsupported`
 */
export function betweenLanguages(
  tokenizer: PreTrainedTokenizer,
  { from, to }: { from: string; to: string },
): Readonly<Record<string, unknown>> {
  const multilingual = tokenizer as PreTrainedTokenizer & Multilingual;
  const codes = multilingual.language_codes;
  if (!codes || codes.length === 0) return {};
  const settings: Record<string, unknown> = { src_lang: codeOf(from, codes), tgt_lang: codeOf(to, codes) };
  multilingual._build_translation_inputs('.', {}, settings);
  return { forced_bos_token_id: settings.forced_bos_token_id };
}

function codeOf(language: string, codes: readonly string[]): string {
  const wanted = language.toLowerCase().split('-')[0]!;
  const code = codes.find((one) => one === wanted || one === FLORES[wanted] || one.startsWith(`${wanted}_`));
  if (code !== undefined) return code;
  throw new RunnerFault(
    'language.unsupported',
    `does not know the language '${language}': it knows ${codes.join(', ')}.`,
  );
}
