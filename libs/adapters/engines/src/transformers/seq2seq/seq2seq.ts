import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';

/** A network that reads a whole text, and one that writes another: translators, and what was trained to shorten. */
export const SEQ2SEQ: Archetype = {
  name: 'seq2seq text model',
  modelTypes: ['marian', 'm2m_100', 'mbart', 't5', 'mt5', 'bart', 'longt5', 'blenderbot'],
  files: TOKENIZER,
  runner: runnerAddress(import.meta.url, './seq2seq-runner'),
  warmUp: { kind: 'rewrite', texts: ['.'], maxTokens: 1, told: false } satisfies RewriteTexts,
};

export interface RewriteTexts {
  readonly kind: 'rewrite';
  readonly texts: readonly string[];
  /** Of each answer, at most. */
  readonly maxTokens: number;
  /** Whether pieces of the answer are told while it is written; of one text only. */
  readonly told: boolean;
  /** ISO 639-1, for models of many languages. */
  readonly languages?: { readonly from: string; readonly to: string } | undefined;
}

export interface RewrittenTexts {
  readonly answers: readonly { readonly text: string; readonly isCut: boolean; readonly tokens: number }[];
  /** Of all texts. */
  readonly tokens: number;
}
