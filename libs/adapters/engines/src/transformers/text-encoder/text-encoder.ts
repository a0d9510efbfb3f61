import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';

/** One network that reads a whole text at once and gives a vector for each of its tokens. */
export const TEXT_ENCODER: Archetype = {
  name: 'text encoder',
  modelTypes: [
    ...['bert', 'distilbert', 'roberta', 'xlm-roberta', 'camembert', 'mpnet', 'albert', 'electra'],
    ...['deberta', 'deberta-v2', 'nomic_bert', 'modernbert', 'squeezebert', 'mobilebert'],
  ],
  files: TOKENIZER,
  runner: runnerAddress(import.meta.url, './text-encoder-runner'),
  warmUp: { kind: 'embed', texts: ['warm'] } satisfies EmbedTexts,
};

export interface EmbedTexts {
  readonly kind: 'embed';
  readonly texts: readonly string[];
}

export interface EmbeddedTexts {
  readonly vectors: readonly (readonly number[])[];
  /** Of each text. */
  readonly tokens: readonly number[];
}
